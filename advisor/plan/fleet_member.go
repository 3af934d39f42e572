package plan

import (
	"errors"
	"strconv"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// serviceLayout is the layout of a plan with the keys of a service of a fleet.
func serviceLayout() *section {
	s := *layout()
	s.own = []string{"ignore", "name", "plan", "priority", "rules", "sizes"}
	return &s
}

// member reads a service.
func (w *fleetWalker) member(n *yaml.Node, nth int) Member {
	n = follow(n)
	m := Member{Priority: 1, Origin: w.at(n, "services")}
	if n.Kind != yaml.MappingNode {
		w.fail(n, "services: expected a mapping, such as {plan: chat.yaml} or {name: embed, workload: {qps: 900}}, found %s", shape(n))
		return m
	}
	one := fleetWalker{walker{file: w.file, doc: Document{Traits: workload.Set{}, Line: n.Line}}}
	one.section(n, serviceLayout(), func(key, value *yaml.Node) {
		switch key.Value {
		case "name":
			one.doc.Name = one.text("name", value)
		case "plan":
			m.Plan, m.Origin = one.text("plan", value), one.at(value, "plan")
		case "priority":
			m.Priority = one.whole("priority", value, 1, mostPriority)
		case "sizes":
			for _, s := range one.list("sizes", value, mostSizes, "sizes", "{share: 80%, input_tokens: 500}") {
				m.Sizes = append(m.Sizes, one.size(s))
			}
		case "ignore":
			one.ignores(value)
		case "rules":
			one.params(value)
		}
	})
	one.wholeMember(n, m)
	if one.doc.Name == "" && m.Plan == "" {
		one.doc.Name = "service " + strconv.Itoa(nth)
	}
	for i := range one.doc.Ignores {
		one.doc.Ignores[i].Member = m.Origin
	}
	w.faults, m.Document = append(w.faults, one.faults...), one.doc
	return m
}

// wholeMember refuses a service that is both a file and inline, or neither, and sizes that are not
// all of its requests.
func (w *fleetWalker) wholeMember(n *yaml.Node, m Member) {
	inline := len(w.doc.Traits) > 0 || w.doc.Facts != nil
	switch {
	case m.Plan != "" && inline:
		w.fail(n, "services: both plan: %s and keys of a plan; write them into the file, or leave out plan", clip(m.Plan))
	case m.Plan == "" && !inline && len(w.faults) == 0:
		w.fail(n, "services: neither a plan nor a workload; write {plan: chat.yaml}, or {name: embed, workload: {model: bert-large, qps: 900}}")
	}
	sum := 0.0
	for i, s := range m.Sizes {
		sum += s.Share
		switch {
		case len(w.faults) > 0:
		case (len(s.Measured) > 0) != (len(m.Sizes[0].Measured) > 0):
			w.fail(n, "sizes: size %d and the first differ in whether they were measured; give measured for all of them, or tokens for all", i+1)
		case len(s.Measured) == 0 && s.Input == "" && s.Output == "":
			w.fail(n, "sizes: size %d states neither tokens nor a measurement; add input_tokens, output_tokens or measured: {a10g: 2/s}", i+1)
		}
	}
	const rounded = 0.005
	if len(m.Sizes) > 0 && len(w.faults) == 0 && (sum < 1-rounded || sum > 1+rounded) {
		w.fail(n, "sizes: their shares add up to %.4g %%; all requests are 100 %%", 100*sum)
	}
}

// size reads a size of request.
func (w *fleetWalker) size(n *yaml.Node) Size {
	n = follow(n)
	s := Size{Origin: w.at(n, "sizes")}
	if n.Kind != yaml.MappingNode {
		w.fail(n, "sizes: expected a mapping, such as {share: 80%%, input_tokens: 500, output_tokens: 100}, found %s", shape(n))
		return s
	}
	for _, e := range w.entries(n, "sizes") {
		key := "sizes." + e.key.Value
		switch e.key.Value {
		case "share":
			s.Share = w.fraction(key, e.value)
		case "input_tokens":
			s.Input = w.text(key, e.value)
		case "output_tokens":
			s.Output = w.text(key, e.value)
		case "measured":
			s.Measured = w.rates(key, e.value)
		default:
			w.unknown(e.key, key, sizeKeys, nil)
		}
	}
	if s.Share == 0 && len(w.faults) == 0 {
		w.fail(n, "sizes: no share; say what part of the requests it is, such as share: 80%%")
	}
	return s
}

func (w *fleetWalker) fraction(key string, n *yaml.Node) float64 {
	text, ok := w.scalar(key, follow(n), "80%")
	if !ok {
		return 0
	}
	v, err := unit.Parse(unit.Fraction, text)
	if err == nil && (!v.IsExact() || v.Mid <= 0 || v.Mid > 1) {
		err = errors.New("expected one part above 0 % and up to 100 %")
	}
	if err != nil {
		w.fail(n, "%s: %s", key, err)
		return 0
	}
	return v.Mid
}

// rates reads what one replica carries by accelerator: {a10g: 2/s, a100-sxm-80gb: 20/s}.
func (w *fleetWalker) rates(key string, n *yaml.Node) []workload.Elsewhere {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		w.fail(n, "%s: expected a mapping from accelerators to rates, such as {a10g: 2/s}, found %s", key, shape(n))
		return nil
	}
	var out []workload.Elsewhere
	for _, e := range w.entries(n, key) {
		text, ok := w.scalar(key, e.value, "2/s")
		if !ok {
			continue
		}
		v, err := unit.Parse(unit.Rate, text)
		if err == nil && (!v.IsExact() || v.Mid <= 0) {
			err = errors.New("expected one rate above zero, such as 2/s")
		}
		if err != nil {
			w.fail(e.value, "%s.%s: %s", key, clip(e.key.Value), err)
			continue
		}
		out = append(out, workload.Elsewhere{Accelerator: e.key.Value, QPS: v.Mid})
	}
	return out
}
