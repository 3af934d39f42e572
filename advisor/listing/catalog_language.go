package listing

import "scaleadvise/advisor/catalog"

// llmMeasurements lists what was measured of language models. They are the ones that ship: a
// folder of one's own adds none, because the fit to them ships too.
func llmMeasurements(*catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "llm-measurements", Columns: []Column{
		{"model", "model"}, {"accelerator", "accelerator"}, {"accelerators", "×"}, {"tensor_parallel", "TP"}, {"data_parallel", ""},
		{"precision", "precision"}, {"kv_precision", ""}, {"engine", "engine"}, {"version", ""}, {"load", "load"},
		{"input_tokens", "in"}, {"output_tokens", "out"}, {"concurrency", "at once"}, {"rate_qps", "rate/s"},
		{"output_tps", "tokens/s"}, {"ttft_ms", "TTFT ms"}, {"tpot_ms", "TPOT ms"}, {"e2e_ms", "request ms"},
		{"statistic", ""}, {"weak", ""}, {"dataset", ""}, {"date", ""}, {"source", ""},
	}}
	rows, _ := catalog.LLMMeasurements() // a damaged table is what its test finds
	for _, m := range rows {
		l.Rows = append(l.Rows, []any{
			m.Model, m.Accelerator, known(m.Count), known(m.TensorParallel), known(m.DataParallel),
			m.Precision, m.KVPrecision, m.Engine, m.Version, m.Load,
			known(m.Input), known(m.Output), known(m.Concurrency), known(m.Rate),
			known(m.OutputTPS), known(m.TTFTMS), known(m.TPOTMS), known(m.E2EMS),
			m.Statistic, m.Weak, m.Dataset, m.Date, m.Source,
		})
	}
	return l
}
