package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
)

// trace is a service with a known history, as a scraper would have seen it.
type trace struct {
	from, to time.Time
	step     time.Duration
	pods     int
	mean     float64 // 1/s of all pods, at the end
	growth   float64 // a month
	season   float64 // height of the day's wave over its mean
	weekend  float64 // factor on Saturdays and Sundays
	scatter  float64 // index of dispersion of the counts
	rate     float64 // 1/s at which one pod saturates
}

// plainTrace is the history that the tests know everything of.
func plainTrace() trace {
	to := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	return trace{
		from: to.AddDate(0, 0, -30), to: to, step: time.Minute, pods: 2,
		mean: 80, growth: 0.20, season: 0.6, weekend: 0.7, scatter: 4, rate: 100,
	}
}

// load is the expected rate of all pods at a time, without scatter.
func (tr trace) load(t time.Time) float64 {
	months := t.Sub(tr.to).Hours() / 730
	hour := float64(t.Unix()%86400) / 3600
	v := tr.mean * math.Pow(1+tr.growth, months) * (1 + tr.season*math.Sin(2*math.Pi*(hour-9)/24))
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		v *= tr.weekend
	}
	return v
}

// festive is when three times as many came as usual, for a day: no peak to plan for.
func (tr trace) festive(t time.Time) bool {
	return t.After(tr.to.AddDate(0, 0, -20)) && t.Before(tr.to.AddDate(0, 0, -19))
}

// alone is the mean time of a request at a load of one pod: M/M/1.
func (tr trace) alone(load float64) float64 { return 1 / (tr.rate - load) }

// bounds of the latency histogram, s.
var bounds = []float64{0.005, 0.01, 0.02, 0.05, 0.1, 0.5}

// pod counts what one pod has served.
type pod struct {
	name    string
	count   float64
	sum     float64
	buckets []float64
}

// write writes all samples in the text format. stamp is how times are written. At one day a
// pod restarts, which sets its counters back, and for three hours nothing is scraped.
func (tr trace) write(w io.Writer, stamp func(time.Time) string) error {
	dice := rand.New(rand.NewPCG(1, 2))
	var pods []*pod
	for i := range tr.pods {
		pods = append(pods, &pod{name: fmt.Sprintf("chat-%d", i), buckets: make([]float64, len(bounds))})
	}
	restart, gap := tr.to.Add(-10*24*time.Hour), tr.to.Add(-6*24*time.Hour)
	var lines [3]bytes.Buffer // by metric, as the format wants them together
	for t := tr.from; !t.After(tr.to); t = t.Add(tr.step) {
		if t.Equal(restart) {
			pods[0].count, pods[0].sum, pods[0].buckets = 0, 0, make([]float64, len(bounds))
		}
		for _, p := range pods {
			p.serve(tr, t, dice)
			if t.Before(gap) || t.After(gap.Add(3*time.Hour)) {
				p.scrape(&lines, stamp(t))
			}
		}
	}
	fmt.Fprint(w, "# TYPE http_requests counter\n", lines[0].String(), "# TYPE http_request_duration_seconds histogram\n", lines[1].String(),
		"# TYPE kube_deployment_status_replicas_ready gauge\n", lines[2].String())
	_, err := fmt.Fprintln(w, "# EOF")
	return err
}

// serve lets a step pass. Counts scatter by a normal of the wanted variance.
func (p *pod) serve(tr trace, t time.Time, dice *rand.Rand) {
	load := tr.load(t) / float64(tr.pods)
	if tr.festive(t) {
		load = 0.95 * tr.rate
	}
	expected := load * tr.step.Seconds()
	n := math.Max(math.Round(expected+math.Sqrt(tr.scatter*expected)*dice.NormFloat64()), 0)
	mean := tr.alone(load)
	p.count += n
	p.sum += n * mean
	for i, le := range bounds {
		p.buckets[i] += n * (1 - math.Exp(-le/mean))
	}
}

func (p *pod) scrape(lines *[3]bytes.Buffer, at string) {
	labels := fmt.Sprintf(`namespace="prod",pod=%q`, p.name)
	fmt.Fprintf(&lines[0], "http_requests_total{%s,code=\"200\"} %.0f %s\n", labels, p.count, at)
	for i, le := range bounds {
		fmt.Fprintf(&lines[1], "http_request_duration_seconds_bucket{%s,le=\"%g\"} %.3f %s\n", labels, le, p.buckets[i], at)
	}
	fmt.Fprintf(&lines[1], "http_request_duration_seconds_bucket{%s,le=\"+Inf\"} %.0f %s\n", labels, p.count, at)
	fmt.Fprintf(&lines[1], "http_request_duration_seconds_sum{%s} %.6f %s\n", labels, p.sum, at)
	fmt.Fprintf(&lines[1], "http_request_duration_seconds_count{%s} %.0f %s\n", labels, p.count, at)
}

// need finds a program that a test cannot do without: outside CI its absence skips the test
// loudly, in CI it fails.
func need(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			text := fmt.Sprintf("%s is not installed: apt-get install --no-install-recommends prometheus victoria-metrics", name)
			if os.Getenv("CI") == "true" {
				t.Fatal(text)
			}
			fmt.Fprintf(os.Stderr, "SKIPPED %s: %s\n", t.Name(), text)
			t.Skip(text)
		}
	}
}

// free is an address on loopback that is not in use.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startServer starts a server, waits until it is ready, and stops it with the test.
func startServer(t *testing.T, ready string, name string, args ...string) {
	t.Helper()
	var said bytes.Buffer
	server := exec.Command(name, args...)
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait()
	})
	for range 300 {
		if r, err := http.Get(ready); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	server.Process.Kill()
	server.Wait()
	t.Fatalf("%s was not ready in time:\n%s", name, said.String())
}

// backfill is a history that a server is filled with.
type backfill interface {
	write(w io.Writer, stamp func(time.Time) string) error
}

// startPrometheus serves the trace from Prometheus, backfilled, and gives its address.
func startPrometheus(t *testing.T, tr backfill) string {
	t.Helper()
	need(t, "prometheus", "promtool")
	dir := t.TempDir()
	file := filepath.Join(dir, "trace.om")
	writeTrace(t, tr, file, func(at time.Time) string { return fmt.Sprint(at.Unix()) })
	// Blocks of two hours, the default, would each read the whole file again.
	fill := exec.Command("promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=768h", file, filepath.Join(dir, "data"))
	if out, err := fill.CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	settings := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(settings, []byte("global: {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	address := free(t)
	startServer(t, "http://"+address+"/-/ready", "prometheus", "--config.file="+settings, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--storage.tsdb.retention.time=100y", "--web.listen-address="+address)
	return "http://" + address
}

func writeTrace(t *testing.T, tr backfill, file string, stamp func(time.Time) string) {
	t.Helper()
	f, err := os.Create(file)
	if err == nil {
		err = tr.write(f, stamp)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// startVictoria serves the trace from VictoriaMetrics and gives its address.
func startVictoria(t *testing.T, tr backfill) string {
	t.Helper()
	need(t, "victoria-metrics")
	dir := t.TempDir()
	address := free(t)
	startServer(t, "http://"+address+"/health", "victoria-metrics", "-storageDataPath="+filepath.Join(dir, "data"),
		"-httpListenAddr="+address, "-retentionPeriod=100y", "-search.latencyOffset=0", "-loggerLevel=ERROR")
	file := filepath.Join(dir, "trace.txt")
	writeTrace(t, tr, file, func(at time.Time) string { return fmt.Sprint(at.UnixMilli()) })
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := http.Post("http://"+address+"/api/v1/import/prometheus", "text/plain", f)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode >= 300 {
		t.Fatalf("import: %s", r.Status)
	}
	if r, err := http.Get("http://" + address + "/internal/force_flush"); err == nil {
		r.Body.Close()
	}
	return "http://" + address
}

// servers are the real servers that the tests run against, with how a rate is read from each: one divides by
// the window, and the other by the time from the first value to the last.
var servers = []struct {
	name  string
	start func(*testing.T, backfill) string
	rate  string
}{
	{"prometheus", startPrometheus, `sum(rate(http_requests_total{namespace="prod"}[5m]))`},
	{"victoria-metrics", startVictoria, `sum(increase(http_requests_total{namespace="prod"}[5m])) / 300`},
}

// TestObserveRealServers: what the trace was made with comes back, from either server.
func TestObserveRealServers(t *testing.T) {
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			tr := plainTrace()
			address := server.start(t, tr)
			s := newStage()
			if code := s.run("observe", "--prometheus", address, "--selector", `namespace="prod"`, "--now", "2026-07-01"); code != exitDone {
				t.Fatalf("exit code %d, stderr %s", code, s.err.String())
			}
			compareTraits(t, tr, s.out.String())
			if !strings.Contains(s.err.String(), "is far above the other weeks and was left out of the peak") {
				t.Errorf("nothing was said of the festive day: %s", s.err.String())
			}
			adviseFrom(t, address, server.rate)
			forecastFrom(t, tr, address)
			understand(t, address)
		})
	}
}

// compareTraits holds a plan that was observed against what the trace was made with.
func compareTraits(t *testing.T, tr trace, text string) {
	t.Helper()
	documents, err := plan.Read(context.Background(), strings.NewReader(text), "observed.yaml")
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d plans, %v:\n%s", len(documents), err, text)
	}
	got := documents[0].Traits
	mean, peak := tr.lastWeek()
	for _, want := range []struct {
		trait     string
		value     float64
		tolerance float64 // relative
	}{
		{"qps", mean, 0.02},
		{"peak_to_mean", peak / mean, 0.05},
		{"growth", tr.growth, 0.10},
		{"burstiness", tr.scatter, 0.25},
		{"service_time", 1 / tr.rate, 0.05},
		{"service_cv", 1, 0.15}, // times of M/M/1 vary as much as their mean
		{"replica_qps", tr.rate, 0.05},
		{"replicas", float64(tr.pods), 0},
	} {
		v, ok := got[want.trait]
		if !ok {
			t.Errorf("%s was not told:\n%s", want.trait, text)
			continue
		}
		if off := math.Abs(v.Interval.Mid/want.value - 1); off > want.tolerance {
			t.Errorf("%s is %v, made with %v", want.trait, v.Interval.Mid, want.value)
		}
	}
	for line := range strings.Lines(text) {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		if _, trait := got[key]; trait && !strings.Contains(rest, `{namespace="prod"}`) {
			t.Errorf("no query behind: %s", line)
		}
	}
}

// lastWeek is the mean and the peak of the expected load in the last week.
func (tr trace) lastWeek() (mean, peak float64) {
	n := 0.0
	for at := tr.to.AddDate(0, 0, -7); at.Before(tr.to); at = at.Add(tr.step) {
		v := tr.load(at)
		mean, peak, n = mean+v, math.Max(peak, v), n+1
	}
	return mean / n, peak
}

// adviseFrom takes advice from what the server tells, with flags over it.
func adviseFrom(t *testing.T, address, rate string) {
	t.Helper()
	s := newStage()
	code := s.run("--prometheus", address, "--profile", "generic", "--selector", `namespace="prod"`, "--now", "2026-07-01",
		"--gpu", "t4", "--p99", "200ms", "--replicas", "3", "-o", "json")
	if code != exitDone {
		t.Fatalf("exit code %d, stderr %s", code, s.err.String())
	}
	var got struct {
		Traits map[string]struct {
			Value  any    `json:"value"`
			Origin string `json:"origin"`
		} `json:"traits"`
	}
	if err := json.Unmarshal(s.out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if o := got.Traits["qps"].Origin; o != rate {
		t.Errorf("qps comes from %q", o)
	}
	if r := got.Traits["replicas"]; r.Origin != "--replicas" || r.Value != 3.0 {
		t.Errorf("the flag did not win: %v", r)
	}
}

// forecastFrom asks when two pods are outgrown: they saturate at twice tr.rate, near which the
// wide bound lets them come, and the growth is known.
func forecastFrom(t *testing.T, tr trace, address string) {
	t.Helper()
	s := newStage()
	code := s.run("forecast", "--prometheus", address, "--selector", `namespace="prod"`, "--now", "2026-07-01", "--p99", "2s", "--horizon", "60d", "-o", "json")
	if code != exitDone {
		t.Fatalf("exit code %d, stderr %s", code, s.err.String())
	}
	var got struct {
		Method  string
		Horizon []struct {
			Time time.Time
			Mid  float64
		}
		Peak     struct{ Mid float64 }
		Runway   struct{ Date string }
		Backtest struct{ WAPE, Coverage90 float64 }
	}
	if err := json.Unmarshal(s.out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	_, peak := tr.lastWeek()
	grown := math.Pow(1+tr.growth, 60*24/730.0)
	if got.Method != "seasonal" || len(got.Horizon) != 60 || math.Abs(got.Peak.Mid/(peak*grown)-1) > 0.06 || got.Backtest.WAPE > 0.25 { // the festive day is in it
		t.Errorf("%+v; want a peak of %v", got, peak*grown)
	}
	mean := 0.0
	for at := tr.to.AddDate(0, 0, 59); at.Before(tr.to.AddDate(0, 0, 60)); at = at.Add(tr.step) {
		mean += tr.load(at) / (24 * 60)
	}
	if last := got.Horizon[59]; !last.Time.Equal(tr.to.AddDate(0, 0, 59)) || math.Abs(last.Mid/mean-1) > 0.12 {
		t.Errorf("%v on the last day, made with %v", last, mean)
	}
	date, err := time.Parse(time.DateOnly, got.Runway.Date)
	latest := tr.to.Add(time.Duration(math.Log(2*tr.rate/peak) / math.Log(1+tr.growth) * 730 * float64(time.Hour)))
	if err != nil || date.After(latest.AddDate(0, 0, 7)) || date.Before(latest.AddDate(0, 0, -30)) {
		t.Errorf("runway %v, %v; saturated on %v", date, err, latest)
	}
}

// understand asks every query of every profile, of metrics that are not there: what matters is
// that the server takes it for one.
func understand(t *testing.T, address string) {
	t.Helper()
	profiles, err := prom.Profiles(nil)
	if err != nil {
		t.Fatal(err)
	}
	selector, err := prom.ParseSelector(`namespace="prod",deployment="chat"`)
	if err != nil {
		t.Fatal(err)
	}
	to := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	asked := map[string]bool{}
	for _, p := range profiles {
		if p.Kind != "hardware" && len(p.Quantities["requests"]) == 0 {
			continue // which only says that it counts none
		}
		for _, s := range []prom.Selector{nil, selector} {
			for _, version := range fallbacks(p) {
				queries, err := prom.DryRun([]*prom.Profile{version}, prom.Options{Now: to, Profiles: []string{p.ID}, Selector: s})
				if err != nil {
					continue // hardware alone, which tells of no requests
				}
				askEach(t, address, p.ID, queries, asked)
			}
			queries, err := prom.DryRun(profiles, prom.Options{Now: to, Profiles: []string{p.ID}, Selector: s})
			if err != nil {
				t.Fatal(err)
			}
			askEach(t, address, p.ID, queries, asked)
		}
	}
}

// fallbacks are a profile without the first metrics of each quantity, one less each time, down
// to the last of all.
func fallbacks(p *prom.Profile) []*prom.Profile {
	var all []*prom.Profile
	for skip, more := 1, true; more; skip++ {
		more = false
		reduced := *p
		reduced.Quantities = map[string][]prom.Metric{}
		for name, metrics := range p.Quantities {
			reduced.Quantities[name] = metrics[min(skip, len(metrics)-1):]
			more = more || skip < len(metrics)
		}
		if more {
			all = append(all, &reduced)
		}
	}
	return all
}

// dottedLabel is a label of OpenTelemetry in quotes.
var dottedLabel = regexp.MustCompile(`"\w+\.[\w.]+"[=!)]`)

// askEach asks queries of which a server must understand every one, each once.
func askEach(t *testing.T, address, profile string, queries []prom.Query, asked map[string]bool) {
	t.Helper()
	at := fmt.Sprint(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC).Unix())
	for _, q := range queries {
		expr := q.Expr
		if dottedLabel.MatchString(expr) {
			continue // asked only of a server that has such labels, and these are too old
		}
		if q.Names {
			expr = "count(" + expr + ")"
		}
		if asked[expr] {
			continue
		}
		asked[expr] = true
		r, err := http.PostForm(address+"/api/v1/query", url.Values{"query": {expr}, "time": {at}})
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s: %s: %s\n%s", profile, q.Purpose, expr, body)
		}
	}
}
