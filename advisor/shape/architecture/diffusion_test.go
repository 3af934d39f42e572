package architecture

import (
	"math"
	"testing"

	"scaleadvise/advisor/shape"
)

// TestPipelines: the published parameters of denoisers, and the multiply-adds of one of their
// passes where somebody counted them.
func TestPipelines(t *testing.T) {
	for _, test := range []struct {
		file                 string
		params, total, gmacs float64
		passes               int
	}{
		{"sd-1.5/model_index.json", 859.52, 859.52 + 123.06 + 83.65, 401.6, 3},
		{"sd-1.5", 859.52, 859.52 + 123.06 + 83.65, 401.6, 3},
		{"sdxl/model_index.json", 2567.46, 2567.46 + 123.06 + 694.66 + 83.65, 3381, 4},
		{"unet-2.1.json", 865.91, 865.91, 1075, 1},
		{"sd3-medium.json", 2028, 2028, 4456, 1},
		{"sd3.5-large.json", 8057, 8057, 15570, 1},
		{"flux-dev.json", 11901, 11901, 37180, 1},
		{"dit-xl-2.json", 749.83, 749.83, 0, 1},
		{"pixart-alpha.json", 611.35, 611.35, 0, 1},
	} {
		m, err := Read(folder, test.file, test.file)
		if err != nil {
			t.Errorf("%s: %v", test.file, err)
			continue
		}
		c, err := m.At(shape.Request{})
		if err != nil || len(c.Passes) != test.passes {
			t.Errorf("%s: %d passes, %v", test.file, len(c.Passes), err)
			continue
		}
		denoiser := c.Passes[0]
		for _, p := range c.Passes {
			if p.Name == "denoiser" {
				denoiser = p
			}
		}
		if off := denoiser.Params/1e6/test.params - 1; math.Abs(off) > 0.01 {
			t.Errorf("%s: the denoiser has %.2f million parameters, published are %.2f", test.file, denoiser.Params/1e6, test.params)
		}
		if off := m.Params/1e6/test.total - 1; math.Abs(off) > 0.01 {
			t.Errorf("%s has %.2f million parameters, published are %.2f", test.file, m.Params/1e6, test.total)
		}
		if off := denoiser.MACs()/1e9/test.gmacs - 1; test.gmacs > 0 && math.Abs(off) > 0.05 {
			t.Errorf("%s: a step takes %.1f GMACs, known are %.1f", test.file, denoiser.MACs()/1e9, test.gmacs)
		}
		if want := float64(usualSteps); denoiser.Times != want && denoiser.Times != 2*want {
			t.Errorf("%s: %g passes of the denoiser for %g steps", test.file, denoiser.Times, want)
		}
	}
}
