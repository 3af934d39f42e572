package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Subjects are the topics that can be explained without a workload.
type Subjects struct {
	Rules  *rule.Set
	Lesson []advice.ExplainedPrinciple
	Words  []advice.Word // of the glossary
}

// Know reports whether a topic can be explained without a workload.
func (s Subjects) Know(topic string) bool {
	_, isRule := s.Rules.Rule(topic)
	return isRule || s.principle(topic) != nil || s.word(topic) != nil
}

// Index lists all that can be explained.
func (s Subjects) Index() *advice.Index {
	x := &advice.Index{Quantities: slices.Sorted(maps.Keys(quantities)), Rules: s.Rules.IDs()}
	for _, w := range s.Words {
		x.Words = append(x.Words, w.Names...)
	}
	for _, p := range s.Lesson {
		x.Principles = append(x.Principles, p.ID)
	}
	slices.Sort(x.Words)
	return x
}

// word is the word of the glossary that a topic names, with the flags and the rules that speak of it.
func (s Subjects) word(topic string) *advice.Word {
	same := func(name string) bool { return spoken(name) == spoken(topic) }
	for _, w := range s.Words {
		if !slices.ContainsFunc(w.Names, same) {
			continue
		}
		for _, spec := range workload.Specs() {
			if same(spec.Flag) || slices.ContainsFunc(spec.Words, same) {
				w.Flags = append(w.Flags, "--"+spec.Flag)
			}
		}
		for _, id := range s.Rules.IDs() {
			if strings.Contains("-"+id+"-", "-"+strings.ReplaceAll(spoken(topic), " ", "-")+"-") {
				w.Rules = append(w.Rules, id)
			}
		}
		return &w
	}
	return nil
}

// spoken is a name as it is said, in lower case and without signs.
func spoken(name string) string {
	return strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(name))
}

// Refuse returns why a topic cannot be explained without a workload; nil where it can.
func (s Subjects) Refuse(topic string) error {
	if topic == "" || s.Know(topic) {
		return nil
	}
	if _, ok := quantities[topic]; ok || slices.Contains(slices.Collect(maps.Values(quantities)), topic) {
		return fmt.Errorf("explain %s: a quantity is one of a workload: add --qps 5000, or --plan FILE", topic)
	}
	return fmt.Errorf("explain: nothing is called %q; %s", topic, unit.Suggest(topic, s.names(&advice.Advice{}),
		"scaleadvise explain lists what can be explained"))
}

func (s Subjects) principle(id string) *advice.ExplainedPrinciple {
	for i := range s.Lesson {
		if s.Lesson[i].ID == id {
			return &s.Lesson[i]
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

// Explain collects what there is to say about a topic.
func (s Subjects) Explain(topic string, a *advice.Advice) (*advice.Explanation, error) {
	e := &advice.Explanation{Topic: topic, Advice: a}
	switch {
	case topic == "" && a == nil:
		e.Index = s.Index()
		return e, nil
	case topic == "":
		e.Steps = a.Steps
		return e, nil
	}
	r, isRule := s.Rules.Rule(topic)
	p := s.principle(topic)
	e.Steps = nil
	if p != nil {
		e.Principle = s.explainedPrinciple(*p, a)
	}
	if isRule {
		e.Rule = explainedRule(r, a)
		if a != nil {
			e.Steps = derivation.Of(a.Steps, stepsOfFacts(r.Reads())...)
		}
	}
	e.Word = s.word(topic)
	if v, steps, ok := quantityOf(topic, a); ok {
		e.Quantity, e.Steps = v, steps
	} else if !isRule && p == nil && e.Word == nil {
		return nil, fmt.Errorf("explain: nothing is called %q; %s", topic, unit.Suggest(topic, s.names(a), s.offer(a)))
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
func (s Subjects) names(a *advice.Advice) []string {
	names := slices.Collect(maps.Keys(quantities))
	for _, w := range s.Words {
		names = append(names, w.Names...)
	}
	for _, step := range a.Steps {
		names = append(names, step.Result.Name)
	}
	for _, r := range s.Rules.Rules() {
		names = append(names, r.ID)
	}
	for _, p := range s.Lesson {
		names = append(names, p.ID)
	}
	return names
}

// offer lists the quantities that an advice has steps for.
func (s Subjects) offer(a *advice.Advice) string {
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
	message, remedy := r.Readable()
	out := &advice.ExplainedRule{
		RuleText: advice.RuleText{ID: r.ID, Title: r.Title, Why: r.Why, Severity: r.Severity.Advise, Principles: r.Principles},
		File:     r.File, When: r.When, Message: message, Remedy: remedy, For: r.For, Against: r.Against,
	}
	if a == nil {
		return out
	}
	out.Decided = a.DecidedBy == r.ID && a.DecidedBy != string(a.Criterion)
	out.Supports = slices.Contains(a.SupportedBy, r.ID)
	for i := range a.Findings {
		if a.Findings[i].Rule == r.ID {
			out.Finding = &a.Findings[i]
			out.Message, out.Remedy = out.Finding.Message, out.Finding.Remedy
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
func (s Subjects) explainedPrinciple(p advice.ExplainedPrinciple, a *advice.Advice) *advice.ExplainedPrinciple {
	for _, r := range s.Rules.Rules() {
		if slices.Contains(r.Principles, p.ID) {
			p.Rules = append(p.Rules, r.ID)
		}
	}
	if a == nil {
		return &p
	}
	for _, f := range a.Findings {
		if slices.Contains(f.Principles, p.ID) {
			p.Findings = append(p.Findings, f)
		}
	}
	return &p
}
