package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor"
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
			"What a plan declares under deploy must hold its peak today and at the horizon within the SLO, after the losses it " +
			"promises to survive, within budget and quota. Manifests say what they serve in annotations named after the " +
			"flags, such as scaleadvise.dev/qps, scaleadvise.dev/model, scaleadvise.dev/p99 and scaleadvise.dev/growth. A comment " +
			"# scaleadvise:ignore RULE REASON until DATE puts up with a finding, as does an entry under ignore.\n\n" +
			"Annotations, each behind scaleadvise.dev/: " + strings.Join(plan.Annotations(), ", ") + ". " +
			"scaleadvise advise --help says what each means; ramp is how fast the load may grow, such as 30%/5min.",
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
		{name: "enable", group: "Gate", doc: "judge by these rules only; may be repeated", value: "RULE", example: "over-capacity", repeat: true},
		{name: "disable", group: "Gate", doc: "leave a rule out; may be repeated", value: "RULE", example: "idle", repeat: true},
		{name: "baseline", group: "Gate", doc: "file of findings that were there before and do not count", value: "FILE", example: "baseline.json"},
		{name: "write-baseline", group: "Gate", doc: "file to write the findings of this check to, as the baseline of the next", value: "FILE", example: "baseline.json"},
		{name: "compare-to", group: "Gate", doc: "folder or git revision to compare with; only findings that it does not have fail the check", value: "BASE", example: "origin/main"},
		{name: "max-cost", group: "Gate", doc: "most that all plans together may cost", value: "USD", example: "20000/month"},
		{name: "max-cost-increase", group: "Gate", doc: "most by which their cost may exceed that of --compare-to", value: "PERCENT", example: "10%"},
		catalogOption(),
		rulesOption(),
	}
	all = append(all, methodOptions()...)
	all = append(all, explainOption("show every finding with its evidence and its principle"))
	return append(all, outputOptions(report.CheckFormats())...)
}

func check(c *call) error {
	k, err := c.checker()
	if err != nil {
		return err
	}
	plans, unread := k.judgeAll()
	if c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	result, err := k.verdict(plans)
	if err != nil {
		return err
	}
	layout := report.Options{Width: c.columns(), Color: c.colored(), ASCII: c.ascii(), Explain: c.toggled("explain")}
	err = c.deliver(func(w io.Writer) error { return report.WriteCheck(w, k.format, result, layout) })
	return errors.Join(err, unread, k.saveBaseline(result), faults(result), failed(result))
}

// verdict judges all plans together.
func (k *checker) verdict(plans []advice.Checked) (*advice.Check, error) {
	result := k.policy.Judge(plans)
	limits := k.limits
	if k.policy.Base != nil {
		limits.Before = gate.Cost(k.policy.Base.Plans)
	}
	totals, err := advisor.Totals(k.call.ctx, k.rules, result.Cost, limits)
	if err != nil {
		return nil, err
	}
	k.policy.Add(result, totals)
	result.Rules = k.texts(result)
	if result.Principles, err = cited(result); err != nil {
		return nil, err
	}
	if gone := k.policy.Baseline.Gone(result); gone > 0 {
		result.Warnings = append(result.Warnings, fmt.Sprintf("%d findings of the baseline no longer occur; --write-baseline leaves them out", gone))
	}
	result.Warnings = append(append(result.Warnings, k.notes...), k.passedOver()...)
	return result, nil
}

// faults are the plans that could not be understood: one line each, beside the result.
func faults(result *advice.Check) error {
	var all []error
	for _, p := range result.Plans {
		if p.Outcome != advice.Invalid || len(p.Findings) == 0 {
			continue
		}
		first, more := p.Findings[0], ""
		if n := len(p.Findings) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		all = append(all, usagef("%s: %s%s", spot(first.Place), first.Message, more))
	}
	return errors.Join(all...)
}

func spot(p advice.Place) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// failed ends the run with the code for findings; they have been printed.
func failed(result *advice.Check) error {
	if result.Outcome != advice.Fails {
		return nil
	}
	return &failure{code: exitInfeasible}
}

// saveBaseline writes the file that --write-baseline names.
func (k *checker) saveBaseline(result *advice.Check) error {
	name := k.call.text("write-baseline")
	if name == "" {
		return nil
	}
	content, err := rendered(func(w io.Writer) error { return gate.WriteBaseline(w, result) })
	if err != nil {
		return err
	}
	return saveFile(name, content)
}
