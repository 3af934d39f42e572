package loadtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"scaleadvise/advisor/bounded"
)

// limits of a file.
var limits = bounded.Limits{
	What: "load test", Remedy: "give the summary alone, without single requests",
	Bytes: 256 << 20, Packed: 256 << 20, Value: 16 << 20,
}

// Tools lists the supported tools, for texts.
const Tools = "vegeta, k6, hey, wrk, wrk2, ghz, Locust, perf_analyzer, genai-perf, aiperf, guidellm, vllm bench serve or ab"

// errEmpty and errUnknown say what a file lacks.
var (
	errEmpty    = errors.New("is empty: the load test wrote nothing; run it again and give its output")
	errNoReport = errors.New("is JSON, but not the report of a known load tool; give the output of " + Tools)
	errUnknown  = errors.New("is not the report of a known load tool; give the output of " + Tools)
)

// mostRuns bounds the runs of one file, far above any sweep.
const mostRuns = 1_000

// Read reads the runs of a file. The error names the place within it, not the file.
func Read(ctx context.Context, r io.Reader) ([]Run, error) {
	in := bounded.NewReader(ctx, r, limits)
	runs, err := read(in)
	if fault := in.Fault(); fault != nil {
		return nil, fault
	}
	if err != nil {
		return nil, err
	}
	if len(runs) > mostRuns {
		return nil, fmt.Errorf("holds more than %d runs; give those of one sweep", mostRuns)
	}
	for i := range runs {
		if err := runs[i].settle(); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

func read(in *bounded.Reader) ([]Run, error) {
	start, err := firstByte(in.Reader)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errEmpty
	case err != nil:
		return nil, err
	case start == '{' || start == '[':
		return readDocuments(in)
	}
	return readText(in.Reader)
}

// firstByte skips blanks and looks at what follows.
func firstByte(in *bufio.Reader) (byte, error) {
	for {
		next, err := in.Peek(1)
		if err != nil {
			return 0, err
		}
		if !bytes.ContainsAny(next, " \t\r\n") {
			return next[0], nil
		}
		in.Discard(1) // cannot fail: the byte was peeked
	}
}

// readDocuments reads JSON: one document, several one after the other, or a list of them.
func readDocuments(in *bounded.Reader) ([]Run, error) {
	s := &stream{Decoder: json.NewDecoder(in), next: in.Next}
	var runs []Run
	lines := newLines()
	for n := 0; ; n++ {
		v, err := s.document()
		switch {
		case errors.Is(err, io.EOF):
			return append(runs, lines.runs()...), lines.fault
		case err != nil:
			return nil, wordJSON(err)
		case lines.take(v):
			continue
		}
		found, err := runsOf(v)
		if err != nil {
			return nil, err
		}
		runs = append(runs, found...)
	}
}

// runsOf reads a document.
func runsOf(v any) ([]Run, error) {
	n := document(v)
	for _, d := range documents {
		if !d.is(n) {
			continue
		}
		runs, err := d.runs(n)
		if err = errors.Join(err, *n.fault); err != nil {
			return nil, err
		}
		for i := range runs {
			runs[i].Tool = d.tool
		}
		return runs, nil
	}
	all, ok := v.([]any)
	if !ok || len(all) == 0 {
		return nil, errNoReport
	}
	var runs []Run
	for _, one := range all {
		found, err := runsOf(one)
		if err != nil {
			return nil, err
		}
		runs = append(runs, found...)
	}
	return runs, nil
}

// Bounds of what a network can show.
const (
	shortest = 1e-7 // s
	longest  = 1e5  // s
	mostRate = 1e9  // 1/s
	mostLoad = 1e7  // requests in flight
	littles  = 1.5  // times the clients that rate × latency may show, by rounding and warm-up
)

// settle derives what a tool left out and refuses what cannot be.
func (r *Run) settle() error {
	if r.QPS == 0 && r.Duration > 0 {
		r.QPS = math.Max(r.Requests-r.Failed, 0) / r.Duration * r.size()
	}
	if r.Requests > 0 && r.Failed >= r.Requests {
		return r.errorf("all %.0f requests failed; fix the service or the test, and run it again", r.Requests)
	}
	for _, v := range []float64{r.QPS, r.Offered, r.Clients, r.Batch, r.Requests, r.Failed, r.Duration, r.Input, r.Output, r.InFlight} {
		if !(v >= 0) || v > 1e15 {
			return r.errorf("holds %g, which is not a rate, count or time; give the file as the tool wrote it", v)
		}
	}
	for _, d := range []Distribution{r.Latency, r.TTFT, r.TPOT} {
		if err := r.plausible(d); err != nil {
			return err
		}
	}
	if r.QPS > mostRate || r.Offered > mostRate {
		return r.errorf("a rate of %g/s is more than any service has; is it in the tool's own unit?", math.Max(r.QPS, r.Offered))
	}
	return r.little()
}

// plausible refuses times that are none, or in another unit than the tool's.
func (r *Run) plausible(d Distribution) error {
	times := []float64{d.Mean, d.SD, d.Min, d.Max}
	for _, p := range d.Percentiles {
		times = append(times, p.Seconds)
	}
	for _, t := range times {
		switch {
		case math.IsNaN(t) || t < 0:
			return r.errorf("a latency measured is %.3g; it must be above zero", t)
		case t > longest:
			return r.errorf("a latency of %.3g s is longer than any client waits; is it in the tool's own unit?", t)
		}
	}
	if m := d.Middle(); m > 0 && m < shortest {
		return r.errorf("a latency of %.3g s is below what a network can show; is it in the tool's own unit?", m)
	}
	return nil
}

// little holds rate, latency and clients against each other: together they say how many
// requests were in flight.
func (r *Run) little() error {
	n := r.QPS / r.size() * r.Latency.Mean
	if r.Loop == Closed && r.Clients >= 1 && n > littles*math.Max(r.Clients, r.InFlight) && n > 1+r.Clients {
		return r.errorf("%.4g/s at %.4g s each are %.3g requests in flight (Little's law), but %.4g clients sent them; are all in the tool's own units?",
			r.QPS/r.size(), r.Latency.Mean, n, r.Clients)
	}
	if n > mostLoad {
		return r.errorf("%.4g/s at %.4g s each are %.3g requests in flight; are both in the tool's own units?", r.QPS, r.Latency.Mean, n)
	}
	return nil
}

func (r *Run) errorf(format string, args ...any) error {
	where := r.Tool
	if r.Place != "" {
		where += ", " + r.Place
	}
	return fmt.Errorf("%s: "+format, append([]any{where}, args...)...)
}
