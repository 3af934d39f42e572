package report

import "scaleadvise/advisor/advice"

// hosted is what a hosted API would cost instead, in parts; none where no prices were given.
func hosted(a *advice.Advice) []string {
	h := a.Hosted
	if h == nil {
		return nil
	}
	load := "at the peak all day, as no mean is known"
	if h.Mean {
		load = "at the mean of " + rate(rounded(h.QPS, fewDigits))
	}
	text := money(h.USDPerMonth) + " USD/month " + load
	if h.Compared {
		text += " (" + againstPlan(h) + ")"
	}
	return []string{text, hostingPays(a, h), "its latency and limits are not judged"}
}

// againstPlan is what the API costs beside the plan.
func againstPlan(h *advice.HostedAPI) string {
	plan := h.USDPerMonth - h.Dearer
	switch {
	case h.Dearer == 0 || plan <= 0:
		return "as much as the plan"
	case h.Dearer < 0:
		return "saves " + used(-h.Dearer/plan)
	}
	return multiple(h.USDPerMonth/plan) + " × the plan"
}

// hostingPays is from which load on hosting costs less.
func hostingPays(a *advice.Advice, h *advice.HostedAPI) string {
	on := "hosting on " + replicaOf(a.First)
	switch {
	case a.First.Replicas == 0 || !a.First.Priced:
		return "what hosting costs is not known"
	case !h.Pays:
		return on + " costs more at any load"
	case h.Mean:
		return on + " pays from a mean of " + rate(rounded(h.PaysFromQPS, fewDigits))
	}
	return on + " pays from " + rate(rounded(h.PaysFromQPS, fewDigits)) + " all day"
}
