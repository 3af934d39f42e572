package service

import "testing"

// TestPredictionsBeatTheBaselines holds the cross-validated table against the baselines.
// Run with -v it prints the table.
func TestPredictionsBeatTheBaselines(t *testing.T) {
	at := map[[3]string]Score{}
	for _, l := range Learn(embedded(t)).Accuracy() {
		at[[3]string{l.Question, l.Method, l.Group}] = l.Score
		t.Logf("%-16s %-20s %-20s n %4d  median %5.1f %%  p90 %5.1f %%  bias %+5.1f %%  coverage %3.0f %%  high/low %.2f",
			l.Question, l.Method, l.Group, l.N, 100*l.Median, 100*l.P90, 100*l.Bias, 100*l.Coverage90, l.Sharpness)
	}
	if s := at[[3]string{"new accelerator", "this", "gpu"}]; s.Coverage90 < 0.85 || s.Coverage90 > 0.98 {
		t.Errorf("intervals of accelerators nobody measured: %+v", s)
	}
	for question, bar := range map[string][2]float64{"server": {0.042, 0.14}, "transfer": {0.07, 0.23}} {
		s := at[[3]string{question, "this", Recent}]
		if s.N < 200 || s.Median > bar[0] || s.P90 > bar[1] || s.Coverage90 < 0.84 {
			t.Errorf("%s, %s: %+v", question, Recent, s)
		}
	}
	for _, tt := range []struct {
		question, baseline string
		median, p90, sharp float64
	}{
		{"server", "0.9 × saturation", 0.04, 0.215, 1.45},
		{"transfer", "accelerator × model", 0.048, 0.175, 2.5},
		{"transfer", "three nearest", 0.048, 0.175, 2.5},
	} {
		this, that := at[[3]string{tt.question, "this", "gpu"}], at[[3]string{tt.question, tt.baseline, "gpu"}]
		if this.Median >= that.Median || this.P90 >= that.P90 {
			t.Errorf("%s: %+v does not beat %s: %+v", tt.question, this, tt.baseline, that)
		}
		if this.Median > tt.median || this.P90 > tt.p90 || this.Sharpness > tt.sharp || this.Coverage90 < 0.85 || this.Coverage90 > 0.95 {
			t.Errorf("%s fell behind what it reached: %+v", tt.question, this)
		}
	}
}
