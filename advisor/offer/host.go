package offer

import (
	"math"
	"slices"

	"scaleadvise/advisor/unit"
)

// Host is what one request takes of the machine beside the forward pass. Measurements of forward passes do
// not include it: they start with decoded input in memory.
type Host struct {
	CPU     unit.Interval // s of CPU time on one vCPU: decoding, resizing, tokenizing, handling the request
	Work    string        // the largest part of it, "decoding"
	Assumed bool          // the CPU time was not given
	inputs  int           // that a request brings

	Network        float64 // bytes over the network to the machine
	NetworkAssumed bool
	Device         float64 // bytes over PCIe to the accelerator
	handling       float64 // s of CPU that a request takes however many inputs it brings
}

// sideBySide is the number of inputs of one request that are decoded or tokenized at once: the number of
// vCPUs of the smallest machines with an accelerator.
const sideBySide = 4

// Delay returns what that work adds to the latency of a request, s, which takes several rounds where a
// request has more inputs than are processed in parallel. It is 0 where nothing is known.
func (h *Host) Delay() float64 {
	if h == nil {
		return 0
	}
	return h.handling + (h.CPU.Mid-h.handling)/float64(min(max(h.inputs, 1), sideBySide))
}

// CPU time of a request on one vCPU, s: assumptions, each with its usual range. A vCPU
// is one of two threads of a core; with both at work a core does some 1.25 times the work of
// one, so that a vCPU gets through 1/1.6 of what libraries state for a core. Decoding JPEG runs
// at 65 to 400 million pixels a second and core (libjpeg-turbo on current servers, scaling and
// resizing included), tokenizing at 0.16 to 1.6 million tokens (Hugging Face tokenizers: a GB
// of text in less than 20 s on a server), audio at 3 to 500 times real time. --host-time says
// what was measured instead: the CPU time of the process over the requests that it served.
var (
	handling  = unit.Interval{Low: 0.1e-3, Mid: 0.5e-3, High: 2e-3} // of any request: HTTP or gRPC, queues, copies
	perPixel  = unit.Interval{Low: 4e-9, Mid: 13e-9, High: 25e-9}
	perToken  = unit.Interval{Low: 1e-6, Mid: 3e-6, High: 10e-6}
	perSecond = unit.Interval{Low: 0.5e-3, Mid: 3e-3, High: 10e-3} // of audio: decoding, spectrum
)

// Bytes as they arrive: assumptions.
const (
	bytesPerPixel  = 0.3  // JPEG of quality 85 and up
	leastImage     = 20e3 // headers and small images
	bytesPerToken  = 4.5  // of English text
	bytesPerSecond = 32e3 // 16 kHz PCM of 16 bit
	bytesPerValue  = 2    // of decoded input, fp16
	tensorsAre     = 2    // as many bytes before they are cast, fp32
	channels       = 3    // of an image
	spectrumPerS   = 100 * 128
)

// hostOf returns what a request takes of the machine; nil where nothing says so: a measured
// service has it in its times, and engines of language models in theirs.
func hostOf(o *Offers) *Host {
	w := o.Workload
	given := w.Service.HostTimeGiven
	if o.Pass == nil {
		if !given && w.Request.Bytes == 0 {
			return nil
		}
		return &Host{CPU: w.Service.HostTime, Work: "its work beside the accelerator", Network: w.Request.Bytes}
	}
	h := hostWork(o)
	if given {
		h.CPU, h.Assumed, h.handling = w.Service.HostTime, false, 0
	}
	if w.Request.Bytes > 0 {
		h.Network, h.NetworkAssumed = w.Request.Bytes, false
	}
	return &h
}

// hostWork returns the usual work of the machine for a request of an ordinary model.
func hostWork(o *Offers) Host {
	w, r := o.Workload, o.Workload.Request
	front := frontOf(w)
	h := Host{CPU: front.Handling, handling: front.Handling.Mid, Work: "handling requests", Assumed: true, NetworkAssumed: true}
	items := float64(o.Pass.Items)
	h.inputs = o.Pass.Items
	add := func(per unit.Interval, n float64, work string) {
		h.CPU, h.Work = unit.Interval{Low: h.CPU.Low + per.Low*n, Mid: h.CPU.Mid + per.Mid*n, High: h.CPU.High + per.High*n}, work
	}
	switch reads(o.Pass.Parts[0].Model.Kind) {
	case "images":
		pixels := float64(r.Width*r.Height) * items
		add(perPixel, pixels, "decoding images")
		h.Network, h.Device = math.Max(pixels*bytesPerPixel, leastImage*items), pixels*channels*bytesPerValue
	case "steps":
		pixels := float64(r.Width * r.Height)
		add(perPixel, pixels, "encoding images")
		h.Network = pixels * bytesPerPixel
	case "tokens":
		n := w.LLM.Input.Mid * items
		add(perToken, n, "tokenizing")
		h.Network, h.Device = n*bytesPerToken, n*8
	case "audio":
		add(perSecond, r.Audio, "decoding audio")
		h.Network, h.Device = r.Audio*bytesPerSecond, r.Audio*spectrumPerS*bytesPerValue
	}
	add(front.PerByte, h.Device*tensorsAre, h.Work)
	return h
}

// Shares of a machine's resources that may be used at the peak.
const (
	UsedVCPUs   = 0.8 // beyond it requests wait for a core
	usedNetwork = 0.8
	usedPCIe    = 0.8 // share of the link's rate that transfers reach
)

// pcieGBs is the rate of 16 lanes in one direction, 10^9 B/s, by generation.
var pcieGBs = map[int]float64{3: 15.75, 4: 31.5, 5: 63, 6: 121}

// HostLimit is the rate to which the machine limits one replica.
type HostLimit struct {
	QPS      float64 // 1/s at the low end of the usual work per request; +Inf where nothing limits it
	Expected float64 // 1/s at the expected work per request
	Full     float64 // 1/s at that work with the resource fully used
	By       string  // the resource that limits it: "vCPUs", "network" or "PCIe"
}

// HostLimitOf returns the rate to which a machine limits one replica: by its part of the vCPUs and of the
// network, and by the link to its accelerators. An unknown resource sets no limit.
func HostLimitOf(o *Offers, h Hardware, at Hosting) HostLimit {
	l := HostLimit{QPS: math.Inf(1), Expected: math.Inf(1), Full: math.Inf(1)}
	if o.Host == nil {
		return l
	}
	beside := !h.OfProcessor() // else the work is in the times of its workers, and nothing crosses PCIe
	part := float64(max(at.PerInstance, 1))
	bound := func(by string, least, expected, share float64) {
		if expected < l.Expected {
			l.By = by
		}
		l.QPS, l.Expected, l.Full = math.Min(l.QPS, least), math.Min(l.Expected, expected), math.Min(l.Full, expected/share)
	}
	if v := at.VCPUs * UsedVCPUs / part; beside && v > 0 && o.Host.CPU.Mid > 0 {
		bound("vCPUs", v/o.Host.CPU.Low, v/o.Host.CPU.Mid, UsedVCPUs)
	}
	if n := at.NetworkGbps * 1e9 / 8 * usedNetwork / part; n > 0 && o.Host.Network > 0 {
		bound("network", n/o.Host.Network, n/o.Host.Network, usedNetwork)
	}
	if p := pcieGBs[h.Accelerator.PCIeGen] * 1e9 * usedPCIe * float64(h.PerReplica); beside && p > 0 && o.Host.Device > 0 {
		bound("PCIe", p/o.Host.Device, p/o.Host.Device, 1)
	}
	return l
}

// withRoomier adds to the cheapest ways to rent hardware those with more vCPUs or network
// that cost more, each less than any that has as much, where the machine may bound a replica. All are
// the cheapest first.
func withRoomier(o *Offers, h Hardware, cheapest, all []Hosting) []Hosting {
	out := slices.Clip(cheapest)
	peak := mostDemand(o)
	for _, c := range cheapest {
		if HostLimitOf(o, h, c).Expected >= peak {
			continue // one replica could take in all there is
		}
		best := HostLimitOf(o, h, c).QPS
		for i := range all {
			if all[i].PerInstance != c.PerInstance {
				continue
			}
			if limit := HostLimitOf(o, h, all[i]).QPS; limit > best*1.01 {
				best, out = limit, append(out, all[i])
			}
		}
	}
	return out
}

// mostDemand returns an upper limit on the demand, 1/s, in steps of a factor of four, so that lists made for
// one load serve others.
func mostDemand(o *Offers) float64 {
	const step = 2 // powers of two
	w := o.Workload
	peak := w.Peak.High * w.Demand().Factor(math.Max(w.Growth.High, 0), w.Horizon)
	return math.Exp2(step * math.Ceil(math.Log2(peak)/step))
}

// Roomier returns the cheapest machine of the same cloud, with as many replicas on it, that is expected to
// let each of them reach a rate, 1/s; ok is false where none does.
func Roomier(o *Offers, h Hardware, now Hosting, qps float64) (best Hosting, ok bool) {
	for _, i := range instances(o, h.Accelerator.ID) {
		way := onList(Hosting{Instance: i, PerInstance: now.PerInstance, USDPerHour: i.Price(priceList(o, h.Accelerator.ID)), Pricing: priceList(o, h.Accelerator.ID)})
		fits := int(i.Count)/h.PerReplica == now.PerInstance && i.Cloud == now.Cloud && i.Region == now.Region
		if fits && HostLimitOf(o, h, way).Expected >= qps && (!ok || way.USDPerHour < best.USDPerHour) {
			best, ok = way, true
		}
	}
	return best, ok
}
