package main

import (
	"fmt"
	"path/filepath"

	"scaleadvise/advisor/origin"
	records "scaleadvise/advisor/trace"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// traceOption reads the demand and the lengths of requests from a record of them.
func traceOption() option {
	return option{name: "trace", group: "Workload", doc: "record of requests, from which demand, its course over a day, burstiness, tokens and reuse of prompts follow", value: "FILE", example: "requests.csv.gz"}
}

// recorded is what the trace that a flag names says of traits; what else is given goes before it.
func recorded(c *call) (workload.Set, error) {
	name := c.text("trace")
	if name == "" || c.command.name == "simulate" {
		return nil, nil
	}
	if name == "-" {
		return nil, usagef("--trace -: its lengths are read a second time, which a stream cannot; name a file")
	}
	source, err := c.open(name)
	if err != nil {
		return nil, at("--trace", err)
	}
	defer source.Close()
	s, err := records.Summarize(c.ctx, source)
	if err != nil {
		return nil, at("--trace "+name, err)
	}
	c.note("%s: %d requests in %s, %.3g/s on average and %.3g/s in the busiest hour", name, s.Requests, unit.Format(unit.Duration, s.Length), s.Mean, s.Peak)
	texts := map[string]string{
		"qps": fmt.Sprintf("%.6g/s", s.Peak), "input_tokens": "@" + filepath.Base(name), "output_tokens": "@" + filepath.Base(name),
	}
	if s.Dispersion > 1 {
		texts["burstiness"] = fmt.Sprintf("%.4g@1s", s.Dispersion)
	}
	if s.Day != nil {
		texts["day_shape"] = s.Course()
	}
	if s.Reused > 0 {
		texts["prefix_hit"] = fmt.Sprintf("%.4g%%", 100*min(s.Reused, 0.99))
	}
	set := workload.Set{}
	for trait, text := range texts {
		if err := workload.ParseSet(trait, text, origin.Origin{Kind: origin.Plan, File: name, Name: trait}, set); err != nil {
			return nil, err
		}
	}
	return set, nil
}
