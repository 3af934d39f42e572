package llm

import "scaleadvise/advisor/engine"

// WeightBits returns the bits of one weight in a precision; see WeightBytes for "".
func (s *Shape) WeightBits(precision string) float64 { return s.formatOf(precision).bits }

// formatOf is how weights of a precision are stored; "" is that of the release, else 16 bit.
func (s *Shape) formatOf(precision string) format {
	if precision == "" {
		precision = s.Released
	}
	if s.packs(precision) {
		return format{s.Packed.Bits, s.Packed.Embeddings}
	}
	f, ok := formats[precision]
	if !ok {
		f = formats["bf16"]
	}
	return f
}

// packs reports whether weights of a precision are in a layout of their own.
func (s *Shape) packs(precision string) bool {
	return s.Packed.Bits > 0 && s.Packed.Precision == precision
}

// ExpertBytes returns the memory of all routed experts, B.
func (s *Shape) ExpertBytes(precision string) float64 {
	bits := s.formatOf(precision).bits
	if released := releasedBits[s.Released]; released > 0 && bits <= 8 && !s.packs(precision) {
		bits = released
	}
	return s.ExpertParams * bits / 8
}

// EmbeddingParamBytes returns the bytes of one parameter of the embedding table.
func (s *Shape) EmbeddingParamBytes(precision string) float64 {
	return s.formatOf(precision).table / 8
}

// CacheBits returns the bits of one element of the KV cache, by what the engine does where no
// precision is given.
func (s *Setup) CacheBits() float64 {
	if s.KVPrecision == "" && s.Shape.formatOf(s.Precision).bits < 16 && cacheOfCheckpoint(s.Engine) {
		return 8
	}
	if s.KVPrecision == "" && s.Precision == "fp32" {
		return kvBits["fp32"]
	}
	if bits, ok := kvBits[s.KVPrecision]; ok {
		return bits
	}
	return kvBits[""]
}

// cacheOfCheckpoint reports whether an engine takes the precision of the KV cache from a
// quantized checkpoint.
func cacheOfCheckpoint(name string) bool {
	e, err := engine.Named(name)
	return err == nil && e.Cache == engine.CacheOfCheckpoint
}
