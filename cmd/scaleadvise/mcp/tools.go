package mcp

import (
	"slices"
	"strings"

	"scaleadvise/advisor/workload"
)

// A tool is a command as an assistant calls it.
type tool struct {
	Name, Title, About string
	Traits             bool       // accepts the traits, and plan
	Extra              []property // further properties
	Schema             string     // schema of its structured content, as the schema command prints it
	Text               string     // the format for people
}

// property is one argument of a tool.
type property struct {
	Name, Doc, Example string
	Words              []string
	Kind               kind
	Required           bool
}

// kind is what becomes of an argument on the command line.
type kind int

const (
	flag     kind = iota // --name=value
	repeated             // --name=value for each element
	toggle               // --name where it is true
	argument             // the value itself
	paths                // each element itself, a file or folder
	content              // stdin, and "-" as the argument
	planText             // stdin, and --plan=-
	sides                // each element quoted: a file, or traits
)

// tools are all of them.
func tools() []tool {
	now := property{Name: "now", Doc: "the date to use instead of today's", Example: "2026-07-01"}
	return []tool{
		{Name: "advise", Title: "Recommend how to scale", Traits: true, Schema: "advice", Text: "markdown", Extra: []property{now},
			About: "Recommends how an ML service should scale: the best plan of every strategy (keep, vertical, horizontal, combined, each with or without model optimization), with replicas, hardware, cost, latency, losses and reasons. Give at least the load (qps, or users with requests_per_user) and what runs today (gpu or machine, replicas)."},
		{Name: "capacity", Title: "What hardware sustains", Traits: true, Schema: "capacity", Text: "markdown", Extra: []property{now},
			About: "The largest load that a deployment sustains within its latency bound, and its latency at qps where one is given."},
		{Name: "check", Title: "Judge plans and manifests", Schema: "check", Text: "markdown", Extra: []property{
			{Name: "paths", Doc: "plan files, Kubernetes manifests or folders, relative to the working folder", Kind: paths},
			{Name: "content", Doc: "the YAML itself, in place of paths", Kind: content},
			{Name: "strict", Doc: "fail where something could not be judged", Kind: toggle}, now},
			About: "Judges capacity plans and Kubernetes manifests: what does not hold its peak, its losses, its budget, and what could not be judged, with file and line."},
		{Name: "compare", Title: "Plans side by side", Schema: "comparison", Text: "markdown", Extra: []property{
			{Name: "plans", Doc: "two to six plans, each a file relative to the working folder, or an object of traits", Kind: sides, Required: true}, now},
			About: "Compares plans: load, cost, headroom, losses, what differs."},
		{Name: "fleet", Title: "Many services on shared machines", Schema: "fleet", Text: "markdown", Extra: []property{
			{Name: "paths", Doc: "a fleet file, or several plans and manifests, relative to the working folder", Kind: paths},
			{Name: "content", Doc: "the text of a fleet file, in place of paths", Kind: content}, now},
			About: "Plans many services together: on which machines each runs, owned ones first, under quotas and one budget; what each limit costs, and what to drop first where it does not fit."},
		{Name: "explain", Title: "How a number came about", Traits: true, Schema: "explanation", Text: "markdown", Extra: []property{
			{Name: "topic", Doc: "a quantity (replicas, p99, capacity_qps, cost, …), a rule or a principle; without it every step", Kind: argument}, now},
			About: "Shows how a number of the advice was computed, step by step with formulas, inputs and sources; or what a rule or principle says."},
		{Name: "catalog", Title: "What is known", Text: "table", Extra: []property{
			{Name: "table", Doc: "which table", Kind: argument, Required: true, Words: []string{"accelerators", "machines", "models", "measurements", "optimizations"}},
			{Name: "search", Doc: "keeps rows that mention this word", Kind: argument}},
			About: "Searches the catalog of accelerators, machines with prices, models, measurements and optimizations, each row with its source."},
	}
}

// properties are the arguments of a tool in order: traits first.
func (t tool) properties() []property {
	var all []property
	if t.Traits {
		for _, spec := range workload.Specs() {
			k := flag
			switch {
			case spec.Toggle:
				k = toggle
			case spec.Repeat:
				k = repeated
			}
			all = append(all, property{Name: strings.ReplaceAll(spec.Flag, "-", "_"), Doc: spec.Doc, Example: spec.Example, Words: spec.Closed(), Kind: k})
		}
		all = append(all,
			property{Name: "plan", Doc: "plan file to read traits from, relative to the working folder; other arguments go over it"},
			property{Name: "plan_text", Doc: "the text of a plan file, in place of plan", Kind: planText})
	}
	return append(all, t.Extra...)
}

// inputSchema is the JSON Schema of a tool's arguments.
func (t tool) inputSchema() map[string]any {
	fields := map[string]any{}
	var required []string
	for _, p := range t.properties() {
		fields[p.Name] = p.schema()
		if p.Required {
			required = append(required, p.Name)
		}
	}
	s := map[string]any{"type": "object", "properties": fields, "additionalProperties": false}
	if required != nil {
		s["required"] = required
	}
	return s
}

func (p property) schema() map[string]any {
	s := map[string]any{"description": p.Doc}
	switch p.Kind {
	case toggle:
		s["type"] = "boolean"
	case repeated:
		s["type"] = []string{"string", "number", "array"}
		s["items"] = map[string]any{"type": []string{"string", "number"}}
	case paths:
		s["type"], s["items"] = "array", map[string]any{"type": "string"}
	case sides:
		s["type"], s["items"], s["minItems"], s["maxItems"] = "array", map[string]any{"type": []string{"string", "object"}}, 2, 6
	case argument, content, planText:
		s["type"] = "string"
	default:
		s["type"] = []string{"string", "number"}
	}
	if p.Words != nil && p.Kind != repeated && p.Kind != toggle {
		s["type"], s["enum"] = "string", p.Words
	}
	if p.Example != "" {
		s["examples"] = []string{p.Example}
	}
	return s
}

// find is the property of that name.
func (t tool) find(name string) (property, bool) {
	all := t.properties()
	i := slices.IndexFunc(all, func(p property) bool { return p.Name == name })
	if i < 0 {
		return property{}, false
	}
	return all[i], true
}

// names are those of all properties.
func (t tool) names() []string {
	var all []string
	for _, p := range t.properties() {
		all = append(all, p.Name)
	}
	return all
}
