package llm

// Adapters are the LoRA adapters that a replica has on its accelerators, all of one rank (Hu et al. 2021).
// The zero value is none.
type Adapters struct{ Number, Rank int }

// AdapterBytes returns what one adapter of a rank takes on each accelerator of a replica, B: two narrow
// matrices in 16 bit for each linear layer but those of routed experts. Tensor parallelism divides the
// matrix on the divided side of the layer, and keeps the other whole (vLLM, lora/layers: without fully
// sharded adapters).
func (s Shape) AdapterBytes(rank, gpus int) float64 {
	n, h := float64(max(1, gpus)), float64(s.Hidden)
	ffn := float64(s.FFN)
	if s.Experts > 0 {
		ffn = 0
	}
	sum := 0.0
	for _, divided := range []float64{ // the sides of q, k, v, gate and up, then of o and down
		float64(s.Heads * s.HeadDim), float64(s.KVHeads * s.HeadDim), float64(s.KVHeads * s.ValueDim), ffn, ffn,
		float64(s.Heads * s.ValueDim), ffn,
	} {
		if divided > 0 {
			sum += h + divided/n
		}
	}
	return 2 * float64(rank) * float64(s.Layers) * sum
}
