package prom

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// scripted answers queries that hold certain words; the first line that fits answers.
type scripted struct {
	podless []string // of the metrics, those that name no pod
	metrics []string
	servers int // of a day
	series  int // of the history
	lines   []scriptLine

	lock  sync.Mutex
	asked []string
}

type scriptLine struct {
	words  string // all of which the query holds, divided by spaces
	value  func(t time.Time) float64
	labels []Labels // of an instant query, while the value is known; values are 1
	failed error
}

func (s *scripted) find(expr string) (scriptLine, bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.asked = append(s.asked, expr)
	for _, l := range s.lines {
		fits := true
		for _, word := range strings.Fields(l.words) {
			fits = fits && strings.Contains(expr, word)
		}
		if fits {
			return l, true
		}
	}
	return scriptLine{}, false
}

func (s *scripted) Values(_ context.Context, label string, _ Span, selectors ...string) ([]string, error) {
	for _, sel := range selectors { // as Prometheus does
		if strings.HasPrefix(sel, `{__name__=~""`) {
			return nil, &ServerError{Status: 400, Kind: "bad_data", Message: "match[] must contain at least one non-empty matcher"}
		}
	}
	var found []string
	for i := range s.servers {
		if label != "__name__" {
			found = append(found, fmt.Sprint("pod-", i))
		}
	}
	if label != "__name__" {
		return found, nil
	}
	for _, m := range s.metrics {
		if slices.ContainsFunc(selectors, func(sel string) bool {
			return strings.Contains(sel, m) && !(slices.Contains(s.podless, m) && strings.Contains(sel, "pod"))
		}) {
			found = append(found, m)
		}
	}
	return found, nil
}

func (s *scripted) Count(context.Context, string, Span) (int, error) { return s.series, nil }

func (s *scripted) Range(_ context.Context, expr string, span Span) (Series, error) {
	out := Series{Start: span.From, Step: span.Step, Values: unknown(span.points())}
	l, ok := s.find(expr)
	for i := range out.Values {
		if ok && l.value != nil {
			out.Values[i] = l.value(out.At(i))
		}
	}
	return out, l.failed
}

func (s *scripted) Instant(_ context.Context, expr string, at time.Time) ([]Sample, error) {
	l, ok := s.find(expr)
	switch {
	case !ok || l.failed != nil:
		return nil, l.failed
	case l.labels == nil:
		return []Sample{{Value: l.value(at)}}, nil
	case l.value != nil && math.IsNaN(l.value(at)):
		return nil, nil
	}
	var out []Sample
	for _, labels := range l.labels {
		out = append(out, Sample{Labels: labels, Value: 1})
	}
	return out, nil
}

func steady(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }

// wave is a load by the hour of the day.
func wave(mean float64) func(time.Time) float64 {
	return func(t time.Time) float64 { return mean * (1 + 0.6*math.Sin(2*math.Pi*float64(t.Hour())/24)) }
}

func buckets(bounds ...string) []Labels {
	var all []Labels
	for _, le := range bounds {
		all = append(all, Labels{"le": le})
	}
	return all
}

func run(t *testing.T, s *scripted, o Options) *Observation {
	t.Helper()
	ob, err := observed(context.Background(), s, shipped(t), o)
	if err != nil {
		t.Fatal(err)
	}
	ob.tell()
	return ob.out
}

func atNow() Options {
	o := options()
	o.Now = monday.AddDate(0, 0, 29)
	return o
}

func TestObserveLanguageModel(t *testing.T) {
	s := &scripted{
		metrics: []string{"vllm:num_requests_running", "vllm:request_success_total", "vllm:request_prompt_tokens_count", "vllm:generation_tokens_total",
			"vllm:prefix_cache_hits_total", "vllm:prefix_cache_queries_total", "vllm:time_to_first_token_seconds_count", "vllm:num_preemptions_total",
			"vllm:num_requests_waiting", "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_GPU_UTIL"},
		lines: []scriptLine{
			{words: "max(count_over_time", value: steady(120)},
			{words: "max(max_over_time", value: steady(20)},
			{words: "by (model_name)", labels: []Labels{{"model_name": "meta-llama/Llama-3.1-8B-Instruct"}}},
			{words: "by (modelName)", labels: []Labels{{"modelName": "NVIDIA L4"}}},
			{words: "prompt_tokens_bucket", labels: buckets("100", "1000", "+Inf")},
			{words: "prompt_tokens_sum", value: steady(250)},
			{words: "generation_tokens_total", value: steady(180.4)},
			{words: "prefix_cache_hits_total", value: steady(0.31)},
			{words: "time_to_first_token_seconds_bucket", labels: buckets("0.1", "1", "+Inf")},
			{words: "num_preemptions_total", value: steady(0.001)},
			{words: "count(count present_over_time(vllm:request_success_total", value: steady(2)},
			{words: "count( DCGM_FI_DEV_FB_USED", value: steady(4)},
			{words: "GPU_UTIL", value: steady(80)},
			{words: "request_success_total", value: wave(6)},
		},
	}
	o := run(t, s, atNow())
	got := traitTexts(o)
	for name, want := range map[string]string{
		"qps": "6", "peak_to_mean": "1.6", "engine": "vllm", "model": "llama-3.1-8b", "gpu": "NVIDIA L4", "replicas": "2", "gpus_per_replica": "2",
		"input_tokens": "50/90/99", "output_tokens": "180", "prefix_hit": "31.0%",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if got["service_time"] != "" || got["batch_time"] != "" {
		t.Errorf("a language model has no fixed time: %v", got)
	}
	for _, want := range []string{"605 events of saturation in the last week (vllm:num_preemptions_total)"} {
		if !slices.Contains(o.Warnings, want) {
			t.Errorf("warnings %q, want %q", o.Warnings, want)
		}
	}
	for name, v := range o.Traits {
		if v.Origin.Name == "" || v.Origin.Reason == "" {
			t.Errorf("%s says not where it came from: %+v", name, v.Origin)
		}
	}
}

func triton() *scripted {
	batch := func(t time.Time) float64 { return 1 + 7*(1+math.Sin(2*math.Pi*float64(t.Hour())/24))/2 }
	return &scripted{
		metrics: []string{"nv_inference_request_success", "nv_inference_count", "nv_inference_exec_count", "nv_inference_compute_infer_duration_us",
			"nv_inference_request_duration_us"},
		lines: []scriptLine{
			{words: "resets(", value: steady(0)},
			{words: "max(count_over_time", value: steady(120)},
			{words: "max(max_over_time", value: steady(20)},
			{words: "by (model)", labels: []Labels{{"model": "resnet50"}}},
			{words: "count(count", value: steady(3)},
			{words: "max(quantile_over_time", value: steady(0)},
			{words: "nv_inference_exec_count", value: batch},
			{words: "compute_infer_duration_us", value: func(t time.Time) float64 { return 1e6 * (0.004 + 0.001*batch(t)) }},
			{words: "request_duration_us", value: steady(9000)},
			{words: "nv_inference_request_success", value: wave(300)},
		},
	}
}

func TestObserveBatches(t *testing.T) {
	o := run(t, triton(), atNow())
	v, ok := o.Traits["batch_time"]
	if !ok || len(v.Points) != 2 || v.Points[0].Batch != 1 || math.Abs(v.Points[0].Seconds-0.005) > 1e-4 || v.Points[1].Batch != 8 || math.Abs(v.Points[1].Seconds-0.012) > 1e-4 {
		t.Errorf("batch_time %+v, unknown %+v", v, o.Unknown)
	}
	if _, also := o.Traits["service_time"]; also {
		t.Error("service_time beside batch_time")
	}
}

// TestMissingMetrics: what is not there leaves its trait unknown, named with what would fill
// it, and nothing else.
func TestMissingMetrics(t *testing.T) {
	s := triton()
	s.metrics = s.metrics[:1]
	o := run(t, s, atNow())
	if o.Traits["qps"].Text == "" {
		t.Errorf("no demand: %v", traitTexts(o))
	}
	unknown := map[string]Unknown{}
	for _, u := range o.Unknown {
		unknown[u.Trait] = u
	}
	for trait, remedy := range map[string]string{"gpu": "DCGM_FI_DEV_FB_USED", "service_time": "nv_inference_request_duration_us"} {
		if !strings.Contains(unknown[trait].Remedy, remedy) && !strings.Contains(unknown[trait].Remedy, "nv_inference_first_response") {
			t.Errorf("%s: %+v", trait, unknown[trait])
		}
	}
}

// TestAutoTakesTheEngine: where a server stands behind a front, the server is read and the
// front told of.
func TestAutoTakesTheEngine(t *testing.T) {
	s := triton()
	s.metrics = append(s.metrics, "nginx_ingress_controller_requests")
	o := run(t, s, atNow())
	if o.Profiles[0] != "triton" || len(o.Warnings) == 0 || !strings.Contains(o.Warnings[0], "metrics of nginx are there too; triton was read") {
		t.Errorf("profiles %v, warnings %v", o.Profiles, o.Warnings)
	}
	s = triton()
	s.metrics = append(s.metrics, "nginx_ingress_controller_requests")
	s.lines = append(s.lines, scriptLine{words: "nginx_ingress_controller_requests", value: wave(10)})
	named := atNow()
	named.Profiles = []string{"nginx"}
	if o := run(t, s, named); o.Profiles[0] != "nginx" || o.Traits["qps"].Text != "10" {
		t.Errorf("named: %v %v", o.Profiles, traitTexts(o))
	}
	named.Profiles = []string{"ngnix"}
	err := newObserver(s, named).ask(context.Background(), shipped(t))
	var unknown *UnknownProfile
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "did you mean nginx?") {
		t.Errorf("%v", err)
	}
}

// TestOneFailureIsNotAll: a query that the server refuses leaves its trait unknown and the
// rest told; the demand is what nothing goes without.
func TestOneFailureIsNotAll(t *testing.T) {
	s := triton()
	refused := &ServerError{Status: 422, Message: "too many series"}
	s.lines = slices.Insert(s.lines, 0, scriptLine{words: "nv_inference_exec_count", failed: refused})
	o := run(t, s, atNow())
	if o.Traits["qps"].Text != "300" || !strings.Contains(strings.Join(o.Warnings, "\n"), "requests in one execution, by the hour could not be read: the server answered 422: too many series") {
		t.Errorf("%v %v", traitTexts(o), o.Warnings)
	}
	s = triton()
	s.lines = slices.Insert(s.lines, 0, scriptLine{words: "rate(nv_inference_request_success[5m])", failed: refused})
	if err := newObserver(s, atNow()).ask(context.Background(), shipped(t)); !errors.Is(err, refused) {
		t.Errorf("without demand: %v", err)
	}
}

// TestDryRunIsTheRun: a dry run lists the queries that a run asks, word for word.
func TestDryRunIsTheRun(t *testing.T) {
	opts := atNow()
	opts.Profiles = []string{"triton"}
	queries, err := DryRun(shipped(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	s := triton()
	s.lines[1].value, s.lines[2].value = steady(30), steady(5) // a scrape a minute, as a dry run takes it to be
	for _, p := range shipped(t) {
		s.metrics = append(s.metrics, p.metrics()...)
	}
	run(t, s, opts)
	var listed []string
	for _, q := range queries {
		if !q.Names {
			listed = append(listed, q.Expr)
		}
	}
	slices.Sort(listed)
	slices.Sort(s.asked)
	if !slices.Equal(listed, s.asked) {
		t.Errorf("listed\n%s\nasked\n%s", strings.Join(listed, "\n"), strings.Join(s.asked, "\n"))
	}
}

// TestSplit: a long history is asked in parts that a server gives, and put together in order.
func TestSplit(t *testing.T) {
	span := aligned(monday, 90*day, fine)
	parts := span.parts()
	if len(parts) != 15 {
		t.Fatalf("%d parts", len(parts))
	}
	n := 0
	next := span.From
	for _, p := range parts {
		if p.points() > mostPoints || !p.From.Equal(next) {
			t.Errorf("%+v begins not at %v, or is too long", p, next)
		}
		n += p.points()
		next = p.To.Add(p.Step)
	}
	if n != span.points() || !parts[14].To.Equal(span.To) {
		t.Errorf("%d points of %d", n, span.points())
	}
}

// TestPastOfARenamedMetric: a metric that began lately is joined to the one that counted before.
func TestPastOfARenamedMetric(t *testing.T) {
	now := atNow()
	renamed := now.Now.Add(-5 * day)
	from := func(v float64, there func(time.Time) bool) func(time.Time) float64 {
		return func(t time.Time) float64 {
			if there(t) {
				return v
			}
			return math.NaN()
		}
	}
	s := &scripted{
		metrics: []string{"http_requests_total", "http_server_request_duration_seconds_count"},
		lines: []scriptLine{
			{words: "count by (__name__)", labels: []Labels{{"__name__": "http_server_request_duration_seconds_count"}}},
			{words: "rate(http_server_request_duration_seconds_count", value: from(5, func(t time.Time) bool { return t.After(renamed) })},
			{words: "rate(http_requests_total", value: from(4, func(t time.Time) bool { return !t.After(renamed) })},
		},
	}
	o := run(t, s, now)
	if v := o.Demand.Values; v[len(v)-1] != 5 || v[0] != 4 {
		t.Errorf("the demand begins with %v and ends with %v", v[0], v[len(v)-1])
	}
	if got := o.Traits["qps"].Origin.Name; !strings.Contains(got, " or sum(rate(http_requests_total") {
		t.Errorf("read from %s", got)
	}
	if !strings.Contains(strings.Join(o.Warnings, "\n"), "what was before is read from http_requests_total") {
		t.Errorf("warnings %q", o.Warnings)
	}
}

// TestSuccessorOfAMetric: where a server does not say which metric has values now, one that ended is
// followed by the one that took its place, and the service is not called stopped.
func TestSuccessorOfAMetric(t *testing.T) {
	now := atNow()
	stored := now.Now.Add(-5 * day)
	half := func(v float64, there func(time.Time) bool) func(time.Time) float64 {
		return func(t time.Time) float64 {
			if there(t) {
				return v
			}
			return math.NaN()
		}
	}
	s := &scripted{
		metrics: []string{"http_request_duration_seconds"},
		lines: []scriptLine{
			{words: "count by (__name__)", labels: []Labels{}},
			{words: "max(count_over_time(http_request_duration_seconds_count", value: half(5, func(t time.Time) bool { return !t.After(stored) })},
			{words: "rate(http_request_duration_seconds_count", value: half(4, func(t time.Time) bool { return !t.After(stored) })},
			{words: "histogram_count(", value: half(5, func(t time.Time) bool { return t.After(stored) })},
		},
	}
	s.metrics = append(s.metrics, "http_request_duration_seconds_count", "http_request_duration_seconds_bucket")
	o := run(t, s, now)
	if v := o.Demand.Values; v[len(v)-1] != 5 || v[0] != 4 {
		t.Errorf("the demand begins with %v and ends with %v", v[0], v[len(v)-1])
	}
	if words := strings.Join(o.Warnings, "\n"); !strings.Contains(words, "what came after is read from http_request_duration_seconds") || strings.Contains(words, "stopped") {
		t.Errorf("warnings %q", o.Warnings)
	}
}

// TestRefusedAsTooMuch: what a server refuses even over a short time is asked by groups of servers.
func TestRefusedAsTooMuch(t *testing.T) {
	refused := &ServerError{Status: 422, Kind: "bad_data", Message: "the query exceeds the limit of series"}
	s := &scripted{
		metrics: []string{"http_requests_total"}, servers: 20,
		lines: []scriptLine{
			{words: "rate( pod=~", value: steady(3)},
			{words: "sum(rate(http_requests_total", failed: refused},
			{words: "sum by (cluster", labels: []Labels{{"pod": "pod-1"}}},
		},
	}
	o := run(t, s, atNow())
	if got := o.Traits["qps"].Text; got != "24" {
		t.Errorf("%s requests/s in eight parts of 3/s", got)
	}
	if words := strings.Join(o.Warnings, "\n"); !strings.Contains(words, "read in 8 parts by the label pod") {
		t.Errorf("warnings %q", o.Warnings)
	}
	s.servers = 0
	if err := newObserver(s, atNow()).ask(context.Background(), shipped(t)); !errors.Is(err, refused) || !strings.Contains(err.Error(), "--recording") {
		t.Error(err)
	}
}

// TestRecordingAlone: a recorded rate is read where no serving system shows any metric.
func TestRecordingAlone(t *testing.T) {
	options := atNow()
	options.Recording = "job:http_requests:rate5m"
	o := run(t, &scripted{metrics: []string{options.Recording}, lines: []scriptLine{{words: options.Recording, value: steady(7)}}}, options)
	if v := o.Demand.Values; v[0] != 7 || v[len(v)-1] != 7 {
		t.Errorf("%v to %v, %q", v[0], v[len(v)-1], o.Warnings)
	}
}

// TestCoarserPast: where only coarser values are kept of what is old, they are read over an hour.
func TestCoarserPast(t *testing.T) {
	now := atNow()
	kept := now.Now.Add(-10 * day)
	s := &scripted{
		metrics: []string{"http_requests_total"},
		lines: []scriptLine{
			{words: "rate(http_requests_total [5m]", value: func(t time.Time) float64 {
				if t.Before(kept) {
					return math.NaN()
				}
				return 5
			}},
			{words: "rate(http_requests_total [1h]", value: steady(4)},
		},
	}
	o := run(t, s, now)
	if v := o.Demand.Values; v[0] != 4 || v[len(v)-1] != 5 || !strings.Contains(strings.Join(o.Warnings, "\n"), "coarser before") {
		t.Errorf("%v to %v, %q", v[0], v[len(v)-1], o.Warnings)
	}
}

// TestServersThatComeAndGo: counters that are never seen rising are no proof of no load, and rates
// that servers take of them by their own rules are brought to what was counted.
func TestServersThatComeAndGo(t *testing.T) {
	s := &scripted{
		metrics: []string{"http_requests_total"}, servers: 48,
		lines: []scriptLine{
			{words: "count(count last_over_time", value: steady(48)},
			{words: "offset 1d", value: steady(10)},
			{words: "sum(last_over_time", value: steady(250)},
			{words: "rate(http_requests_total", value: steady(0)},
		},
	}
	o := run(t, s, atNow())
	if o.NoLoad || o.Traits["qps"].Text != "0.002778" {
		t.Errorf("no load %v, %v", o.NoLoad, traitTexts(o))
	}
	s.lines[3].value = steady(0.0014)
	o = run(t, s, atNow())
	if o.Traits["qps"].Text != "0.002778" || !strings.Contains(strings.Join(o.Warnings, "\n"), "48 servers come and go in a day: rates are scaled to what the servers had counted at their end (× 1.984)") {
		t.Errorf("%v, %q", traitTexts(o), o.Warnings)
	}
	s.servers, s.lines[3].value = 2, steady(0)
	if o := run(t, s, atNow()); !o.NoLoad {
		t.Errorf("two servers that stand still are a load: %v", traitTexts(o))
	}
}

// TestArtefactsAreNoBursts: resets and scrapes that are missing lower single windows.
func TestArtefactsAreNoBursts(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	rates := Series{Start: monday, Step: 6 * time.Minute, Values: make([]float64, 24*70)}
	for i := range rates.Values {
		rates.Values[i] = 100 + math.Sqrt(100.0/360)*dice.NormFloat64()
		if i%30 == 7 {
			rates.Values[i] *= 0.83
		}
	}
	if got, ok := dispersion(rates, 6*time.Minute); !ok || math.Abs(got-1) > 0.15 {
		t.Errorf("Poisson arrivals with resets every three hours: %v, %v", got, ok)
	}
	for i := range rates.Values {
		rates.Values[i] = 100
		if dice.IntN(12) == 0 {
			rates.Values[i] = 150
		}
	}
	if got, _ := dispersion(rates, 6*time.Minute); got < 200 {
		t.Errorf("bursts of half as much again in one window of twelve: %v", got)
	}
}

// TestCountersResetAllTheTime: a crash loop is told of, and is no burst.
func TestCountersResetAllTheTime(t *testing.T) {
	s := triton()
	s.lines = slices.Insert(s.lines, 0, scriptLine{words: "max by resets", value: steady(36)},
		scriptLine{words: "sum by (cluster", labels: []Labels{{"pod": "a"}}})
	s.lines[2].value, s.lines[3].value = steady(30), steady(6)
	o := run(t, s, atNow())
	if _, told := o.Traits["burstiness"]; told || !strings.Contains(strings.Join(o.Warnings, "\n"), "counters are reset 6 times an hour") {
		t.Errorf("%v, %q", traitTexts(o), o.Warnings)
	}
}

// TestTargetsThatFlapInTurn: of servers that are scraped at times of their own, some always at the time, rates over
// minutes miss what the others count meanwhile.
func TestTargetsThatFlapInTurn(t *testing.T) {
	s := triton()
	s.lines = slices.Insert(s.lines, 0, scriptLine{words: "increase( [6h]", value: steady(20)}, scriptLine{words: "avg_over_time((sum(rate(", value: steady(13.3)})
	o := run(t, s, atNow())
	if _, told := o.Traits["burstiness"]; told || !strings.Contains(strings.Join(o.Warnings, "\n"), "have gaps") || !strings.Contains(o.Traits["qps"].Origin.Name, "[1h]") {
		t.Errorf("%v, %q", traitTexts(o), o.Warnings)
	}
	s.lines[1].value = steady(19.5)
	if o := run(t, s, atNow()); strings.Contains(strings.Join(o.Warnings, "\n"), "have gaps") {
		t.Errorf("%q", o.Warnings)
	}
}

// TestTooManySeries: what would cost the server too much is not asked, and what would do instead
// is named.
func TestTooManySeries(t *testing.T) {
	s := triton()
	s.series = 120_000
	err := newObserver(s, atNow()).ask(context.Background(), shipped(t))
	var none *NoData
	if !errors.As(err, &none) || !strings.Contains(err.Error(), "120000 series") || !strings.Contains(err.Error(), "--max-series 120000") {
		t.Error(err)
	}
	o := atNow()
	o.MaxSeries = 120_000
	if got := run(t, s, o); got.Traits["qps"].Text != "300" {
		t.Errorf("allowed: %v", traitTexts(got))
	}
}
