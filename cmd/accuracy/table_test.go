package main

import (
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/service"
)

func line(question, method, group string) service.Line {
	return service.Line{Question: question, Method: method, Group: group, Score: service.Score{
		N: 7, Median: 0.041, P90: 0.2, Bias: -0.0004, Coverage90: 0.9, Sharpness: 1.5,
	}}
}

func TestMarkdown(t *testing.T) {
	got := markdown([]service.Line{
		line("transfer", "this", "all"), line("transfer", "three nearest", "gpu"), line("transfer", "this", "gpu"),
		line("server", "this", "gpu"), line("server", "this", "resnet50"),
	})
	want := `| server from saturation | GPUs | **scaleadvise** | 7 | 4.1 % | 20.0 % | 0.0 % | 90.0 % | 1.50 |
| transfer | all hardware | **scaleadvise** | 7 | 4.1 % | 20.0 % | 0.0 % | 90.0 % | 1.50 |
| transfer | GPUs | three nearest | 7 | 4.1 % | 20.0 % | 0.0 % | – | – |
| transfer | GPUs | **scaleadvise** | 7 | 4.1 % | 20.0 % | 0.0 % | 90.0 % | 1.50 |
`
	if _, rows, _ := strings.Cut(got, ":|\n"); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
}

func TestSigned(t *testing.T) {
	for fraction, want := range map[float64]string{0.0123: "+1.2 %", -0.0123: "-1.2 %", 0.0004: "0.0 %", -0.0004: "0.0 %"} {
		if got := signed(fraction); got != want {
			t.Errorf("%g: %s, want %s", fraction, got, want)
		}
	}
}

func TestComplete(t *testing.T) {
	all := []service.Line{line("server", "this", "gpu"), line("transfer", "this", "gpu"), line("alone", "this", "gpu")}
	if err := complete(all); err != nil {
		t.Error(err)
	}
	if complete(all[1:]) == nil {
		t.Error("a table without a question was called complete")
	}
	all[1].Sharpness = math.NaN()
	if complete(all) == nil {
		t.Error("a table with NaN was called complete")
	}
}
