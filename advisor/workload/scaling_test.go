package workload

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestParseScaling(t *testing.T) {
	for _, text := range []string{
		"n,throughput_qps\n1,100\n2,190.5\n4,300\n",
		"\ufeffn,throughput_qps\r\n1,100\r\n2,190.5\r\n4,300\r\n",
		"# measured in May\nhost,Throughput_QPS, n\nx,100,1\ny, 190.5, 2\nz,300,4",
	} {
		got, err := ParseScaling(context.Background(), strings.NewReader(text), "s.csv")
		if err != nil || !slices.Equal(got, []ScalePoint{{1, 100}, {2, 190.5}, {4, 300}}) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestParseScalingRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "s.csv: empty; expected the columns n,throughput_qps",
		"n,throughput_qps\n":             "s.csv: no measurements below the header; write a line such as 1,100",
		"n,qps\n1,2\n":                   "s.csv:1: no column throughput_qps",
		"n,throughput-qps\n1,2\n":        `is it "throughput-qps"?`,
		"replicas,throughput_qps\n1,2\n": "s.csv:1: no column n",
		"n,throughput_qps\n1,fast\n":     `s.csv:2:3: "fast" is not a number above zero`,
		"n,throughput_qps\n0,5\n":        `s.csv:2:1: "0" is not a number above zero`,
		"n,throughput_qps\n1,NaN\n":      "is not a number above zero",
		"n,throughput_qps\n1,1e300\n":    "is not a number above zero",
		"n,throughput_qps\n1\n":          "s.csv:2:1: not a CSV row: wrong number of fields",
		"n,throughput_qps\n1,\"2\n":      "not a CSV row",
		"n,throughput_qps\n1,2\n1,3\n":   "s.csv: measured at 1 different n; the scalability law has three unknowns, so measure at three",
	} {
		if got, err := ParseScaling(context.Background(), strings.NewReader(text), "s.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %q", text, got, err, want)
		}
	}
}

func TestParseScalingIsBounded(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("n,throughput_qps\n"), repeated("1,100\n"))
	if _, err := ParseScaling(context.Background(), endless, "s.csv"); err == nil || !strings.Contains(err.Error(), "more than 10000 rows") {
		t.Errorf("many rows: %v", err)
	}
	if _, err := ParseScaling(context.Background(), repeated("xxxxxxxx"), "s.csv"); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("one long line: %v", err)
	}
	broken := iotest.ErrReader(errors.New("disk on fire"))
	if _, err := ParseScaling(context.Background(), broken, "s.csv"); err == nil || !strings.Contains(err.Error(), "cannot be read: disk on fire") {
		t.Errorf("a failing reader: %v", err)
	}
}

// repeated is an endless reader of one text.
type repeated string

func (r repeated) Read(p []byte) (int, error) { return copy(p, r), nil }
