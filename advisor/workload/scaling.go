package workload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/unit"
)

// Bounds of a scaling file, so that a wrong file is refused early.
const (
	scalingBytes = 1 << 20
	scalingRows  = 10_000
)

// ParseScaling reads the measurements for the scalability law: CSV with a header
// and the columns n (replicas or load generators) and throughput_qps (requests
// per second), in any order; other columns are ignored, and so are lines that
// start with #. name is the file's, for messages.
func ParseScaling(ctx context.Context, r io.Reader, name string) ([]ScalePoint, error) {
	s := scaling{sheet: newSheet(ctx, r, name, bounded.Limits{What: "table of scaling data", Remedy: "is this the scaling data?", Bytes: scalingBytes, Packed: scalingBytes})}
	return s.read()
}

type scaling struct {
	*sheet
	n, qps   int // columns
	measured []ScalePoint
}

func (s *scaling) read() ([]ScalePoint, error) {
	header, err := s.next()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: empty; expected the columns n,throughput_qps", s.name)
	}
	if err != nil {
		return nil, err
	}
	if s.n, err = s.column(header, "n"); err != nil {
		return nil, err
	}
	if s.qps, err = s.column(header, "throughput_qps"); err != nil {
		return nil, err
	}
	for {
		row, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			return s.done()
		case err != nil:
			return nil, err
		}
		if err := s.add(row); err != nil {
			return nil, err
		}
	}
}

func (s *scaling) done() ([]ScalePoint, error) {
	if len(s.measured) == 0 {
		return nil, fmt.Errorf("%s: no measurements below the header; write a line such as 1,100 for each number of replicas measured", s.name)
	}
	counts := map[float64]bool{}
	for _, p := range s.measured {
		counts[p.N] = true
	}
	if len(counts) < leastCounts {
		return nil, fmt.Errorf("%s: measured at %d different n; the scalability law has three unknowns, so measure at three counts or more",
			s.name, len(counts))
	}
	return s.measured, nil
}

// leastCounts is how many numbers of replicas the scalability law takes: it has three
// unknowns.
const leastCounts = 3

// column finds a column of the header by name.
func (s *scaling) column(header []string, name string) (int, error) {
	if i := columnOf(header, name); i >= 0 {
		return i, nil
	}
	msg := fmt.Sprintf("%s:1: no column %s; expected the columns n,throughput_qps", s.name, name)
	if near := unit.Near(name, header); len(near) > 0 {
		msg += fmt.Sprintf("; is it %q?", near[0])
	}
	return 0, errors.New(msg)
}

func (s *scaling) add(row []string) error {
	n, err := s.positive(row, s.n)
	if err != nil {
		return err
	}
	qps, err := s.positive(row, s.qps)
	if err != nil {
		return err
	}
	if len(s.measured) == scalingRows {
		return fmt.Errorf("%s: more than %d rows", s.name, scalingRows)
	}
	s.measured = append(s.measured, ScalePoint{N: n, QPS: qps})
	return nil
}

// mostScaled bounds both columns, far above any cluster.
const mostScaled = 1e12

func (s *scaling) positive(row []string, column int) (float64, error) {
	text := strings.TrimSpace(row[column])
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v <= 0 || v > mostScaled {
		return 0, fmt.Errorf("%s: %q is not a number above zero", s.place(column), bounded.Excerpt(text))
	}
	return v, nil
}
