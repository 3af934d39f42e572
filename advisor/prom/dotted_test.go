package prom

import (
	"context"
	"strings"
	"testing"
)

// dotted is a server with metrics as OpenTelemetry names them, and what it says of labels in quotes.
type dotted struct {
	*scripted
	quoted  bool // it takes them
	escaped bool // it takes them behind a backslash
}

func (d dotted) Values(ctx context.Context, label string, span Span, selectors ...string) ([]string, error) {
	for i, s := range selectors {
		s = strings.ReplaceAll(s, `\\.`, ".")
		selectors[i] = s
		if quoted := strings.Contains(s, `,"http.`) || strings.Contains(s, `,"url.`); quoted && !d.quoted || strings.Contains(s, `\.`) && !d.escaped {
			return nil, &ServerError{Status: 400, Kind: "bad_data", Message: "unexpected string in label matching"}
		}
	}
	return d.scripted.Values(ctx, label, span, selectors...)
}

// TestDottedNames: metrics with dots in their names are read by a query that every server takes, and those with
// dots in the names of labels as the server at hand takes them.
func TestDottedNames(t *testing.T) {
	for want, d := range map[string]dotted{
		`rate({__name__="http.server.request.duration_count","http.route"!~"`: {quoted: true},
		`rate({__name__="http.server.request.duration_count",http\.route!~"`:  {escaped: true},
		`rate({__name__="http.server.request.duration_count"}[`:               {},
	} {
		d.scripted = &scripted{
			metrics: []string{"http.server.request.duration_count", "http.server.request.duration_sum", "http.server.request.duration_bucket"},
			lines:   []scriptLine{{words: "rate({__name__=", value: wave(50)}},
		}
		o, err := observed(context.Background(), d, shipped(t), atNow())
		if err != nil {
			t.Fatal(err)
		}
		o.tell()
		if qps := o.out.Traits["qps"]; !strings.Contains(qps.Origin.Name, want) {
			t.Errorf("read by %s, want %s", qps.Origin.Name, want)
		}
	}
}
