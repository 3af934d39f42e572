package forward

import (
	"strings"

	"scaleadvise/advisor/catalog"
)

// sourceTuned is the source of MLPerf's tuned runs. Package service answers questions about
// them; here they say how near its peak an accelerator comes of which few others have measured
// anything. No question is about them, and none takes them for its own harness.
const sourceTuned = "MLPerf Inference, closed"

// squad is the mean length of the questions that MLPerf asks of BERT. Tuned runs pack them
// without padding: at the 384 tokens of its rules they would exceed the peak of their hardware.
const squad = "180 tokens"

// Benchmarked returns a model with the inputs that MLPerf's tuned runs of it have.
func Benchmarked(m Model) Model {
	if m.Kind == "encoder" {
		return m.At(squad)
	}
	return m
}

// tuned adds a run of MLPerf on accelerators of the catalogue, of a model whose operations are
// stated: at saturation, and one request alone.
func (g *gathered) tuned(c *catalog.Catalog, r catalog.Measurement) {
	a, listed := c.Accelerator(r.Accelerator)
	known, _ := c.Model(r.Model)
	if !listed || !strings.Contains(r.Software, "TensorRT") || r.MIG || r.Triton || r.Reference || known.GFLOPs == 0 || known.Sequential {
		return
	}
	switch {
	case known.Kind != "vision" && known.Kind != "encoder": // a request is more than the pass that operations are stated of
		return
	case known.Kind == "encoder" && r.Precision == "fp16": // the higher accuracy target: what part of it runs at 16 bit is not said
		return
	}
	own := Model{Name: known.ID, Kind: kindOfModel(known), ParamsM: known.ParamsB * 1e3, GMACs: known.GFLOPs / 2, Input: known.Input, Hidden: known.Hidden}
	own = Benchmarked(own)
	run := catalog.Forward{Runtime: "tensorrt", Precision: r.Precision, Model: own.Name, Kind: own.Kind, ParamsM: own.ParamsM, GMACs: own.GMACs,
		ActivationsM: own.ActivationsM, Input: own.Input, Source: sourceTuned}
	if r.OfflineQPS > 0 {
		run.Mode, run.Throughput = catalog.ModeBatch, r.PerAccelerator()
		g.add(run, OfAccelerator(a))
	}
	if r.SingleP50MS > 0 {
		run.Mode, run.Throughput, run.Batch, run.LatencyMS = catalog.ModeLatency, 0, 1, r.SingleP50MS
		g.add(run, OfAccelerator(a))
	}
}
