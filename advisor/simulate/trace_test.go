package simulate

import (
	"bytes"
	"compress/gzip"
	"context"
	"math"
	"strings"
	"testing"
)

func TestReadTrace(t *testing.T) {
	r, err := ReadTrace(context.Background(), strings.NewReader("arrival_s,output_tokens,note,input_tokens\n3,7,x,100\n4,8,x,200\n7,9,x,0\n"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if tr := r.Trace; tr.Requests() != 3 || tr.Length() != 6 || !tr.Tokens() || tr.at[1] != 1 || tr.input[1] != 200 || tr.output[2] != 9 || tr.input[2] != 1 {
		t.Errorf("%+v", *tr)
	}
	for _, c := range []struct {
		text     string
		interval float64
		slice    float64
		rate     float64
	}{
		{"window_start_s,requests_per_s,active_clients\n0,2,1\n600,4,1\n", 0, 600, 3},
		{"minute_index,requests\n0,60\n1,180\n", 0, 60, 2},
		{"interval_index,value\n0,300\n1,600\n", 300, 300, 1.5},
		{"hour_index,count\n0,3600\n1,3600\n2,0\n", 0, 3600, 2. / 3},
	} {
		r, err := ReadTrace(context.Background(), strings.NewReader(c.text), c.interval)
		if err != nil || r.Profile.Slice != c.slice || math.Abs(r.Rate-c.rate) > 1e-12 {
			t.Errorf("%q: %+v, %v", c.text, r, err)
		}
	}
}

func TestReadTraceZipped(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte("arrival_s\n0\n1\n"))
	z.Close()
	if r, err := ReadTrace(context.Background(), &b, 0); err != nil || r.Trace.Requests() != 2 || r.Trace.Tokens() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReadTraceCutShort: a compressed file that ends too early is refused wherever it was cut.
func TestReadTraceCutShort(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte("arrival_s\n0\n1\n2\n"))
	z.Close()
	for n := 2; n < b.Len(); n++ {
		if _, err := ReadTrace(context.Background(), bytes.NewReader(b.Bytes()[:n]), 0); err == nil || !strings.Contains(err.Error(), "ends too early") {
			t.Errorf("%d of %d bytes: %v", n, b.Len(), err)
		}
	}
}

func TestReadTraceFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                        "empty",
		"a,b\n1,2\n":                              "arrival_s",
		"arrival_s\n1\n":                          "fewer than two",
		"arrival_s\n1\n1\n":                       "fewer than two",
		"arrival_s\n2\n1\n":                       "line 3",
		"arrival_s\nx\n":                          "line 2",
		"arrival_s\n-1\n":                         "line 2",
		"arrival_s\nNaN\n":                        "line 2",
		"arrival_s,input_tokens\n1\n":             "line 2",
		"minute_index,requests\n0,1\n2,1\n5,1\n":  "line 4",
		"minute_index,requests\n0,0\n1,0\n":       "no requests",
		"interval_index,value\n0,1\n1,1\n":        "--trace-interval",
		"window_start_s,rate\n0,1\n":              "fewer than two",
		"arrival_s\n0\n1e300\n":                   "arrival_s counts seconds",
		"window_start_s,rate\n0,1\n1e12,1\n":      "more than a century",
		"arrival_s\n" + strings.Repeat("é", 9999): "line 2: arrival_s \"" + strings.Repeat("é", 40) + "…\" is",
		"\x1f\x8b":                                "ends too early",
	} {
		if _, err := ReadTrace(context.Background(), strings.NewReader(text), 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestReplay: a scaled trace keeps how its requests bunch: their dispersion over windows of as
// many requests is what it was.
func TestReplay(t *testing.T) {
	tr := &Trace{}
	w := newWaves(20, 9, 3, streamOf(9, 0, forArrivals))
	for range 20_000 {
		tr.at = append(tr.at, w.next())
	}
	tr.settle()
	for _, scale := range []float64{0.5, 1, 40} {
		traffic := Traffic{Rate: scale * tr.Rate(), Trace: tr}
		rate, d := dispersionOver(traffic.arrivals(1, streamOf(1, 0, 0)), 3/scale, 300)
		if math.Abs(rate-20*scale) > 3*scale || math.Abs(d-9) > 2 {
			t.Errorf("scaled by %g: %.3g/s, dispersion %.3g", scale, rate, d)
		}
	}
	s := single(Station{Beta: 0.01, MaxBatch: 1, Workers: 1}, 0)
	s.Traffic, s.Replications, s.Length = Traffic{Trace: tr}, 1, 0
	r, err := Run(context.Background(), s, nil)
	if err != nil || r.Requests != 20_000 || math.Abs(r.Duration-tr.Length()) > 1e-6 {
		t.Errorf("%v: %d requests in %g s", err, r.Requests, r.Duration)
	}
}

func FuzzReadTrace(f *testing.F) {
	for _, seed := range []string{
		"arrival_s,input_tokens,output_tokens\n0,1,2\n1,3,4\n", "window_start_s,requests_per_s\n0,1\n60,2\n", "minute_index,requests\n0,1\n1,2\n",
		"arrival_s\n\"0\n1", "\xef\xbb\xbfarrival_s\r\n0\r\n1e3\r\n", "interval_index,value\n0,1e300\n1,1e300\n", "\x1f\x8b", "\x00",
	} {
		f.Add(seed, 60.0)
	}
	f.Fuzz(func(t *testing.T, text string, interval float64) {
		r, err := ReadTrace(context.Background(), strings.NewReader(text), interval)
		switch {
		case err != nil:
			return
		case r.Trace != nil && !(r.Trace.Length() > 0 && r.Rate > 0):
			t.Errorf("a trace of %g s at %g/s", r.Trace.Length(), r.Rate)
		case r.Profile != nil && !(r.Profile.Length() > 0 && r.Rate > 0):
			t.Errorf("a profile of %g s at %g/s", r.Profile.Length(), r.Rate)
		}
	})
}
