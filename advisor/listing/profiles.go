package listing

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/prom"
)

// Profiles lists profiles of metrics.
func Profiles(all []*prom.Profile) Listing {
	l := Listing{Schema: "urn:scaleadvise:profiles:v1", Name: "profiles", Columns: []Column{
		{"id", "id"}, {"kind", "kind"}, {"title", "title"}, {"engine", ""}, {"probe", "known by"},
		{"quantities", "tells"}, {"metrics", ""}, {"notes", ""}, {"source", ""}, {"file", ""},
	}}
	for _, p := range all {
		var metrics []string
		for _, q := range p.Told() {
			metrics = append(metrics, fmt.Sprintf("%s: %s", q, strings.Join(p.Needed(q), " or ")))
		}
		l.Rows = append(l.Rows, []any{
			p.ID, p.Kind, p.Title, p.Engine, list(p.Probe), list(p.Told()), list(metrics), p.Notes, p.Source, p.File,
		})
	}
	return l
}
