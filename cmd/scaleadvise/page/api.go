package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/workload"
)

// An endpoint is a command that the API answers with what the command prints as JSON.
type endpoint struct {
	Path, Command, Summary string
	Traits                 bool     // accepts trait flags
	Keys                   []string // further query keys, which are flags too
	Arguments              []string // query keys that are the command's arguments, in order
	Plans                  string   // a query key given twice or more, each a plan as a query of trait flags
	Body                   bool     // the text to judge is the body of a POST
	Schema                 string   // schema of the response, as the schema command prints it
}

// endpoints are all of them, in the order of the description.
var endpoints = []endpoint{
	{Path: "/v1/advise", Command: "advise", Summary: "Recommend how to scale", Traits: true, Keys: []string{"confidence", "seed", "now"}, Schema: "advice"},
	{Path: "/v1/capacity", Command: "capacity", Summary: "What hardware sustains within an SLO", Traits: true, Keys: []string{"confidence", "seed", "now"}, Schema: "capacity"},
	{Path: "/v1/whatif", Command: "whatif", Summary: "What another value of a trait would change", Traits: true, Keys: []string{"vary", "seed", "now"}, Schema: "whatif"},
	{Path: "/v1/explain", Command: "explain", Summary: "How a number came about", Traits: true, Keys: []string{"seed", "now"}, Arguments: []string{"topic"}, Schema: "explanation"},
	{Path: "/v1/compare", Command: "compare", Summary: "Plans side by side, each a query of trait flags such as qps=900&gpu=l4", Plans: "plan", Keys: []string{"seed", "now"}, Schema: "comparison"},
	{Path: "/v1/catalog", Command: "catalog", Summary: "What is known, with sources", Arguments: []string{"table", "search"}},
	{Path: "/v1/check", Command: "check", Summary: "Judge plans and manifests sent as YAML", Body: true, Keys: []string{"fail-on", "min-severity", "strict", "now"}, Schema: "check"},
}

// api hangs the endpoints up.
func (s *server) api(mux *http.ServeMux) {
	for _, e := range endpoints {
		method := "GET "
		if e.Body {
			method = "POST "
		}
		mux.HandleFunc(method+e.Path, func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, e) })
	}
	mux.HandleFunc("GET /v1/openapi.json", s.description)
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "no such endpoint; /v1/openapi.json describes them")
	})
}

// answer runs the command of an endpoint.
func (s *server) answer(w http.ResponseWriter, r *http.Request, e endpoint) {
	words, err := e.words(r.URL.Query())
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	stdin, command := "", []string{e.Command, "--quiet"}
	if e.Traits {
		command = s.line(e.Command, nil)
	}
	if e.Body {
		body, err := bounded.ReadAll(r.Context(), r.Body, bounded.Limits{What: "body", Bytes: largestBody, Packed: largestBody})
		if err != nil {
			refuse(w, http.StatusRequestEntityTooLarge, "the body: "+err.Error())
			return
		}
		stdin, words = string(body), append(words, "-")
	}
	if !s.enter(r.Context()) {
		return
	}
	defer s.leave()
	text, faults, code := s.Run(r.Context(), slices.Concat(command, []string{"--output=json"}, words), stdin)
	w.Header().Set("Scaleadvise-Exit-Code", strconv.Itoa(code))
	if len(text) == 0 {
		refuse(w, status(code), faults...)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
}

// words is the command line that a query asks for.
func (e endpoint) words(asked url.Values) ([]string, error) {
	traits := url.Values{}
	var words []string
	for _, key := range keys(asked) {
		name := strings.ReplaceAll(key, "_", "-")
		switch {
		case slices.Contains(e.Arguments, key) || e.Plans == key && key != "":
		case slices.Contains(e.Keys, name):
			for _, v := range asked[key] {
				words = append(words, "--"+name+"="+v)
			}
		case e.Traits:
			traits[key] = asked[key]
		default:
			return nil, fmt.Errorf("%w %q of %s; /v1/openapi.json lists them", errUnknownKey, key, e.Path)
		}
	}
	flags, err := Words(traits)
	if err != nil {
		return nil, err
	}
	arguments, err := e.arguments(asked)
	return slices.Concat(flags, words, arguments), err
}

// arguments are those of the command. None of them can be taken for a flag.
func (e endpoint) arguments(asked url.Values) ([]string, error) {
	var all []string
	for _, key := range e.Arguments {
		v := strings.TrimSpace(asked.Get(key))
		if strings.HasPrefix(v, "-") {
			return nil, fmt.Errorf("%s %q: must be a word", key, v)
		}
		if v != "" {
			all = append(all, v)
		}
	}
	if e.Plans == "" {
		return all, nil
	}
	for _, text := range asked[e.Plans] {
		values, err := url.ParseQuery(text)
		if err != nil {
			return nil, fmt.Errorf("%s %q: not a query such as qps=900&gpu=l4, encoded", e.Plans, text)
		}
		flags, err := Words(values)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", e.Plans, text, err)
		}
		if len(flags) == 0 {
			return nil, fmt.Errorf("%s %q: gives no trait; write it as qps=900&gpu=l4, encoded", e.Plans, text)
		}
		all = append(all, strings.TrimPrefix(commandLine(flags), "scaleadvise "))
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("give %s twice or more, each a query of trait flags such as qps=900&gpu=l4, encoded", e.Plans)
	}
	return all, nil
}

// keys are those of a query in one order.
func keys(asked url.Values) []string {
	var all []string
	for key := range asked {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// status is the code of HTTP of a run without a result, by its exit code.
func status(code int) int {
	switch code {
	case 2:
		return http.StatusBadRequest
	case 3:
		return http.StatusUnprocessableEntity
	}
	return http.StatusInternalServerError
}

// refuse answers with what is wrong.
func refuse(w http.ResponseWriter, code int, errors ...string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"errors": errors})
}

// description answers /v1/openapi.json: the endpoints with their keys and the schemas of their
// answers.
func (s *server) description(w http.ResponseWriter, r *http.Request) {
	paths, schemas := map[string]any{}, map[string]any{}
	for _, e := range endpoints {
		method := "get"
		operation := map[string]any{"summary": e.Summary, "operationId": e.Command, "parameters": e.parameters(), "responses": e.responses()}
		if e.Body {
			method = "post"
			operation["requestBody"] = map[string]any{"required": true, "content": map[string]any{"application/yaml": map[string]any{"schema": map[string]any{"type": "string"}}}}
		}
		paths[e.Path] = map[string]any{method: operation}
		if e.Schema == "" {
			continue
		}
		if text, _, _ := s.Run(r.Context(), []string{"schema", e.Schema}, ""); len(text) > 0 {
			schemas[e.Schema] = json.RawMessage(text)
		} else {
			schemas[e.Schema] = map[string]any{"type": "object"}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"openapi": "3.1.0", "info": map[string]any{"title": "scaleadvise", "version": s.Version, "description": "Every answer is what the command prints with -o json. The header Scaleadvise-Exit-Code is its exit code: 0 the plan holds, 1 nothing holds or findings, 3 could not tell."},
		"paths": paths, "components": map[string]any{"schemas": schemas},
	})
}

func (e endpoint) parameters() []any {
	all := []any{}
	add := func(name, doc, example string, required, repeated bool) {
		schema := map[string]any{"type": "string"}
		if repeated {
			schema = map[string]any{"type": "array", "items": schema}
		}
		p := map[string]any{"name": name, "in": "query", "required": required, "schema": schema}
		if doc != "" {
			p["description"] = doc
		}
		if example != "" && !repeated {
			p["example"] = example
		}
		all = append(all, p)
	}
	for i, key := range e.Arguments {
		add(key, "", "", e.Command == "catalog" && i == 0, false)
	}
	if e.Plans != "" {
		add(e.Plans, "a plan as a query of trait flags, encoded", "", true, true)
	}
	for _, key := range e.Keys {
		add(key, "", "", false, false)
	}
	if e.Traits {
		for _, spec := range workload.Specs() {
			add(spec.Flag, spec.Doc, spec.Example, false, spec.Repeat)
		}
	}
	return all
}

func (e endpoint) responses() map[string]any {
	content := func(schema any) map[string]any {
		return map[string]any{"application/json": map[string]any{"schema": schema}}
	}
	answer := any(map[string]any{"type": "object"})
	if e.Schema != "" {
		answer = map[string]any{"$ref": "#/components/schemas/" + e.Schema}
	}
	fault := map[string]any{"type": "object", "properties": map[string]any{"errors": map[string]any{"type": "array", "items": map[string]any{"type": "string"}}}}
	return map[string]any{
		"200": map[string]any{"description": "The answer", "content": content(answer)},
		"400": map[string]any{"description": "Something asked is wrong", "content": content(fault)},
		"422": map[string]any{"description": "It could not be told", "content": content(fault)},
	}
}
