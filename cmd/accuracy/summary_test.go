package main

import (
	"testing"

	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/service"
)

func TestSummary(t *testing.T) {
	got := summary([]service.Line{
		{Question: "server", Method: ours, Group: "gpu", Score: service.Score{N: 343, Median: 0.033, Coverage90: 0.901}},
		{Question: "server", Method: "0.9 × saturation", Group: "gpu", Score: service.Score{N: 343, Median: 0.064}},
		{Question: "alone", Method: ours, Group: "gpu", Score: service.Score{N: 600, Median: 0.1}},
	}, []step.Line{
		{Group: step.DenseTime, Method: step.Ours, N: 3193, Median: 0.054, Coverage90: 0.903},
		{Group: step.DenseTime, Method: step.StepsOnly, N: 3193, Median: 0.087},
		{Group: step.OpenTime, Method: step.Ours, N: 237, Median: 0.129},
	})
	want := "| predicted, with its own measurements left out | median error | in 90 % interval |\n|---|---:|---:|\n" +
		"| rate under a latency bound, from saturation (GPUs, 343) | 3.3 % | 90.1 % |\n" +
		"| language models: request, dense models (3193) | 5.4 % | 90.3 % |\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
