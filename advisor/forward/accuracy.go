package forward

import (
	"cmp"
	"slices"

	"scaleadvise/advisor/stat"
)

// Line is the accuracy of the predictions of one group, with something held out.
type Line struct {
	LeftOut, Group string
	N              int
	Median, P90    float64 // relative error of the time
	Coverage90     float64 // share of the measured times that the 90 % interval holds
	Sharpness      float64 // median of the interval's upper end over its lower end
}

// group is some trials that belong together.
type group struct {
	name string
	has  func(Trial) bool
}

// groups are those of the table, beside all of them.
var groups = []group{
	{"GPU, full batches", func(t Trial) bool { return t.HardwareKind == "gpu" && t.Batch >= 16 && t.Mode == modeBatch }},
	{"GPU, batches of 1 to 4", func(t Trial) bool { return t.HardwareKind == "gpu" && t.Batch <= 4 }},
	{"GPU, behind a server", func(t Trial) bool { return t.HardwareKind == "gpu" && t.Mode == modeServer }},
	{"CPU", func(t Trial) bool { return t.HardwareKind == "cpu" }},
	{"integrated GPU", func(t Trial) bool { return t.HardwareKind == "igpu" }},
	{"boards", func(t Trial) bool { return t.HardwareKind == "edge" }},
	{"NPU", func(t Trial) bool { return t.HardwareKind == "npu" }},
	{"encoders", func(t Trial) bool {
		return class(t.ModelKind, "") == classAttention && t.ModelKind != "vision-transformer"
	}},
	{"detectors and segmenters", func(t Trial) bool { return t.ModelKind == "detector" || t.ModelKind == "segmenter" }},
}

// Names of the lines about all trials.
const (
	AllRuns = "all runs"
	OneVote = "one vote for each device, runtime and precision"
)

// Accuracy returns the accuracy of predictions with a model, a model on a device, a runtime on a device, a
// device or a source held out as a whole, on a share of all runs, with a limited number of runs for each
// device, runtime, precision and mode; for each the line about all runs, then the groups, the worst first.
func (e *Evidence) Accuracy(share float64, perStack int) []Line {
	var lines []Line
	for _, leave := range []string{LeaveModel, LeaveCell, LeavePair, LeaveHardware, LeaveSource} {
		trials := asAsked(leave, e.CrossValidateShare(leave, share))
		lines = append(lines, lineOf(leave, AllRuns, trials), oneVote(leave, asAsked(leave, e.CrossValidate(leave, perStack))))
		var parts []Line
		for _, g := range groups {
			if some := slices.DeleteFunc(slices.Clone(trials), func(t Trial) bool { return !g.has(t) }); len(some) > 0 {
				parts = append(parts, lineOf(leave, g.name, some))
			}
		}
		slices.SortStableFunc(parts, func(a, b Line) int { return cmp.Compare(b.Median, a.Median) })
		lines = append(lines, parts...)
	}
	return lines
}

// asAsked are the trials that ask what their leaving out is for: where no other model ran on a
// device with a runtime, leaving a model out leaves the pair out, which has lines of its own.
func asAsked(leave string, trials []Trial) []Trial {
	if leave != LeaveModel {
		return trials
	}
	return slices.DeleteFunc(trials, func(t Trial) bool { return t.Asked != askedModel })
}

func lineOf(leave, name string, trials []Trial) Line {
	l := Line{LeftOut: leave, Group: name, N: len(trials)}
	errs, ratios := make([]float64, len(trials)), make([]float64, len(trials))
	for i, t := range trials {
		errs[i], ratios[i] = t.Error(), t.High/t.Low
		if t.Holds() {
			l.Coverage90 += 1 / float64(len(trials))
		}
	}
	slices.Sort(errs)
	l.Median, l.P90, l.Sharpness = stat.Quantile(errs, 0.5), stat.Quantile(errs, 0.9), stat.Median(ratios)
	return l
}

// oneVote gives every device, runtime and precision one error, the median of its own.
func oneVote(leave string, trials []Trial) Line {
	by := map[string][]float64{}
	for _, t := range trials {
		key := t.Hardware + "|" + t.Runtime + "|" + t.Precision
		by[key] = append(by[key], t.Error())
	}
	l := lineOf(leave, OneVote, trials)
	l.N = len(by)
	errs := make([]float64, 0, len(by))
	for _, own := range by {
		errs = append(errs, stat.Median(own))
	}
	slices.Sort(errs)
	l.Median, l.P90 = stat.Quantile(errs, 0.5), stat.Quantile(errs, 0.9)
	return l
}
