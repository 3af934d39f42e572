package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/rule"
	"scaleadvise/rules"
)

func explainCommand() command {
	return command{
		name: "explain", group: "Advice", summary: "how a number came about, step by step; or what a rule or a principle says of your workload",
		args: "[RULE|PRINCIPLE|QUANTITY]",
		about: "A quantity is replicas, p99, capacity_qps, cost, utilization, need, margin, losses, runway or any other that a step gives; " +
			"each step shows its formula, its inputs with where they come from, and the source of the method, and can be computed " +
			"again from what it shows. Rules and principles can be explained without a workload; with one, the " +
			"values that make a rule fire or stay silent are shown. Without a topic every step is.",
		examples: []string{
			"scaleadvise explain replicas --qps 5000 --gpu a10 --availability 99.9%",
			"scaleadvise explain p99 --qps 5000 --gpu a10",
			"scaleadvise explain vertical-limit",
			"scaleadvise explain tail-grows --plan plan.yaml",
		},
		extra: slices.Concat(traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), outputOptions(report.ExplanationFormats())),
		run:   explain,
	}
}

func explain(c *call) error {
	if c.toggled("dry-run") {
		return dryRun(c)
	}
	topic := ""
	if len(c.args) > 0 {
		topic = c.args[0]
		if err := noArgs("explain "+topic, c.args[1:]); err != nil {
			return err
		}
	}
	format, errFormat := c.format(report.ExplanationFormats())
	set, errRules := c.rules()
	lesson, errLesson := rules.Lesson()
	if err := errors.Join(errFormat, errRules, errLesson); err != nil {
		return err
	}
	known := subjects{set, lesson}
	if err := c.explainable(known, topic); err != nil {
		return err
	}
	a, err := c.explainedAdvice(known.told(topic))
	if err != nil {
		return err
	}
	e, err := known.explanation(topic, a)
	if err != nil {
		return err
	}
	if e.Principle != nil {
		e.Principle.Example, err = c.example(topic)
	}
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { return report.WriteExplanation(w, format, e, c.layout()) })
}

// explainable refuses a word that is neither rule nor principle where there is no workload
// whose quantities it could be one of.
func (c *call) explainable(known subjects, topic string) error {
	if topic == "" || known.told(topic) || c.namesDemand() {
		return nil
	}
	near := known.names(&advice.Advice{})
	if _, ok := quantities[topic]; ok || slices.Contains(slices.Collect(maps.Values(quantities)), topic) {
		return usagef("explain %s: a quantity is one of a workload: add --qps 5000, or --plan FILE", topic)
	}
	return usagef("explain: nothing is called %q; %s", topic, nearOr(topic, near, "it may be a rule (scaleadvise rules list) or a principle (scaleadvise lesson); for a quantity add a workload, such as --qps 5000"))
}

// explainedAdvice is the advice with its steps; nil where no workload was given and the topic
// can be told without.
func (c *call) explainedAdvice(told bool) (*advice.Advice, error) {
	if told && !c.namesDemand() {
		return nil, nil
	}
	input, errInput := c.input()
	o, errOptions := c.options()
	if err := errors.Join(errInput, errOptions); err != nil {
		return nil, err
	}
	o.Explain = true
	return advisor.Advise(c.ctx, input, o)
}

// subjects are what can be explained beside quantities.
type subjects struct {
	set    *rule.Set
	lesson []rules.Principle
}

// told reports whether a topic can be told without a workload.
func (s subjects) told(topic string) bool {
	_, isRule := s.set.Rule(topic)
	return isRule || s.principle(topic) != nil
}

func (s subjects) principle(id string) *rules.Principle {
	for i := range s.lesson {
		if s.lesson[i].ID == id {
			return &s.lesson[i]
		}
	}
	return nil
}

// quantities are other names of what steps give.
var quantities = map[string]string{
	"capacity": "capacity_qps", "limit": "capacity_qps", "cost": "cost_usd_per_month", "capacity_qps_after_losses": "capacity_after_losses",
	"holds_until": "runway", "memory": "needed_gib", "weights": "weights_gib", "strategy": "cost_ratio", "choice": "cost_ratio",
	"saturation": "saturation_qps", "latency": "p99", "survives_replica_losses": "losses", "ttft": "ttft", "tpot": "tpot", "kv_cache": "kv_bytes_per_token", "concurrency": "requests_at_once", "max_concurrency": "requests_at_once",
	"replicas": "replicas", "p99": "p99", "p95": "p95", "p50": "p50", "utilization": "utilization", "busy": "busy", "batch": "batch",
	"margin": "margin", "need": "need", "losses": "losses", "runway": "runway", "demand": "demand", "instances": "instances",
	"ttft_ms": "ttft", "tpot_ms": "tpot", "p99_ms": "p99", "p95_ms": "p95", "p50_ms": "p50", "mean_batch": "batch",
}

// explanation puts together what there is to say of a topic.
func (s subjects) explanation(topic string, a *advice.Advice) (*advice.Explanation, error) {
	e := &advice.Explanation{Topic: topic, Advice: a}
	if a != nil {
		e.Steps = a.Steps
	}
	if topic == "" {
		return e, nil
	}
	r, isRule := s.set.Rule(topic)
	p := s.principle(topic)
	e.Steps = nil
	if p != nil {
		e.Principle = s.explainedPrinciple(p, a)
	}
	if isRule {
		e.Rule = explainedRule(r, a)
		if a != nil {
			e.Steps = derivation.Of(a.Steps, stepsOfFacts(r.Reads())...)
		}
	}
	if v, steps, ok := quantityOf(topic, a); ok {
		e.Quantity, e.Steps = v, steps
	} else if !isRule && p == nil {
		return nil, usagef("explain: nothing is called %q; %s", topic, nearOr(topic, s.names(a), s.offer(a)))
	}
	return e, nil
}

// quantityOf is what a step gives, with the steps that lead to it.
func quantityOf(topic string, a *advice.Advice) (*derivation.Value, []derivation.Step, bool) {
	if a == nil {
		return nil, nil, false
	}
	name := strings.ReplaceAll(topic, "-", "_")
	if other, ok := quantities[name]; ok {
		name = other
	}
	steps := derivation.Of(a.Steps, name)
	if len(steps) == 0 {
		return nil, nil, false
	}
	v := steps[len(steps)-1].Result
	return &v, steps, true
}

// names are all that can be explained of an advice.
func (s subjects) names(a *advice.Advice) []string {
	names := slices.Collect(maps.Keys(quantities))
	for _, step := range a.Steps {
		names = append(names, step.Result.Name)
	}
	for _, r := range s.set.Rules() {
		names = append(names, r.ID)
	}
	for _, p := range s.lesson {
		names = append(names, p.ID)
	}
	return names
}

// offer lists the quantities that an advice has steps for.
func (s subjects) offer(a *advice.Advice) string {
	var names []string
	for _, step := range a.Steps {
		names = append(names, step.Result.Name)
	}
	if len(names) == 0 {
		return "a rule (scaleadvise rules list) or a principle (scaleadvise lesson); this workload has no plan whose numbers could be explained"
	}
	return fmt.Sprintf("expected a rule (scaleadvise rules list), a principle (scaleadvise lesson), or one of %s", strings.Join(names, ", "))
}

// explainedRule is a rule with what it makes of the advice's workload.
func explainedRule(r *rule.Rule, a *advice.Advice) *advice.ExplainedRule {
	out := &advice.ExplainedRule{
		RuleText: advice.RuleText{ID: r.ID, Title: r.Title, Why: r.Why, Severity: r.Severity.Advise, Principles: r.Principles},
		File:     r.File, When: r.When, Message: r.Message, Remedy: r.Remedy, For: r.For, Against: r.Against,
	}
	if a == nil {
		return out
	}
	out.Decided = a.DecidedBy == r.ID && a.DecidedBy != string(a.Criterion)
	out.Supports = slices.Contains(a.SupportedBy, r.ID)
	for i := range a.Findings {
		if a.Findings[i].Rule == r.ID {
			out.Finding = &a.Findings[i]
		}
	}
	for _, name := range r.Reads() {
		f, ok := fact.Named(name)
		if !ok {
			continue
		}
		e := advice.Evidence{Name: name, Value: a.Facts[name], Unit: f.Unit}
		if e.Value == nil {
			e.Value = "does not apply"
		}
		if out.Finding != nil {
			e.Origin = originIn(*out.Finding, name)
		}
		out.Read = append(out.Read, e)
	}
	return out
}

// originIn is where a finding's evidence came from, "" where it does not name the fact.
func originIn(f advice.Finding, name string) string {
	for _, e := range f.Evidence {
		if e.Name == name {
			return e.Origin
		}
	}
	return ""
}

// stepsOfFacts are the quantities that facts about the plan are.
func stepsOfFacts(facts []string) []string {
	known := map[string]string{
		"plan.replicas": "replicas", "plan.capacity_qps": "capacity_qps", "plan.capacity_after_losses_qps": "capacity_after_losses", "plan.utilization": "utilization",
		"plan.cost_usd_per_month": "cost_usd_per_month", "plan.cost_usd_per_million": "cost_usd_per_million_requests", "plan.p99_ms": "p99", "plan.p50_ms": "p50",
		"plan.saturation_qps": "saturation_qps", "plan.busy": "busy", "plan.mean_batch": "batch", "plan.losses_required": "losses", "plan.holds_months": "runway",
		"demand.plan_qps": "planned", "demand.horizon_qps": "horizon_qps", "demand.qps": "peak", "plan.instances": "instances",
	}
	var names []string
	for _, f := range facts {
		if name := known[f]; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// explainedPrinciple is a principle with what cites it.
func (s subjects) explainedPrinciple(p *rules.Principle, a *advice.Advice) *advice.ExplainedPrinciple {
	out := &advice.ExplainedPrinciple{Principle: advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source}, Check: p.Check}
	for _, m := range p.Mistakes {
		out.Mistakes = append(out.Mistakes, m.Said+" "+m.WhyWrong)
	}
	for _, r := range s.set.Rules() {
		if slices.Contains(r.Principles, p.ID) {
			out.Rules = append(out.Rules, r.ID)
		}
	}
	if a != nil {
		for _, f := range a.Findings {
			if slices.Contains(f.Principles, p.ID) {
				out.Findings = append(out.Findings, f)
			}
		}
	}
	return out
}
