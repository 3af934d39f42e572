package architecture

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"scaleadvise/advisor/shape"
)

// folder opens the files of testdata.
func folder(name string) (io.ReadCloser, error) {
	return os.Open(filepath.Join("testdata", filepath.FromSlash(name)))
}

// published are models with the parameters that their publishers state, and the multiply-adds
// of one pass where somebody computed them: timm for images, layer by layer elsewhere.
func published(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/published.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	if len(rows) < 40 {
		t.Fatalf("%d models", len(rows))
	}
	return rows
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestPublished: parameters within 1 %, multiply-adds within 3 % of what others state.
func TestPublished(t *testing.T) {
	for _, row := range published(t) {
		name, params, tokens, gmacs, config := row[0], number(t, row[1]), number(t, row[2]), number(t, row[3]), row[4]
		open := func(file string) (io.ReadCloser, error) {
			if file != "config.json" {
				return nil, fs.ErrNotExist
			}
			return io.NopCloser(strings.NewReader(config)), nil
		}
		m, err := Read(open, "config.json", name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if off := m.Params/1e6/params - 1; math.Abs(off) > 0.01 {
			t.Errorf("%s has %.2f million parameters, published are %.2f (%+.1f %%)", name, m.Params/1e6, params, 100*off)
		}
		if gmacs == 0 {
			continue
		}
		r := shape.Request{Tokens: int(tokens)}
		if m.Has(shape.Image) || m.Has(shape.Audio) {
			r = shape.Request{}
		}
		c, err := m.At(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if off := c.Passes[0].MACs()/1e9/gmacs - 1; math.Abs(off) > 0.03 {
			t.Errorf("%s takes %.3f GMACs, known are %.3f (%+.1f %%)", name, c.Passes[0].MACs()/1e9, gmacs, 100*off)
		}
	}
}
