package prom

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

// since is a value from a time on.
func since(began time.Time, v float64) func(time.Time) float64 {
	return func(t time.Time) float64 {
		if t.Before(began) {
			return math.NaN()
		}
		return v
	}
}

// TestRefusedWeeks: means are those of the last day where a server refuses to read a week at once, and
// say so.
func TestRefusedWeeks(t *testing.T) {
	refused := &ServerError{Status: 422, Kind: "execution", Message: "expanding series: the query time range exceeds the limit (query length: 168h0m0s, limit: 24h0m0s)"}
	s := &scripted{
		metrics: []string{"vllm:request_success_total", "vllm:generation_tokens_total"},
		lines: []scriptLine{
			{words: "sum(rate( [7d])", failed: refused},
			{words: "vllm:generation_tokens_total[1d]", value: steady(150)},
			{words: "rate(vllm:request_success_total", value: steady(4)},
		},
	}
	o := run(t, s, atNow())
	if got := o.Traits["output_tokens"]; got.Text != "150" || got.Origin.Reason != "mean of the last day" || !strings.Contains(got.Origin.Name, "[1d]") {
		t.Errorf("%s, %s: %s", got.Text, got.Origin.Reason, got.Origin.Name)
	}
	if words := strings.Join(o.Warnings, "\n"); strings.Count(words, "means are those of the last day") != 1 || strings.Contains(words, "could not be read") {
		t.Errorf("warnings %q", o.Warnings)
	}
}

// TestRefusedPast: a metric that may hold what came before, and that a server refuses to read, leaves what
// is known.
func TestRefusedPast(t *testing.T) {
	now := atNow()
	began := now.Now.Add(-5 * day)
	s := &scripted{
		metrics: []string{"http_requests_total", "http_server_request_duration_seconds_count"},
		lines: []scriptLine{
			{words: "count by (__name__)", labels: []Labels{{"__name__": "http_requests_total"}}},
			{words: "rate(http_requests_total", value: since(began, 5)},
			{words: "rate(http_server_request_duration_seconds_count", failed: &ServerError{Status: 422, Kind: "execution", Message: "the query exceeded the maximum number of series"}},
		},
	}
	o := run(t, s, now)
	if got := o.Traits["qps"].Text; got != "5" || !strings.Contains(strings.Join(o.Warnings, "\n"), "which may hold what http_requests_total lacks, could not be read") {
		t.Errorf("%s requests/s, %q", got, o.Warnings)
	}
}

// TestTooMuch: servers refuse what is too long as bad data too, and a query that is malformed is no stretch
// to shorten.
func TestTooMuch(t *testing.T) {
	for _, c := range []struct {
		refusal ServerError
		want    bool
	}{
		{ServerError{Status: 400, Kind: "bad_data", Message: "the total query time range exceeds the limit (query length: 48h0m0s, limit: 24h0m0s)"}, true},
		{ServerError{Status: 422, Kind: "execution", Message: "query processing would load too many samples into memory in query execution"}, true},
		{ServerError{Status: 504}, true}, // of a proxy
		{ServerError{Status: 503, Kind: "timeout", Message: "query timed out in expression evaluation"}, true},
		{ServerError{Status: 503}, false},
		{ServerError{Status: 400, Kind: "bad_data", Message: `1:8: parse error: unexpected identifier "limit"`}, false},
	} {
		if got := c.refusal.tooMuch(); got != c.want {
			t.Errorf("%v: too much %v", &c.refusal, got)
		}
	}
}

// warning answers every question with a warning.
type warning string

func (w warning) Call(context.Context, Request) (Response, error) {
	body := fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[]},"warnings":[%q]}`, string(w))
	return Response{Status: 200, Type: "application/json", Body: io.NopCloser(strings.NewReader(body))}, nil
}

// TestPartialAnswers: that a store of Thanos did not answer means that values may be too low; other warnings
// are told as they are.
func TestPartialAnswers(t *testing.T) {
	for text, want := range map[string]int{
		`receive series from Addr: 10.0.0.9:10901 LabelSets: {replica="b"}: rpc error: code = Unavailable desc = connection refused`: 2,
		"No StoreAPIs matched for this query":                                         2,
		`PromQL warning: bucket label "le" is missing or has a malformed value of ""`: 1,
	} {
		c := NewClient(warning(text), func(context.Context, time.Duration) error { return nil })
		if _, err := c.Instant(context.Background(), "up", time.Unix(9, 0)); err != nil {
			t.Error(err)
		}
		if got := c.Warnings(); len(got) != want || got[0] != text || want == 2 && !strings.Contains(got[1], "values may be too low") {
			t.Errorf("%q: %q", text, got)
		}
	}
}
