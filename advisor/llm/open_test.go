package llm

import (
	"fmt"
	"testing"

	"scaleadvise.dev/scaleadvise/advisor/queue"
)

func TestExplore(t *testing.T) {
	timings := map[string]linear{
		"8b-h100":  {0.004, 30e-6, 1e-9, 0.007, 20e-6, 40e-9},
		"70b-a100": {0.02, 220e-6, 4e-9, 0.045, 300e-6, 200e-9},
	}
	for _, name := range []string{"8b-h100", "70b-a100"} {
		for _, limit := range []float64{16, 256} {
			for _, out := range []Tokens{{Mean: 200}, {Mean: 200, CV: 1}, {Mean: 20, CV: 0.5}} {
				for _, in := range []Tokens{{Mean: 1000}, {Mean: 1000, CV: 1}} {
					for _, disp := range []float64{1, 4} {
						for _, u := range []float64{0.1, 0.5, 0.8, 0.95} {
							m := Machine{Timing: timings[name], MaxRequests: limit}
							l := Lengths{in, out}
							rate := u * m.Saturation(l)
							s := simulation{m: m, lengths: l, rate: rate, dispersion: disp, requests: int(40000 * 0.5 / (1.02 - u))}.run()
							a := Replicas{Machine: m, N: 1}.At(queue.Load{Rate: rate, Dispersion: disp}, l)
							fmt.Printf("%-8s L%3g in %g out %g/%g d%g u%.2f: n %5.1f pw %.3f|", name, limit, in.CV, out.Mean, out.CV, disp, u, a.Requests, a.PWait)
							show := func(what string, got, want float64) { fmt.Printf(" %s %.3g/%+.0f%%", what, want, 100*(got/want-1)) }
							show("ttft", a.MeanTTFT, meanOf(s.ttft))
							show("p50", a.TTFT(.5), quantileOf(s.ttft, .5))
							show("p99", a.TTFT(.99), quantileOf(s.ttft, .99))
							show("tpot", a.MeanTPOT*1e3, meanOf(s.tpot)*1e3)
							show("p50", a.TPOT(.5)*1e3, quantileOf(s.tpot, .5)*1e3)
							show("p99", a.TPOT(.99)*1e3, quantileOf(s.tpot, .99)*1e3)
							show("e2e", a.MeanE2E, meanOf(s.e2e))
							show("p99", a.Quantile(.99), quantileOf(s.e2e, .99))
							fmt.Println()
						}
					}
				}
			}
		}
	}
}
