package report

import (
	"bytes"
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// schemaDialect is the version of JSON Schema that the schemas are written in.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// documents are what -o json prints, by the name of its schema.
var documents = []struct {
	name, id string
	of       reflect.Type
}{
	{"advice", adviceSchema, reflect.TypeFor[document]()},
	{"capacity", capacitySchema, reflect.TypeFor[capacityDoc]()},
	{"check", checkSchema, reflect.TypeFor[checkDoc]()},
	{"comparison", sidesSchema, reflect.TypeFor[sidesDoc]()},
	{"explanation", explanationSchema, reflect.TypeFor[explanationDoc]()},
	{"forecast", forecastSchema, reflect.TypeFor[forecastDoc]()},
	{"quiz", quizSchema, reflect.TypeFor[quizDoc]()},
	{"simulation", simulationSchema, reflect.TypeFor[simulationDoc]()},
	{"validation", validationSchema, reflect.TypeFor[validationDoc]()},
	{"whatif", whatIfSchema, reflect.TypeFor[whatIfDoc]()},
}

// Documents lists the names of the schemas.
func Documents() []string {
	var names []string
	for _, d := range documents {
		names = append(names, d.name)
	}
	return names
}

// Schema returns the JSON Schema of a document that -o json prints, made from the structs that it is made
// of; ok is false for a name that none has. Documents may gain keys, so the schema allows keys that are not
// listed.
func Schema(name string) (text []byte, ok bool) {
	for _, d := range documents {
		if d.name != name {
			continue
		}
		s := shapes{defs: map[string]any{}}
		top := s.object(d.of)
		top["$schema"], top["$id"], top["title"] = schemaDialect, d.id, "scaleadvise "+d.name
		top["properties"].(map[string]any)["schema"] = map[string]any{"const": d.id}
		if len(s.defs) > 0 {
			top["$defs"] = s.defs
		}
		var out bytes.Buffer
		if err := putJSON(&out, top); err != nil {
			return nil, false
		}
		return out.Bytes(), true
	}
	return nil, false
}

// shapes collects the schemas of the structs within a document.
type shapes struct{ defs map[string]any }

// object is the schema of a struct.
func (s *shapes) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || key == "" || key == "-" {
			continue
		}
		property := s.of(f.Type)
		if f.Tag.Get("null") == "yes" {
			property = orNull(property)
		}
		if words := meaning(key); words != "" {
			property["description"] = words
		}
		properties[key] = property
		if !strings.Contains(options, "omitempty") {
			required = append(required, key)
		}
	}
	slices.Sort(required)
	return map[string]any{"type": "object", "properties": properties, "required": slices.Compact(required)}
}

// of is the schema of a type.
func (s *shapes) of(t reflect.Type) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return orNull(s.of(t.Elem()))
	case reflect.Struct:
		name := strings.TrimSuffix(t.Name(), "Doc")
		if _, known := s.defs[name]; !known {
			s.defs[name] = nil // so that a struct within itself ends
			s.defs[name] = s.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer"}
}

// orNull is a schema that null fits as well.
func orNull(schema map[string]any) map[string]any {
	if one, ok := schema["type"].(string); ok {
		schema["type"] = []string{one, "null"}
		return schema
	}
	return map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
}

// units are the endings of keys, each with the unit it says; the longest that fits counts.
var units = []struct{ ending, words string }{
	{"_usd_per_month", "US dollars a month"}, {"_usd_per_million_requests", "US dollars per million requests"},
	{"_usd_per_million_tokens", "US dollars per million tokens"}, {"_usd", "US dollars"}, {"_ms", "milliseconds"}, {"_qps", "requests a second"},
	{"_tokens_per_s", "tokens a second"}, {"_gib", "GiB"}, {"_s", "seconds"}, {"_days", "days"}, {"utilization", "a fraction"}, {"busy", "a fraction"},
	{"holds_until", "a date, YYYY-MM-DD"}, {"as_of", "a date, YYYY-MM-DD"}, {"_date", "a date, YYYY-MM-DD"},
}

// meaning is the unit that the name of a key says.
func meaning(key string) string {
	best := slices.MaxFunc(units, func(x, y struct{ ending, words string }) int {
		return cmp.Compare(fitting(key, x.ending), fitting(key, y.ending))
	})
	if fitting(key, best.ending) == 0 {
		return ""
	}
	return best.words
}

func fitting(key, ending string) int {
	if strings.HasSuffix(key, ending) {
		return len(ending)
	}
	return 0
}
