package validation

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/workload"
)

// tenth predicts a tenth above what is known, or 110/s, within a fifth either way.
type tenth struct{}

func (tenth) Saturated(q Question) (Prediction, error) {
	return Prediction{110 * float64(q.Count), 88 * float64(q.Count), 132 * float64(q.Count), "measured"}, nil
}

func (tenth) Language(q LanguageQuestion) (Prediction, error) {
	return Prediction{1.1 * q.Measured, q.Measured, 1.2 * q.Measured, "measured"}, nil
}

func (tenth) Forward(q ForwardQuestion) (Prediction, error) {
	return Prediction{1.1 * (q.MeasuredQPS + q.MeasuredS), q.MeasuredQPS + q.MeasuredS, 1.2 * (q.MeasuredQPS + q.MeasuredS), "measured"}, nil
}

func (tenth) Sustained(q Question) (Prediction, error) {
	return Prediction{0.9 * q.KnownQPS, 0.8 * q.KnownQPS, q.KnownQPS, "given"}, nil
}

func judgeText(t testing.TB, text, groupBy string) (*advice.Validation, error) {
	t.Helper()
	in := Input{Source: strings.NewReader(text), Name: "test.csv", Catalog: embedded(t), Predictor: tenth{}}
	return Judge(context.Background(), in, Options{GroupBy: groupBy})
}

func mustJudge(t testing.TB, text, groupBy string) *advice.Validation {
	t.Helper()
	v, err := judgeText(t, text, groupBy)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestJudge(t *testing.T) {
	v := mustJudge(t, `Model,accelerator,known_max_qps,bound_ms,percentile,measured_qps,note
resnet50,NVIDIA T4,1000,15,99,900,exact
resnet50,NVIDIA T4,1000,15,,1000,"10 % low, inside"
my model,my card,1000,15,0.99,600,"50 % high, ""outside"""
resnet50,NVIDIA T4,,,,100,10 % high
`, "accelerator")
	want := &advice.Validation{
		Source: "test.csv", Counts: "line", Rows: 4, Used: 4, GroupedBy: "accelerator",
		Score: advice.Score{N: 4, MdAPE: 0.1, P90APE: 0.38, Bias: 0.05, Coverage90: 0.75, MedianIntervalRatio: 1.25},
		By: []advice.GroupScore{
			{Group: "NVIDIA T4", Score: advice.Score{N: 3, MdAPE: 0.1, P90APE: 0.1, Bias: 0, Coverage90: 1, MedianIntervalRatio: 1.25}},
			{Group: "my card", Score: advice.Score{N: 1, MdAPE: 0.5, P90APE: 0.5, Bias: 0.5, Coverage90: 0, MedianIntervalRatio: 1.25}},
		},
		Worst: []advice.Judgement{
			{Line: 4, What: "my model on 1 × my card, p99 within 15 ms", Predicted: 900, Low: 800, High: 1000, Measured: 600, Unit: "1/s", Basis: "given"},
			{Line: 3, What: "resnet-50 on 1 × nvidia-t4, p99 within 15 ms", Predicted: 900, Low: 800, High: 1000, Measured: 1000, Unit: "1/s", Basis: "given"},
			{Line: 5, What: "resnet-50 on 1 × nvidia-t4, saturated", Predicted: 110, Low: 88, High: 132, Measured: 100, Unit: "1/s", Basis: "measured"},
			{Line: 2, What: "resnet-50 on 1 × nvidia-t4, p99 within 15 ms", Predicted: 900, Low: 800, High: 1000, Measured: 900, Unit: "1/s", Basis: "given"},
		},
		Warnings: []string{"in 1 row runtime is blank and the model is spelled as MLPerf spells it: mlperf is assumed, its tuned runs"},
	}
	if diff := cmp.Diff(want, v, near()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// near compares floats to nine digits.
func near() cmp.Option {
	return cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-9 })
}

// TestReasons: one bad row never stops the others, and says what is wrong with it.
func TestReasons(t *testing.T) {
	header := "accelerator,accelerator_count,model,precision,known_max_qps,known_latency_ms,bound_ms,percentile,measured_qps,measured_output_tps,input_tokens\n"
	good := "t4,1,resnet50,int8,1000,,15,99,900,,\n"
	for row, reason := range map[string]string{
		"t4,1,resnet50,int8,1000,,15,99,fast,,":        `measured_qps is "fast", which is not a number`,
		`t4,1,resnet50,int8,"1,000",,15,99,900,,`:      `known_max_qps is "1,000", which is not a number`,
		"t4,1,resnet50,int8,1000,,15,99,0,,":           `measured_qps is "0"; it must be above zero`,
		"t4,1,resnet50,int8,1000,,15,99,-5,,":          `measured_qps is "-5"; it must be above zero`,
		"t4,1,resnet50,int8,1000,,15,99,NaN,,":         `measured_qps is "NaN"; a finite number is needed`,
		"t4,1,resnet50,int8,1e999,,15,99,900,,":        `known_max_qps is "1e999"; a finite number is needed`,
		"t4,1,resnet50,int8,1000,,15,99,,,":            "measured_qps is blank: nothing to compare with",
		"t4,1,resnet50,int8,1000,,,99,900,,":           "known_max_qps is given and bound_ms is blank",
		"t4,1,resnet50,int8,1000,,0,99,900,,":          `bound_ms is "0"; it must be above zero`,
		"t4,1,resnet50,int8,1000,-1,15,99,900,,":       `known_latency_ms is "-1"; it must be above zero`,
		"t4,1,resnet50,int8,1000,,15,100,900,,":        `percentile is "100"; write one from 50 to below 100`,
		"t4,1.5,resnet50,int8,1000,,15,99,900,,":       `accelerator_count is "1.5"; a whole number`,
		"t4,-1,resnet50,int8,1000,,15,99,900,,":        `accelerator_count is "-1"; a whole number`,
		"nosuch9,1,resnet50,int8,,,,,900,,":            `unknown accelerator "nosuch9"`,
		"t4,1,resnet51x,int8,,,,,900,,":                `unknown model "resnet51x"`,
		"t4,1,resnet50,int9,,,,,900,,":                 `precision is "int9"; it is one of fp32, bf16`,
		"h100,8,resnet50,int8,,,,,,3000,1024":          "resnet-50 is not a language model, and measured_output_tps is for those alone",
		"t4,1,resnet50,int8,1000,,15,99,900,,,surplus": "has 12 fields, the first line names 11 columns",
		"t4,1,resnet50\x00,int8,1000,,15,99,900,,":     "holds a zero byte",
		"t4,1,resnet50\xff,int8,1000,,15,99,900,,":     "is not UTF-8",
		`"t4,1,resnet50,int8,1000,,15,99,900,,`:        "opens a field and never closes it",
	} {
		v, err := judgeText(t, header+good+row+"\n"+good, "")
		if err != nil {
			t.Errorf("%q: %v", row, err)
			continue
		}
		if v.Rows != 3 || v.Used != 2 || len(v.Skipped) != 1 || v.Skipped[0].Line != 3 || !strings.Contains(v.Skipped[0].Reason, reason) {
			t.Errorf("%q: rows %d, used %d, skipped %v; want line 3: %s", row, v.Rows, v.Used, v.Skipped, reason)
		}
	}
}

// TestUnknownNamesWithKnownSaturation: what is known of the system makes up for its names.
func TestUnknownNamesWithKnownSaturation(t *testing.T) {
	v := mustJudge(t, "accelerator,model,precision,known_max_qps,bound_ms,measured_qps\nnosuch,nosuch,odd,10,5,9\n,,,10,5,9\n", "")
	if v.Used != 2 || len(v.By) != 1 || v.By[0].Group != "server-from-saturation" {
		t.Errorf("used %d, groups %v", v.Used, v.By)
	}
}

func TestWholeFileFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "is empty; expected a CSV",
		" \n\n":               "is empty",
		"\x00\x01":            "is binary",
		"\x1f\x8bx":           "the compressed file ends too early",
		"accelerator,model\n": "no column holds a measurement: measured_qps is needed",
		"accelerator,model,measured_qsp\nt4,resnet50,9\n":      `did you mean measured_qps by "measured_qsp"?`,
		"measured_qps,note\n1,x\n":                             "needed are accelerator and model, or known_max_qps and bound_ms",
		"acelerator,model,measured_qps\n":                      `did you mean accelerator by "acelerator"?`,
		"known_max_qps,measured_qps\n1,1\n":                    "known_max_qps also needs the column bound_ms",
		"model,accelerator,model,measured_qps\n":               "names the column model twice",
		"model,accelerator,measured_qps\n":                     "holds no measurements",
		"model,accelerator,measured_qps\n\n \n":                "holds no measurements",
		"model,accelerator,measured_qps\nx,y,z\n":              "none of the 1 measurements could be judged",
		strings.Repeat("a", longestLine+1) + ",measured_qps\n": "a line is longer than 64 KiB",
		`{"a":1}`:                     "not the report of a known load tool",
		vegetaReport:                  "does not say what was tested",
		"model,\"accelerator\nt4,1\n": "never closes it",
	} {
		v, err := judgeText(t, text, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: got %v, %v; want %s", text, v, err, want)
		}
	}
}

func TestGroupBy(t *testing.T) {
	text := "accelerator,model,measured_qps,round\nt4,resnet50,100,10\nt4,resnet50,100,9\nt4,resnet50,100,\nt4,resnet50,100\n"
	var names []string
	for _, g := range mustJudge(t, text, " Round").By {
		names = append(names, fmt.Sprint(g.Group, " ", g.N))
	}
	if got := strings.Join(names, ", "); got != "9 1, 10 1, (blank) 2" {
		t.Errorf("groups %s", got)
	}
	if _, err := judgeText(t, text, "rounds"); err == nil || !strings.Contains(err.Error(), "did you mean round?") {
		t.Errorf("an unknown column gave %v", err)
	}
}

// TestForms: the same table reads the same however it was saved.
func TestForms(t *testing.T) {
	text := "accelerator,model,measured_qps\nt4,resnet50,100\nt4,bad,100\n"
	want := mustJudge(t, text, "")
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	io.WriteString(w, text)
	w.Close()
	for name, form := range map[string]string{
		"gzip":       zipped.String(),
		"byte order": "\xef\xbb\xbf" + text,
		"CRLF":       strings.ReplaceAll(text, "\n", "\r\n"),
		"semicolons": strings.ReplaceAll(text, ",", ";"),
		"tabs":       strings.ReplaceAll(text, ",", "\t"),
		"spaces":     strings.ReplaceAll(text, ",", " , "),
		"quotes":     `"accelerator","model","measured_qps"` + "\n\"t4\",\"resnet50\",\"100\"\nt4,bad,100\n",
		"no end":     strings.TrimSuffix(text, "\n"),
		"blank ends": strings.ReplaceAll(text, "\n", ",,\n"),
	} {
		if diff := cmp.Diff(want, mustJudge(t, form, ""), near()); diff != "" {
			t.Errorf("%s (-plain +form):\n%s", name, diff)
		}
	}
}

// TestQuotedLineEnds: a field may run over lines; later lines keep their numbers.
func TestQuotedLineEnds(t *testing.T) {
	v := mustJudge(t, "note,accelerator,model,measured_qps\n\"two\nlines\",t4,resnet50,100\nx,t4,bad,100\n", "")
	if v.Used != 1 || len(v.Skipped) != 1 || v.Skipped[0].Line != 4 {
		t.Errorf("used %d, skipped %v", v.Used, v.Skipped)
	}
}

// TestDamagedEnd: what came before a fault is judged, and the fault is told.
func TestDamagedEnd(t *testing.T) {
	head := "accelerator,model,measured_qps\nt4,resnet50,100\n"
	v := mustJudge(t, head+strings.Repeat("x", 2*longestLine), "")
	if v.Used != 1 || len(v.Warnings) != 2 || !strings.Contains(v.Warnings[0], "reading stopped at line 3") {
		t.Errorf("used %d, warnings %q", v.Used, v.Warnings)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	io.WriteString(w, head)
	w.Close()
	v = mustJudge(t, zipped.String()[:zipped.Len()-4], "")
	if v.Used != 1 || len(v.Warnings) != 2 || !strings.Contains(v.Warnings[0], "ends too early") {
		t.Errorf("cut gzip: used %d, warnings %q", v.Used, v.Warnings)
	}
}

func TestMisspelledColumnWarns(t *testing.T) {
	v := mustJudge(t, "accelerator,model,measured_qps,precisoin\nt4,resnet50,100,int8\n", "")
	want := []string{`the column "precisoin" is not known and was ignored; did you mean precision?`}
	if diff := cmp.Diff(want, v.Warnings[:1]); diff != "" {
		t.Error(diff)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	in := Input{Source: strings.NewReader("accelerator,model,measured_qps\nt4,resnet50,100\n"), Catalog: embedded(t), Predictor: tenth{}}
	if _, err := Judge(ctx, in, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestScoreLaws: the order of rows does not matter, and no NaN leaves.
func TestScoreLaws(t *testing.T) {
	number := rapid.Float64Range(1e-6, 1e9)
	rapid.Check(t, func(t *rapid.T) {
		var forward, backward tally
		var all []advice.Judgement
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			mid := number.Draw(t, "predicted")
			j := advice.Judgement{Predicted: mid, Low: mid / 2, High: mid * 2, Measured: number.Draw(t, "measured")}
			if rapid.IntRange(0, 3).Draw(t, "open end") == 0 {
				j.High = math.Inf(1)
			}
			all = append(all, j)
		}
		for i := range all {
			forward.add(all[i])
			backward.add(all[len(all)-1-i])
		}
		s := forward.score()
		if diff := cmp.Diff(s, backward.score()); diff != "" {
			t.Fatalf("the order matters:\n%s", diff)
		}
		for _, v := range []float64{s.MdAPE, s.P90APE, s.Bias, s.Coverage90, s.MedianIntervalRatio} {
			if math.IsNaN(v) {
				t.Fatalf("NaN in %+v", s)
			}
		}
		if s.P90APE < s.MdAPE || s.N != len(all) {
			t.Fatalf("%+v", s)
		}
	})
}

func TestWorstKeepsTheFarthest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w worst
		far := 0.0
		for i := range rapid.IntRange(1, 40).Draw(t, "n") {
			j := advice.Judgement{Line: i, Predicted: rapid.Float64Range(0.1, 10).Draw(t, "predicted"), Measured: 1}
			far = max(far, distance(j))
			w.add(j)
		}
		if len(w) > mostWorst || distance(w[0]) != far {
			t.Fatalf("%d kept, the first %g off, the farthest %g", len(w), distance(w[0]), far)
		}
		for i := 1; i < len(w); i++ {
			if distance(w[i]) > distance(w[i-1]) {
				t.Fatalf("out of order: %v", w)
			}
		}
	})
}

// FuzzJudge: whatever the bytes, there is a finite answer or an error that says something.
func FuzzJudge(f *testing.F) {
	f.Add([]byte("accelerator,model,known_max_qps,bound_ms,measured_qps\nt4,resnet50,1000,15,900\n"))
	f.Add([]byte("a;\"b\nc\"\"d\";measured_qps\n\"\n1;2;3\n"))
	f.Add([]byte(`{"latencies":{"50th":9e6},"rate":10,"requests":5}`))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Add([]byte(languageHeader + "\nh100,4,llama-3.1-70b,fp8,vllm,4,1024,128,32,,,500,20,,,\nmy 24GB card,,mixtral-8x7b,,,,,9,,2,,,20,,,\n"))
	f.Add([]byte(languageReport("concurrent")))
	known := embedded(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, w := range []*workload.Workload{nil, spoken()} {
			v, err := Judge(context.Background(), Input{Source: bytes.NewReader(data), Catalog: known, Predictor: tenth{}, Workload: w}, Options{})
			if err != nil {
				if strings.TrimSpace(err.Error()) == "" {
					t.Fatal("an error without words")
				}
				continue
			}
			if v.Used == 0 || v.Used+len(v.Skipped)+v.Untold != v.Rows || math.IsNaN(v.MdAPE) || math.IsNaN(v.Bias) {
				t.Fatalf("%+v", v)
			}
		}
	})
}
