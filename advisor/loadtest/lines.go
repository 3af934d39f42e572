package loadtest

import (
	"fmt"
	"math"
	"time"
)

// lines gathers single requests that stand one a line: vegeta encode, and the points of k6.
type lines struct {
	attacks map[string]*requests // of vegeta, by name
	order   []string
	k6      *points
	fault   error
}

func newLines() *lines { return &lines{attacks: map[string]*requests{}} }

// requests are those of one run.
type requests struct {
	latency    *sample
	n, failed  float64
	begin, end float64 // s since 1970
	last       float64 // when the last was sent
}

func newRequests() *requests {
	return &requests{latency: newSample(), begin: math.Inf(1), end: math.Inf(-1), last: math.Inf(-1)}
}

func (r *requests) add(at, took float64, failed bool) {
	r.n++
	if failed {
		r.failed++
	} else {
		r.latency.add(took)
	}
	r.begin, r.last, r.end = math.Min(r.begin, at), math.Max(r.last, at), math.Max(r.end, at+took)
}

func (r *requests) run(tool string) Run {
	return Run{Tool: tool, Requests: r.n, Failed: r.failed, Duration: math.Max(r.end-r.begin, 0), Latency: r.latency.distribution()}
}

// take reads a document that is a single request; false where it is none.
func (l *lines) take(v any) bool {
	n := document(v)
	switch {
	case n.has("latency", "timestamp", "code"):
		l.vegeta(n)
	case n.at("type").text() == "Point" && n.has("metric", "data"):
		l.point(n)
	case n.at("type").text() == "Metric" && n.has("metric", "data"):
		if l.k6 == nil {
			l.k6 = newPoints()
		}
	default:
		return false
	}
	if l.fault == nil {
		l.fault = *n.fault
	}
	return true
}

// mostAttacks bounds the runs of one file.
const mostAttacks = 200

// vegeta is a line of `vegeta encode`: the latency is ns.
func (l *lines) vegeta(n node) {
	name := n.at("attack").text()
	r, ok := l.attacks[name]
	if !ok {
		if len(l.attacks) == mostAttacks {
			return
		}
		r = newRequests()
		l.attacks[name], l.order = r, append(l.order, name)
	}
	code := n.at("code").number()
	r.add(l.moment(n.at("timestamp")), n.at("latency").number()*nano, code < 200 || code >= 400 || n.at("error").text() != "")
}

// moment reads a time in s since 1970.
func (l *lines) moment(n node) float64 {
	at, err := time.Parse(time.RFC3339Nano, n.text())
	if err != nil && l.fault == nil {
		l.fault = fmt.Errorf("%s is %q, not a time such as 2026-01-02T15:04:05Z; give the file as the load tool wrote it", n.path, n.text())
	}
	return float64(at.UnixNano()) * nano
}

// points are what k6 --out json writes: one measurement a line.
type points struct {
	requests    *requests
	least, most float64 // virtual users
	dropped     float64
}

func newPoints() *points { return &points{requests: newRequests(), least: math.Inf(1)} }

// point is one line of k6: times are ms, and the moment is that of the answer.
func (l *lines) point(n node) {
	if l.k6 == nil {
		l.k6 = newPoints()
	}
	data := n.at("data")
	value := data.at("value").number()
	switch n.at("metric").text() {
	case "http_req_duration", "grpc_req_duration":
		took := value * milli
		failed := data.at("tags", "expected_response").text() == "false"
		l.k6.requests.add(l.moment(data.at("time"))-took, took, failed)
	case "vus":
		l.k6.least, l.k6.most = math.Min(l.k6.least, value), math.Max(l.k6.most, value)
	case "dropped_iterations":
		l.k6.dropped += value
	}
}

// runs are those of all lines.
func (l *lines) runs() []Run {
	var runs []Run
	for _, name := range l.order {
		r := l.attacks[name]
		run := r.run("vegeta")
		run.Place, run.Loop, run.Even = name, Open, true
		if r.n > 1 && r.last > r.begin {
			run.Offered = (r.n - 1) / (r.last - r.begin)
		}
		runs = append(runs, run)
	}
	if k := l.k6; k != nil {
		run := k.requests.run("k6")
		run.users(k.least, k.most)
		if k.dropped > 0 && run.Duration > 0 {
			run.Loop, run.Clients, run.Offered = Open, 0, (run.Requests+k.dropped)/run.Duration
		}
		runs = append(runs, run)
	}
	return runs
}
