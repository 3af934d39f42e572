package workload

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

const recorded = "# a morning\narrival_s, Output_Tokens,input_tokens\n0,10,100\n1,0,300\n2.5,20,200\n"

func TestParseLengths(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	fmt.Fprint(w, recorded)
	w.Close()
	for _, source := range []io.Reader{strings.NewReader(recorded), strings.NewReader("\ufeff" + strings.TrimPrefix(recorded, "# a morning\n")), &zipped} {
		got, err := ParseLengths(context.Background(), source, "t.csv", []string{"input_tokens", "output_tokens"})
		if err != nil || len(got) != 2 || !slices.Equal(got[0].All, []float64{100, 300, 200}) || !slices.Equal(got[1].All, []float64{10, 1, 20}) {
			t.Errorf("%v, %v", got, err)
		}
	}
}

func TestParseLengthsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "t.csv: empty; expected a trace with the columns input_tokens,output_tokens",
		"input_tokens\n":            "t.csv: no requests below the header",
		"prompt,answer\n1,2\n":      "t.csv:1: no column input_tokens among prompt,answer; name it so in the first line, or give --input-tokens as a number, such as 1024",
		"input_tokens\nlong\n":      `t.csv:2:1: "long" is not a number of tokens`,
		"x,input_tokens\n1,-1\n":    `t.csv:2:3: "-1" is not a number of tokens`,
		"input_tokens\nNaN\n":       "is not a number of tokens",
		"input_tokens\n1e300\n":     "is not a number of tokens",
		"input_tokens,x\n1\n":       "t.csv:2:1: not a CSV row: wrong number of fields",
		"\x1f\x8binput_tokens\n1\n": "t.csv: the compressed file is damaged",
	} {
		if got, err := ParseLengths(context.Background(), strings.NewReader(text), "t.csv", []string{"input_tokens"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %q", text, got, err, want)
		}
	}
	broken := iotest.ErrReader(errors.New("disk on fire"))
	if _, err := ParseLengths(context.Background(), broken, "t.csv", []string{"input_tokens"}); err == nil || !strings.Contains(err.Error(), "cannot be read: disk on fire") {
		t.Errorf("a failing reader: %v", err)
	}
}

func FuzzParseLengths(f *testing.F) {
	f.Add(recorded)
	f.Add("input_tokens\n1e9\n\n0\n")
	f.Add("\x1f\x8b")
	f.Add("\x00")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseLengths(context.Background(), strings.NewReader(text), "t.csv", []string{"input_tokens"})
		if err != nil {
			return
		}
		for _, l := range got[0].All {
			if !(l >= 1 && l <= mostTokens) {
				t.Errorf("a length of %g", l)
			}
		}
	})
}

func TestLengthsFromAFile(t *testing.T) {
	for _, c := range []struct {
		traits string
		want   []LengthsFile
	}{
		{"input_tokens=1024 output_tokens=256", nil},
		{"input_tokens=@lengths output_tokens=256", []LengthsFile{{"input_tokens", "lengths"}}},
		{"input_tokens=1k output_tokens=Out.CSV.gz", []LengthsFile{{"output_tokens", "Out.CSV.gz"}}},
		{"input_tokens=a.csv output_tokens=b.csv", []LengthsFile{{"input_tokens", "a.csv"}, {"output_tokens", "b.csv"}}},
		{"input_tokens=a.csv", []LengthsFile{{"input_tokens", "a.csv"}, {"output_tokens", "a.csv"}}},
		{"output_tokens=@-", []LengthsFile{{"input_tokens", "-"}, {"output_tokens", "-"}}},
	} {
		w, err := Resolve(layer(t, origin.Flag, "qps=5 "+c.traits), nil, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := w.LengthsFiles(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.traits, got, c.want)
		}
	}
	into := Set{}
	if err := ParseSet("input_tokens", "@", origin.Origin{}, into); err == nil {
		t.Errorf("no name behind the @: %v", into)
	}
}

func TestObserve(t *testing.T) {
	w, err := Resolve(layer(t, origin.Flag, "qps=5 input_tokens=a.csv output_tokens=7"), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	var lengths []float64
	for i := range 100 {
		lengths = append(lengths, float64(100-i))
	}
	w.Observe("input_tokens", Summarize(lengths))
	w.Observe("output_tokens", Summarize(nil))
	in := w.LLM.Input
	if math.Abs(in.Mid-50.5) > 1e-9 || math.Abs(in.Low-50.5) > 1e-9 || math.Abs(in.High-99.01) > 1e-9 || len(w.LLM.InputSeen) != 100 {
		t.Errorf("%+v of %d", in, len(w.LLM.InputSeen))
	}
	if w.LLM.Output != unit.Exact(7) || w.LLM.OutputSeen != nil {
		t.Errorf("what was not observed: %+v", w.LLM.Output)
	}
	for _, trait := range w.Traits {
		if trait.Spec.Name == "input_tokens" && trait.Value.Interval != in {
			t.Errorf("the trait says %+v, the workload %+v", trait.Value.Interval, in)
		}
	}
}
