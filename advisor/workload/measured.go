package workload

// Measured reports whether the user measured the service anywhere, so that nothing else needs to be known
// about the model. Load tests that time the tokens of a language model do not count: they correct its
// predictions.
func (w *Workload) Measured() bool {
	return w.Service.Given() || len(w.Service.LoadTests) > 0 && w.LLM.Tested == nil || len(w.Service.Elsewhere) > 0 || w.Service.ScalingFile != "" || len(w.Service.Scaling) > 0
}
