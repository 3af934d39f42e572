package tree

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"scaleadvise/advisor/shape"
)

// ReadDump describes an ensemble as XGBoost's dump_model writes it unless JSON is asked for: a line for each node,
// indented by its depth, "booster[0]:" before each tree.
func ReadDump(r io.Reader, file, name string) (*shape.Model, error) {
	e := ensemble{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), mostLine)
	var depths []int // of the leaves of the tree that is read
	inner := 0
	end := func() error { // of a tree: in one of two branches a node there is one leaf more than nodes
		reached := 0.0 // share of the rows: all, where depths are those of two branches a node
		for _, d := range depths {
			reached += math.Pow(2, -float64(d))
		}
		if len(depths) != inner+1 {
			return errDamaged
		} else if math.Abs(reached-1) > 1e-6 {
			return errIndented
		}
		err := e.count(depths, inner)
		depths, inner = nil, 0
		return err
	}
	for n := 1; lines.Scan(); n++ {
		node := strings.TrimLeft(lines.Text(), "\t ")
		_, what, known := strings.Cut(node, ":")
		var err error
		switch {
		case strings.TrimSpace(node) == "":
		case strings.HasPrefix(node, "booster["):
			if n > 1 {
				err = end()
			}
		case !known || inner+len(depths) >= mostNodes:
			err = errDamaged
		case strings.HasPrefix(what, "leaf="):
			depths = append(depths, len(lines.Text())-len(node))
		case strings.HasPrefix(what, "["):
			inner++
			e.feature(what)
		default:
			err = errDamaged
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	switch {
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return nil, fmt.Errorf("%s: a line longer than %d MiB; this is not a dump of XGBoost", file, mostLine>>20)
	case lines.Err() != nil:
		return nil, fmt.Errorf("%s: %w", file, lines.Err())
	}
	if err := end(); errors.Is(err, errIndented) {
		return nil, fmt.Errorf("%s: %w", file, err)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", file, errEnds)
	}
	return e.trees.Model(name, file), nil
}

// feature counts the features up to the one that a node compares, "[f29<-0.5] yes=1,no=2": those that have names of
// their own are not counted.
func (e *ensemble) feature(node string) {
	var at int
	if n, _ := fmt.Sscanf(node, "[f%d<", &at); n == 1 && at >= 0 && at < mostNodes {
		e.trees.Features = max(e.trees.Features, at+1)
	}
}
