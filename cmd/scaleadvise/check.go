package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/report"
)

func checkCommand() command {
	return command{
		name: "check", group: "Advice", summary: "judge capacity plans and Kubernetes manifests in CI",
		args: "PATH...",
		about: "A path is a file, a folder, a pattern such as 'plans/**/*.yaml', or - for stdin; a file may hold several documents. " +
			"An object that requests an accelerator and cannot be judged is listed as not judged, with the reason. " +
			"What a plan declares under deploy must hold its peak today and at the horizon within the SLO, after the losses it " +
			"promises to survive, within budget and quota. Manifests say what they serve in annotations named after the " +
			"flags, such as scaleadvise.dev/qps, scaleadvise.dev/model, scaleadvise.dev/p99 and scaleadvise.dev/growth. A comment " +
			"# scaleadvise:ignore RULE REASON until DATE accepts a finding, as does an entry under ignore.\n\n" +
			"Annotations, each behind scaleadvise.dev/: " + strings.Join(plan.Annotations(), ", ") + ". " +
			"scaleadvise advise --help says what each means; ramp is how fast the load may grow, such as 30%/5min; cost-per-replica is what a replica costs that shares its machine with others, or whose machine is paid for, such as 430 USD/month.",
		examples: []string{
			"scaleadvise check capacity/",
			"scaleadvise check capacity/ --compare-to origin/main -o markdown --output-file comment.md",
			"kustomize build overlays/prod | scaleadvise check -",
			"scaleadvise check capacity/ -o sarif --output-file scaleadvise.sarif",
		},
		extra: checkOptions(),
		run:   check,
	}
}

func checkOptions() []option {
	all := []option{
		{name: "fail-on", group: "Gate", doc: "least severity of a finding that fails the check", value: "SEVERITY", example: "error", words: severityWords},
		{name: "min-severity", group: "Gate", doc: "least severity of a finding that is shown", value: "SEVERITY", example: "warning", words: severityWords[:3]},
		{name: "strict", group: "Gate", doc: "fail where something could not be judged", toggle: true},
		{name: "exclude", group: "Gate", doc: "files and folders to skip; may be repeated", value: "PATTERN", example: "'**/charts/**'", repeat: true},
		{name: "loads", group: "Gate", doc: "load of objects, by namespace/name, for manifests without annotations", value: "FILE", example: "loads.yaml"},
		{name: "enable", group: "Gate", doc: "judge by these rules only; may be repeated", value: "RULE", example: "over-capacity", repeat: true},
		{name: "disable", group: "Gate", doc: "leave a rule out; may be repeated", value: "RULE", example: "idle", repeat: true},
		{name: "baseline", group: "Gate", doc: "file of earlier findings, which do not count", value: "FILE", example: "baseline.json"},
		{name: "write-baseline", group: "Gate", doc: "file to write the findings of this check to, as the baseline of the next", value: "FILE", example: "baseline.json"},
		{name: "compare-to", group: "Gate", doc: "folder or git revision to compare with; only findings that it does not have fail the check", value: "BASE", example: "origin/main"},
		{name: "max-cost", group: "Gate", doc: "most that all plans together may cost", value: "USD", example: "20000/month"},
		{name: "max-cost-increase", group: "Gate", doc: "most by which their cost may exceed that of --compare-to", value: "PERCENT", example: "10%"},
		timeLimitOption("Gate"),
		kindsOption(), catalogOption(), rulesOption(), setOption(),
	}
	all = append(append(all, metricsOptions()...), methodOptions()...)
	all = append(all, explainOption("show every finding with its evidence and its principle"))
	return append(all, outputOptions(report.CheckFormats())...)
}

func check(c *call) error {
	loads, errLoads := readLoads(c)
	review, format, err := c.review(loads)
	p, errLimit := newPace(c, "files")
	if err := errors.Join(err, errLoads, errLimit); err != nil {
		return err
	}
	review.Enough, review.Reached = p.enough, p.reached
	result, unread := review.Run(c.ctx)
	if unmet := loads.Unused(); len(unmet) > 0 {
		c.note("--loads: no object was read that is called %s", strings.Join(unmet, ", "))
	}
	if result == nil {
		return unread
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteCheck(w, format, result, c.layout()) })
	return errors.Join(err, unread, loads.Failed(), c.saveBaseline(result), judgement(result), late(p, result))
}

// late is the end of a check whose time did not suffice for all plans.
func late(p *pace, result *advice.Check) error {
	if n := gate.Late(result); n > 0 {
		return p.partial(fmt.Sprintf("%d of %d plans were not judged", n, len(result.Plans)))
	}
	return nil
}

// judgement ends the run with the code for plans that could not be understood, else for findings; they have
// been printed.
func judgement(result *advice.Check) error {
	if err := gate.Faults(result); err != nil {
		return &failure{exitUsage, err}
	}
	if result.Outcome == advice.Fails {
		return &failure{code: exitInfeasible}
	}
	return nil
}
