package forward

import "testing"

func shipped(t testing.TB) *Evidence {
	t.Helper()
	e, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestAccuracy keeps the predictions as good as they are, on a twentieth of the runs.
func TestAccuracy(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	bars := map[[2]string][2]float64{ // median and 90th percentile of the error
		{LeaveModel, AllRuns}:                     {0.18, 0.9},
		{LeaveModel, "GPU, full batches"}:         {0.15, 0.7},
		{LeaveModel, "CPU"}:                       {0.2, 0.9},
		{LeaveModel, "GPU, batches of 1 to 4"}:    {0.4, 1.2},
		{LeaveModel, OneVote}:                     {0.2, 0.9},
		{LeaveHardware, AllRuns}:                  {0.3, 1.05},
		{LeaveHardware, "GPU, batches of 1 to 4"}: {0.45, 1.5},
		{LeaveSource, AllRuns}:                    {0.6, 2},
	}
	for _, l := range shipped(t).Accuracy(0.05, 4) {
		t.Logf("%-9s %-48s %4d  %5.1f / %6.1f %%  holds %4.1f %%  ratio %4.1f", l.LeftOut, l.Group, l.N, 100*l.Median, 100*l.P90, 100*l.Coverage90, l.Sharpness)
		bar, ok := bars[[2]string{l.LeftOut, l.Group}]
		if ok && (l.Median > bar[0] || l.P90 > bar[1]) {
			t.Errorf("%s left out, %s: %.3f / %.3f; it was within %.2f / %.2f", l.LeftOut, l.Group, l.Median, l.P90, bar[0], bar[1])
		}
		sharp := map[string]float64{AllRuns: 6, "GPU, batches of 1 to 4": 7.5}[l.Group]
		if sharp > 0 && l.LeftOut == LeaveHardware && l.Sharpness > sharp {
			t.Errorf("%s left out, %s: high over low is %.2f", l.LeftOut, l.Group, l.Sharpness)
		}
		if l.Group == AllRuns && (l.Coverage90 < 0.84 || l.Coverage90 > 0.95) {
			t.Errorf("%s left out: the 90 %% interval holds %.3f", l.LeftOut, l.Coverage90)
		}
	}
}
