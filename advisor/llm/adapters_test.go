package llm

import "testing"

// TestAdapterBytes: an adapter of rank 16 for all linear layers of Llama 3.1 8B has 41,943,040
// parameters; on two accelerators each keeps half of the divided sides.
func TestAdapterBytes(t *testing.T) {
	s := Shape{Layers: 32, Hidden: 4096, FFN: 14336, Heads: 32, HeadDim: 128, ValueDim: 128, KVHeads: 8}
	if got := s.AdapterBytes(16, 1); got != 2*41943040 {
		t.Errorf("%g B", got)
	}
	const whole, divided = 7 * 4096, 2*4096 + 2*1024 + 3*14336
	if got, want := s.AdapterBytes(16, 2), float64(2*16*32*(whole+divided/2)); got != want {
		t.Errorf("%g B on each of two, want %g", got, want)
	}
	mixture := s
	mixture.Experts = 8
	if got := mixture.AdapterBytes(16, 1); got != 2*16*32*(4*4096+2*4096+2*1024) {
		t.Errorf("%g B beside experts", got)
	}
}
