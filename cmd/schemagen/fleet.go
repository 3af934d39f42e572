package main

import (
	"strings"

	"scaleadvise/advisor/workload"
)

// fleetSchema describes fleet files: services by the keys of a plan, the machines that they share.
func fleetSchema() ([]byte, error) {
	sections := &object{}
	limits := object{}
	for _, spec := range workload.Specs() {
		insert(sections, strings.Split(spec.PlanKey, "."), trait(spec))
		if spec.OldKey != "" {
			insert(sections, strings.Split(spec.OldKey, "."), trait(spec))
		}
		if key, ok := strings.CutPrefix(spec.PlanKey, "limits."); ok && spec.Name != "owned" && spec.Name != "quota" && spec.Name != "max_replicas" {
			limits = append(limits, member{key, trait(spec)})
		}
	}
	parameters, err := thresholds()
	if err != nil {
		return nil, err
	}
	service := object{
		{"name", object{{"type", "string"}, {"minLength", 1}}},
		{"plan", object{{"type", "string"}, {"minLength", 1}, {"description", "file of a plan or a Kubernetes manifest, beside this file"}}},
		{"priority", object{{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}, {"description", "1 is the most important"}}},
		{"sizes", sizes()},
	}
	service = append(service, *sections...)
	as := func(key string) object { return object{{"$ref", "#/properties/" + key}} }
	service = append(service, member{"ignore", as("ignore")}, member{"rules", as("rules")})
	return object{
		{"$schema", draft},
		{"$id", "urn:scaleadvise:schema:fleet:v1"},
		{"title", "scaleadvise fleet file"},
		{"type", "object"},
		{"properties", object{
			{"version", object{{"const", 1}, {"description", "version of this format"}}},
			{"kind", object{{"const", "fleet"}}},
			{"name", object{{"type", "string"}, {"description", "what the fleet is for"}}},
			{"limits", object{{"type", "object"}, {"properties", limits}, {"additionalProperties", false}}},
			{"ignore", ignores()},
			{"rules", parameters},
			{"only_pool", object{{"type", "boolean"}, {"description", "nothing beyond the pool may be rented"}}},
			{"pool", object{{"type", "array"}, {"minItems", 1}, {"items", stock()}}},
			{"services", object{{"type", "array"}, {"minItems", 1}, {"maxItems", 500}, {"items", object{{"type", "object"}, {"properties", service}, {"additionalProperties", false}}}}},
		}},
		{"required", []string{"version", "kind", "services"}},
		{"additionalProperties", false},
	}.text()
}

// stock describes an entry of the pool.
func stock() object {
	text := object{{"type", "string"}, {"minLength", 1}}
	number := func(least int, doc string) object {
		return object{{"type", "integer"}, {"minimum", least}, {"description", doc}}
	}
	return object{
		{"type", "object"},
		{"properties", object{
			{"machine", append(text, member{"description", "type of a machine"})},
			{"gpu", append(text, member{"description", "accelerator"})},
			{"count", number(1, "machines")},
			{"max", number(0, "accelerators")},
			{"owned", object{{"type", "boolean"}, {"description", "there already, or paid for"}}},
			{"cost", object{{"type", "string"}, {"pattern", unitPattern}, {"description", "what one costs a month where it is used"}, {"examples", []string{"1200/month"}}}},
		}},
		{"additionalProperties", false},
	}
}

// sizes describes the sizes of a service's requests.
func sizes() object {
	tokens := object{{"type", []string{"number", "string"}}}
	return object{{"type", "array"}, {"minItems", 1}, {"maxItems", 50}, {"items", object{
		{"type", "object"},
		{"properties", object{
			{"share", object{{"type", []string{"number", "string"}}, {"description", "part of the requests"}, {"examples", []string{"80%"}}}},
			{"input_tokens", tokens},
			{"output_tokens", tokens},
			{"measured", object{{"type", "object"}, {"description", "what one replica carries of these requests, by accelerator"}, {"additionalProperties", object{{"type", "string"}}}}},
		}},
		{"required", []string{"share"}},
		{"additionalProperties", false},
	}}}
}
