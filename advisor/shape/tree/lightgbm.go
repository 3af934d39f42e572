package tree

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"scaleadvise/advisor/shape"
)

// mostLine bounds a line of LightGBM's text: a list over all nodes of a tree.
const mostLine = 64 << 20

// ReadLightGBM describes the ensemble of LightGBM's model.txt: blocks of key=value, one for
// each tree.
func ReadLightGBM(r io.Reader, file, name string) (*shape.Model, error) {
	e := ensemble{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), mostLine)
	var left, right []int
	var err error
	for n := 1; lines.Scan() && err == nil; n++ {
		key, value, _ := strings.Cut(lines.Text(), "=")
		switch key {
		case "max_feature_idx":
			e.trees.Features, err = integer(value)
			e.trees.Features++
		case "num_class":
			e.trees.Outputs, err = integer(value)
		case "left_child":
			left, err = integers(value)
		case "right_child":
			if right, err = integers(value); err == nil {
				err = e.add(left, right, false)
			}
			left = nil
		case "num_leaves":
			if value == "1" {
				err = e.count([]int{0}, 0)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", file, n, key, err)
		}
	}
	switch {
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return nil, fmt.Errorf("%s: a line longer than %d MiB; this is not a model of LightGBM", file, mostLine>>20)
	case lines.Err() != nil:
		return nil, fmt.Errorf("%s: %w", file, lines.Err())
	case !e.found || left != nil:
		return nil, fmt.Errorf("%s: %w", file, errEnds)
	}
	e.trees.Features = min(max(e.trees.Features, 0), mostNodes)
	e.trees.Outputs = min(max(e.trees.Outputs, 0), mostNodes)
	return e.trees.Model(name, file), nil
}

func integer(word string) (int, error) {
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0, fmt.Errorf("%.20q is not a whole number", word)
	}
	return n, nil
}

func integers(text string) ([]int, error) {
	words := strings.Fields(text)
	out := make([]int, len(words))
	for i, w := range words {
		n, err := integer(w)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}
