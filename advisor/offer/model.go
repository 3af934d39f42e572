package offer

import (
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

// resolveModel finds the model that is served; its ID is "" where the service was measured
// and no model named.
func resolveModel(w *workload.Workload, c *catalog.Catalog) (catalog.Model, error) {
	if w.Facts != nil {
		return modelOf(w.Facts), nil
	}
	own := w.Service.Given() || len(w.Service.Elsewhere) > 0 || len(w.Service.Scaling) > 0
	if w.ModelAssumed && own {
		return catalog.Model{}, nil
	}
	m, err := c.ResolveModel(w.Model)
	switch {
	case err == nil:
		return m, nil
	case own: // a name of the user's own is fine where the service was measured
		return catalog.Model{Name: w.Model}, nil
	}
	return m, w.Fault("model", err)
}

func modelOf(f *workload.ModelFacts) catalog.Model {
	return catalog.Model{ID: f.Name, Name: f.Name, Kind: f.Kind, ParamsB: f.Params / 1e9, GFLOPs: f.GFLOPs, Source: f.Origin.String()}
}

// fitScaling fits the scalability law to what the user measured of several replicas; nil
// where nothing was.
func fitScaling(w *workload.Workload) (*queue.USL, error) {
	points := w.Service.Scaling
	if len(points) == 0 {
		return nil, nil
	}
	ns, qps := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		ns[i], qps[i] = p.N, p.QPS
	}
	law, err := queue.FitUSL(ns, qps)
	if err != nil {
		return nil, w.Fault("scaling_data", err)
	}
	return &law, nil
}

// OwnService returns the service as the user measured it; where only scaling data were
// given, the law's single replica is the measurement.
func OwnService(w *workload.Workload, law *queue.USL) workload.Service {
	own := w.Service
	if !own.Given() && law != nil {
		one := law.Capacity(1)
		own.QPS.Mid, own.QPS.Low, own.QPS.High = one, one, one
	}
	return own
}

// checkService reports a measured service that contradicts itself, and a measurement on an
// unknown accelerator.
func checkService(w *workload.Workload, law *queue.USL, n *names) error {
	if own := OwnService(w, law); own.Given() {
		if _, err := service.FromGiven(own); err != nil {
			return err
		}
	}
	for _, e := range w.Service.Elsewhere {
		if _, err := n.accelerator("measured", e.Accelerator); err != nil {
			return err
		}
	}
	return nil
}
