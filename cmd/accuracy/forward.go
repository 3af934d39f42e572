package main

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/forward"
)

// forwardShare is the share of all measured forward passes that is predicted anew.
const forwardShare = 0.25

// perStack is how many runs of a device, runtime, precision and mode vote for it at most.
const perStack = 8

// leftOut is what is left out whole, as readers know it.
var leftOut = map[string]string{
	forward.LeaveModel: "a model", forward.LeaveCell: "a model on a device", forward.LeavePair: "a runtime on a device", forward.LeaveHardware: "a device", forward.LeaveSource: "a source",
}

// ordinaryModels predicts measured forward passes from the others.
func ordinaryModels() ([]forward.Line, error) {
	evidence, err := forward.Shipped()
	if err != nil {
		return nil, err
	}
	return evidence.Accuracy(forwardShare, perStack), nil
}

// ordinaryTable renders the table about ordinary models on ordinary stacks, of each thing
// left out the worst group first.
func ordinaryTable(lines []forward.Line) string {
	var b strings.Builder
	b.WriteString("\n| ordinary models, left out | runs | n | median error | p90 error | in 90 % interval | high/low |\n")
	b.WriteString("|---|---|---:|---:|---:|---:|---:|\n")
	for _, l := range lines {
		cells := []string{leftOut[l.LeftOut], l.Group, fmt.Sprint(l.N), percent(l.Median), percent(l.P90), percent(l.Coverage90), fmt.Sprintf("%.2f", l.Sharpness)}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	return b.String()
}
