package workload

// Measured reports whether the user measured the service anywhere, so that nothing else needs
// to be known of the model. Load tests of a language model that time its tokens correct what is
// predicted of it instead.
func (w *Workload) Measured() bool {
	return w.Service.Given() || len(w.Service.LoadTests) > 0 && w.LLM.Tested == nil || len(w.Service.Elsewhere) > 0 || w.Service.ScalingFile != "" || len(w.Service.Scaling) > 0
}
