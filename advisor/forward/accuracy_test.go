package forward

import (
	"slices"
	"testing"

	"scaleadvise/advisor/stat"
)

func shipped(t *testing.T) *Evidence {
	t.Helper()
	e, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// figures of some trials: the median and 90th percentile of the error, the share that the
// interval holds and how wide it is.
func figures(trials []Trial) (middle, p90, holds, ratio float64) {
	var errs, ratios []float64
	held := 0.0
	for _, x := range trials {
		errs, ratios = append(errs, x.Error()), append(ratios, x.High/x.Low)
		if x.Holds() {
			held++
		}
	}
	slices.Sort(errs)
	return stat.Median(errs), stat.Quantile(errs, 0.9), held / float64(len(trials)), stat.Median(ratios)
}

func votes(trials []Trial) (middle, p90 float64) {
	by := map[string][]float64{}
	for _, x := range trials {
		key := x.Hardware + "|" + x.Runtime + "|" + x.Precision
		by[key] = append(by[key], x.Error())
	}
	var errs []float64
	for _, list := range by {
		errs = append(errs, stat.Median(list))
	}
	slices.Sort(errs)
	return stat.Median(errs), stat.Quantile(errs, 0.9)
}

func report(t *testing.T, e *Evidence, what string, share float64) {
	for _, leave := range []string{LeaveModel, LeavePair, LeaveHardware, LeaveSource} {
		trials := e.CrossValidateShare(leave, share)
		by := map[string][]Trial{}
		for _, x := range trials {
			by[x.HardwareKind] = append(by[x.HardwareKind], x)
			if x.HardwareKind == "gpu" && x.Batch <= 4 {
				by["gpu 1-4"] = append(by["gpu 1-4"], x)
			}
			if x.HardwareKind == "gpu" && x.Batch >= 16 && x.Mode != modeServer {
				by["gpu full"] = append(by["gpu full"], x)
			}
			if x.ModelKind == "encoder" || x.ModelKind == "detector" {
				by[x.ModelKind] = append(by[x.ModelKind], x)
			}
			by["all"] = append(by["all"], x)
		}
		m, p := votes(e.CrossValidate(leave, 2))
		t.Logf("%s %-9s one vote %5.1f / %6.1f", what, leave, 100*m, 100*p)
		for key, list := range by {
			m, p, h, r := figures(list)
			t.Logf("%s %-9s %-12s %5d  %5.1f / %6.1f  holds %4.1f  ratio %4.1f", what, leave, key, len(list), 100*m, 100*p, 100*h, r)
		}
	}
}

func TestReport(t *testing.T) {
	e := shipped(t)
	report(t, e, "tuned", 0.1)
	old := *e
	old.Kernel = beginning()
	report(t, &old, "begun", 0.1)
}
