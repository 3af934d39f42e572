package validation

import (
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

// deployment is the service that a load test drove.
type deployment struct {
	model      service.Model
	replicas   int
	least      bool // least-loaded balancing
	dispersion float64
	window     float64
}

// errUnsaid is why a report alone is not enough.
var errUnsaid = errors.New("is the report of a load test, which does not say what was tested: " +
	"add --gpu and --model, or what you measured of one replica, for example --service-time 9ms --max-batch 16")

// deployed is the deployment that a workload describes.
func deployed(c *catalog.Catalog, w *workload.Workload) (deployment, error) {
	if w == nil || !w.Deployed() && !w.Service.Given() {
		return deployment{}, errUnsaid
	}
	d := deployment{replicas: max(w.Replicas, 1), least: w.LeastLoaded, dispersion: w.Dispersion, window: w.Window}
	var err error
	if w.Service.Given() {
		d.model, err = service.FromGiven(w.Service)
		return d, err
	}
	r, on, err := served(c, w, false)
	if err != nil {
		return d, err
	}
	d.model, d.replicas = r.Service, on.Base.Replicas*r.Copies
	return d, nil
}

// predict is the prediction for one measurement, or the excuse why there is none.
func (d deployment) predict(m measurement) (advice.Judgement, string) {
	switch m.quantity {
	case saturation:
		x := d.model.Saturation() * float64(d.replicas)
		return advice.Judgement{
			What:      fmt.Sprintf("saturated throughput, offered %s/s", plain(m.rate)),
			Predicted: x, Low: x * d.low(), High: x * d.high(), Unit: "1/s",
		}, ""
	case latencyAlone:
		alone := d.model.Alone()
		return advice.Judgement{
			What:      "latency of one request alone",
			Predicted: alone, Low: alone / d.high(), High: alone / d.low(), Unit: "s",
		}, ""
	}
	mid := d.latency(m, 1)
	if math.IsInf(mid, 1) {
		return advice.Judgement{}, fmt.Sprintf("%s/s is above the predicted saturation, %s/s: no latency is predicted there; compare a run at a lower rate",
			plain(m.rate), plain(d.model.Saturation()*float64(d.replicas)))
	}
	return advice.Judgement{
		What:      fmt.Sprintf("p%s latency at %s/s", plain(100*m.percentile), plain(m.rate)),
		Predicted: mid, Low: min(mid, d.latency(m, d.high())), High: max(mid, d.latency(m, d.low())), Unit: "s",
	}, ""
}

// latency is the percentile of latency in s at the measured rate where the service is
// a number of times as fast; +Inf where it is not stable.
func (d deployment) latency(m measurement, faster float64) float64 {
	model := d.model
	model.Alpha /= faster
	model.Beta /= faster
	servers := queue.Balanced{Server: model.Server(), N: d.replicas, LeastLoaded: d.least}
	return servers.At(queue.Load{Rate: m.rate, Dispersion: d.dispersion, Window: d.window}).Quantile(m.percentile)
}

// low and high are the central 90 % of the service's speed over what is expected.
func (d deployment) low() float64 {
	if s := d.model.SpreadLow; s > 0 && s < 1 {
		return s
	}
	return 1
}

func (d deployment) high() float64 { return max(d.model.SpreadHigh, 1) }

// warnings are what weakens the comparison.
func (d deployment) warnings(all []measurement) []string {
	out := append([]string{}, d.model.Warnings...)
	if anyEven(all) {
		out = append(out, "the load test sent requests at even distances; predictions are for arrivals at random (Poisson), which wait longer")
	}
	if d.low() == 1 && d.high() == 1 {
		out = append(out, "the service was given without a range, so the intervals have no width; write it as 80ms..95ms to give them one")
	}
	return out
}
