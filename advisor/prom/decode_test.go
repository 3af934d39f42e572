package prom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor/bounded"
)

// gathered is a sink that keeps all.
type gathered struct {
	times, values []float64
	histograms    []Histogram
	labels        []Labels
}

func (g *gathered) sample(t, v float64) error {
	g.times, g.values = append(g.times, t), append(g.values, v)
	return nil
}

func (g *gathered) histogram(_ float64, h Histogram) error {
	g.histograms = append(g.histograms, h)
	return nil
}

func (g *gathered) end(l Labels) error {
	g.labels = append(g.labels, l)
	return nil
}

// Answers as servers give them: the documentation of the HTTP API, and what VictoriaMetrics
// adds.
var answers = []string{
	`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"prometheus","instance":"localhost:9090"},"values":[[1435781430.781,"1"],[1435781445.781,"NaN"],[1435781460.781,"+Inf"]]}]}}`,
	`{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[{"metric":{},"value":[1435781451.781,"0.25"]}]},"stats":{"seriesFetched":"1"}}`,
	`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"60","sum":"120","buckets":[[0,"1","2","20"],[0,"2","4","40"]]}]}]},"warnings":["one"],"infos":["two"]}`,
	`{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"1"]}}`,
	`{"status":"success","data":["http_requests_total","up","a\"b\\c\u00e9\ud83d\ude00"]}`,
	`{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\"","data":null}`,
	`{"data":{"result":[{"values":[[1,"2"]],"metric":{"a":"b"}}],"resultType":"matrix"},"status":"success"}`,
	"  {\n\t\"status\" : \"success\" , \"data\" : { \"resultType\" : \"matrix\" , \"result\" : [ ] } }\r\n",
}

// decoded decodes a text within the limits of an answer.
func decoded(r io.Reader, series sink, words func(string)) (head, error) {
	return decode(bounded.NewReader(context.Background(), r, answerLimits), series, words)
}

func TestDecodeAnswers(t *testing.T) {
	var g gathered
	h, err := decoded(strings.NewReader(answers[0]), &g, nil)
	if err != nil || h.status != "success" || h.kind != "matrix" || g.labels[0]["job"] != "prometheus" {
		t.Errorf("%v %+v %+v", err, h, g)
	}
	if g.times[0] != 1435781430.781 || g.values[0] != 1 || !math.IsNaN(g.values[1]) || !math.IsInf(g.values[2], 1) {
		t.Errorf("samples %v %v", g.times, g.values)
	}
	if h, err := decoded(strings.NewReader(answers[1]), &gathered{}, nil); err != nil || !h.partial {
		t.Errorf("%v %+v", err, h)
	}
	g = gathered{}
	if h, err := decoded(strings.NewReader(answers[2]), &g, nil); err != nil || len(h.warnings) != 1 || len(g.histograms) != 1 || g.histograms[0].Buckets[1] != (Bucket{2, 4, 40}) {
		t.Errorf("%v %+v %+v", err, h, g)
	}
	var words []string
	if _, err := decoded(strings.NewReader(answers[4]), nil, func(w string) { words = append(words, w) }); err != nil || len(words) != 3 || words[2] != "a\"b\\cé😀" {
		t.Errorf("%v %q", err, words)
	}
	if h, err := decoded(strings.NewReader(answers[5]), nil, nil); err != nil || h.errorType != "bad_data" || h.error != `invalid parameter "query"` {
		t.Errorf("%v %+v", err, h)
	}
}

// TestDecodeInPieces: how the answer is cut on its way changes nothing.
func TestDecodeInPieces(t *testing.T) {
	for _, text := range answers {
		var whole, bytes gathered
		h1, err1 := decoded(strings.NewReader(text), &whole, nil)
		h2, err2 := decoded(iotest.OneByteReader(strings.NewReader(text)), &bytes, nil)
		if err1 != nil || err2 != nil || h1.status != h2.status || len(whole.values) != len(bytes.values) {
			t.Errorf("%s: %v, %v", text, err1, err2)
		}
	}
}

// TestDecodeTruncated: an answer that ends too soon is told as one, wherever it ends.
func TestDecodeTruncated(t *testing.T) {
	for _, text := range answers {
		text = strings.TrimSpace(text)
		for n := range len(text) {
			if _, err := decoded(strings.NewReader(text[:n]), &gathered{}, nil); !errors.Is(err, errTruncated) {
				t.Fatalf("%s: %v", text[:n], err)
			}
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	for text, says := range map[string]string{
		`[1]`:                     "at byte 1: found [, expected an object",
		`{"status":"success"} x`:  "invalid JSON at byte 21",
		`{"status":"success"} {}`: "{ follows the answer",
		`{"status":1}`:            "at byte 11: a JSON number does not belong there",
		`{"a":tru}`:               "invalid JSON at byte 5",
		`{"a":nan}`:               "invalid JSON at byte 5",
		`{"a":"` + "\x01" + `"}`:  "invalid JSON at byte 5",
		`{"a":"\x"}`:              "invalid JSON at byte 5",
		`{"a":"\u12g4"}`:          "invalid JSON at byte 5",
		`{"a" "b"}`:               "invalid JSON at byte ",
		`{"a":1 "b":2}`:           "invalid JSON at byte ",
		`{"warnings":"one"}`:      "found one, expected a list",
		`{"data":{"result":[{"values":[[1,"x"]]}]}}`:                                    `"\"x\"" is not the value of a sample`,
		`{"data":{"result":[{"values":[["1","1"]]}]}}`:                                  `is not a time`,
		`{"data":{"result":[{"values":[[1e999,"1"]]}]}}`:                                `is not a time`,
		`{"data":{"result":[{"values":[[1,"1",2]]}]}}`:                                  `is not the value of a sample`,
		`{"data":{"result":[{"values":[1]}]}}`:                                          `is not a sample`,
		`{"data":{"result":[{"metric":{"a":1}}]}}`:                                      `Metric is a JSON number, which`,
		`{"data":{"result":[{"histogram":[1,{"count":"x"}]}]}}`:                         `is not the value of a sample`,
		`{"data":{"result":[{"histogram":[1,{"count":"1","buckets":[[0,"1","2"]]}]}]}}`: `a bucket of 3 parts`,
	} {
		if _, err := decoded(strings.NewReader(text), &gathered{}, nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v, want %s", text, err, says)
		}
	}
	broken := errors.New("line cut")
	if _, err := decoded(io.MultiReader(strings.NewReader(`{"a":`), iotest.ErrReader(broken)), &gathered{}, nil); !errors.Is(err, broken) {
		t.Errorf("the reader's error became %v", err)
	}
}

// FuzzDecode holds the reader against encoding/json: what it takes is JSON, with the same
// texts and numbers.
func FuzzDecode(f *testing.F) {
	for _, text := range answers {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var g gathered
		h, err := decoded(strings.NewReader(text), &g, nil)
		if err != nil {
			return
		}
		var oracle struct {
			Status *string `json:"status"`
		}
		if fault := json.Unmarshal([]byte(text), &oracle); fault != nil {
			t.Errorf("%q: taken, and encoding/json says %v", text, fault)
		}
		if len(g.times) != len(g.values) || len(h.warnings) > mostWarnings {
			t.Errorf("%q: %d times, %d values", text, len(g.times), len(g.values))
		}
	})
}

// TestShortNumbers: numbers are the same whether they are read by hand or by strconv, to the last bit, and
// lists whether they are written as servers do or with spaces.
func TestShortNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{0,17}(\.[0-9]{0,17})?(e-?[0-9]{1,2})?`).Draw(t, "text")
		want, err := strconv.ParseFloat(text, 64)
		if v, ok := short([]byte(text)); ok && (err != nil || v != want) {
			t.Fatalf("%q: %v, want %v, %v", text, v, want, err)
		}
		if err != nil {
			return
		}
		for _, list := range []string{`[[7,"%s"],[8.5,"1"]]`, `[ [7,"%s"],[8.5,"1"]]`, `[[7,"%s"], [8.5, "1"] ]`} {
			var got samples
			if err := json.Unmarshal(fmt.Appendf(nil, list, text), &got); err != nil || !slices.Equal(got, samples{{7, want}, {8.5, 1}}) {
				t.Fatalf(list+": %v, %v", text, got, err)
			}
		}
	})
}

// A million samples, as an answer of a hundred series that are as long as servers give them.
const (
	millionSeries  = 100
	millionSamples = 10_000
)

// million is an answer of a million samples that takes no memory of its own.
func million() io.Reader {
	one := `{"metric":{"pod":"chat"},"values":[` + strings.Repeat(`[1780000000,"123.4567890123"],`, millionSamples-1) + `[1780000000,"1"]]}`
	parts := []io.Reader{strings.NewReader(`{"status":"success","data":{"resultType":"matrix","result":[`)}
	for i := range millionSeries {
		if i > 0 {
			parts = append(parts, strings.NewReader(","))
		}
		parts = append(parts, strings.NewReader(one))
	}
	return io.MultiReader(append(parts, strings.NewReader("]}}"))...)
}

// kept is a sink that keeps a million values, as many histories side by side do.
type kept struct{ values []float64 }

func (s *kept) sample(_, v float64) error {
	s.values = append(s.values, v)
	return nil
}
func (*kept) histogram(float64, Histogram) error { return nil }
func (*kept) end(Labels) error                   { return nil }

// TestMillionSamples: a million samples are read and kept within 32 MiB, all that was
// allocated on the way counted.
func TestMillionSamples(t *testing.T) {
	body := million()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := kept{values: make([]float64, 0, millionSeries*millionSamples)}
	_, err := decoded(body, &s, nil)
	runtime.ReadMemStats(&after)
	if err != nil || len(s.values) != 1_000_000 {
		t.Fatalf("%d samples, %v", len(s.values), err)
	}
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 32<<20 {
		t.Errorf("%d B allocated", bytes)
	}
}

func BenchmarkMillionSamples(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		s := kept{values: make([]float64, 0, millionSeries*millionSamples)}
		if _, err := decoded(million(), &s, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// refusing answers ranges of up to some points, and refuses longer ones as Prometheus does.
type refusing struct{ most int }

func (r refusing) Call(_ context.Context, q Request) (Response, error) {
	from, _ := strconv.ParseInt(q.Form.Get("start"), 10, 64)
	to, _ := strconv.ParseInt(q.Form.Get("end"), 10, 64)
	if int(to-from)/300+1 > r.most {
		return Response{Status: 422, Type: "application/json", Body: io.NopCloser(strings.NewReader(
			`{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}`))}, nil
	}
	var values []string
	for t := from; t <= to; t += 300 {
		values = append(values, fmt.Sprintf(`[%d,"%d"]`, t, t))
	}
	return Response{Status: 200, Type: "application/json", Body: io.NopCloser(strings.NewReader(
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[` + strings.Join(values, ",") + `]}]}}`))}, nil
}

// TestRefusedRangesAreHalved: what a server calls too much is asked for in halves, and put
// together whole; where even an hour is too much, what it said is told.
func TestRefusedRangesAreHalved(t *testing.T) {
	wait := func(context.Context, time.Duration) error { return nil }
	span := aligned(time.Unix(1_782_864_000, 0), 7*24*time.Hour, fine)
	s, err := NewClient(refusing{100}, wait).Range(context.Background(), "x", span)
	if err != nil || s.Known() != span.points() {
		t.Fatalf("%d of %d points, %v", s.Known(), span.points(), err)
	}
	for i, v := range s.Values {
		if int64(v) != s.At(i).Unix() {
			t.Fatalf("%v at %v", v, s.At(i))
		}
	}
	if _, err := NewClient(refusing{5}, wait).Range(context.Background(), "x", span); err == nil || !strings.Contains(err.Error(), "too many samples") {
		t.Error(err)
	}
}

// listing answers with a list of series, or as it is told to.
type listing struct {
	series, status int
	message        string
}

func (l listing) Call(_ context.Context, q Request) (Response, error) {
	body := `{"status":"success","data":[` + strings.TrimSuffix(strings.Repeat(`{"__name__":"up","pod":"a"},`, l.series), ",") + `]}`
	switch {
	case q.Path != "/api/v1/series":
		body = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]}}`
		l.status = 200
	case l.status != 200:
		body = fmt.Sprintf(`{"status":"error","errorType":"execution","error":%q}`, l.message)
	}
	return Response{Status: l.status, Type: "application/json", Body: io.NopCloser(strings.NewReader(body))}, nil
}

// TestCount: series of a span are counted by the list of them; where a server does not list, by those of
// now; where it says that they are too many, they are.
func TestCount(t *testing.T) {
	for _, test := range []struct {
		from listing
		want int
	}{
		{listing{3, 200, ""}, 3},
		{listing{0, 200, ""}, 0},
		{listing{0, 404, "page not found"}, 7},
		{listing{0, 422, "the number of matching timeseries exceeds 30000"}, mostListed + 1},
		{listing{0, 422, "the query time range exceeds the limit (query length: 672h0m0s, limit: 168h0m0s)"}, 7},
	} {
		c := NewClient(test.from, func(context.Context, time.Duration) error { return nil })
		if got, err := c.Count(context.Background(), "up", Span{To: time.Unix(9, 0)}); err != nil || got != test.want {
			t.Errorf("%+v: %d, %v", test.from, got, err)
		}
	}
}
