package fact

import "scaleadvise/advisor/candidate"

// Host is what one request takes of the machine beside the accelerator; zero where that is not known.
type Host struct {
	Work    string
	CPU     float64 // s of CPU time on one vCPU
	Delay   float64 // s of a request's latency
	Assumed bool
	Used    float64 // share of the vCPUs that is in use at the peak
}

// hostFacts are what the machines of the plan do beside their accelerators.
var hostFacts = []Fact{
	number("host.used", "fraction", outcome, on("host_time", "request_size"), "demand planned for over what the machines of the plan are expected to let through to their accelerators; 0 when nothing is known that bounds it",
		chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) float64 { return over(v.Planned.Peak, p.HostQPS) })),
	number("host.qps", "1/s", outcome, on("host_time", "request_size"), "what they are expected to let through; 0 when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.HostQPS })),
	text("host.by", outcome, on("host_time", "request_size"), "what of a machine bounds it: vCPUs, network or PCIe; empty when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.HostBy })),
	text("host.work", outcome, on("host_time"), "what most of that work is, such as decoding images; empty when unknown",
		func(v *View) string { return v.Host.Work }),
	number("host.time_ms", "ms", outcome, is("host_time"), "CPU time of one vCPU that a request takes beside the accelerator; 0 when unknown or when there is none",
		func(v *View) float64 { return ms(v.Host.CPU) }),
	number("host.delay_ms", "ms", outcome, is("host_time"), "what that work adds to the latency of a request; 0 when unknown or when there is none",
		func(v *View) float64 { return ms(v.Host.Delay) }),
	truth("host.assumed", outcome, on("host_time"), "that time was assumed, not given",
		func(v *View) bool { return v.Host.Assumed }),
	number("host.vcpus_needed", "", outcome, on("host_time"), "vCPUs that the demand planned for takes beside the accelerators, a fifth left free; 0 when unknown",
		func(v *View) float64 { return over(v.Planned.Peak*v.Host.CPU, v.Host.Used) }),
	text("host.roomier", Advise, on("machine", "gpu"), "the cheapest machine whose vCPUs and network let the load through on as many replicas; empty when there is none",
		func(v *View) string { machine, _ := v.Outcome.roomier(); return machine }),
	number("host.roomier_usd_per_month", "USD/month", Advise, on("machine", "gpu"), "what the plan costs on it; 0 when there is none or the price is unknown",
		func(v *View) float64 { _, usd := v.Outcome.roomier(); return finite(usd) }),
	number("host.vcpus", "", outcome, on("replicas", "gpu"), "vCPUs of all machines of the chosen plan; 0 when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return float64(p.Instances) * p.NodeVCPUs })),
}

func (o *Outcome) roomier() (machine string, usdPerMonth float64) {
	if o == nil || o.Roomier == nil {
		return "", 0
	}
	return o.Roomier()
}
