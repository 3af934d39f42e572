package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/shape"
)

// Limits of an ensemble.
const (
	mostTrees  = 1 << 20
	mostNodes  = 1 << 24 // of one tree
	mostNested = 256     // JSON within JSON
)

// ensemble adds up trees.
type ensemble struct {
	in    *json.Decoder
	trees shape.Trees
	found bool
	depth int
}

var (
	errDamaged  = errors.New("the trees are damaged: a node follows one that there is not; save the model again")
	errIndented = errors.New("how deep the leaves are cannot be read: a line is to be indented by one tab a level, as dump_model writes it; give the JSON of save_model instead")
	errEnds     = errors.New("it ends before the model does; save it again")
)

// object reads an object, key by key. What key does not read is skipped.
func (e *ensemble) object(key func(name string) (read bool, err error)) error {
	for e.in.More() {
		t, err := e.in.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string)
		read, err := key(name)
		if err == nil && !read {
			err = e.skip()
		}
		if err != nil {
			return err
		}
	}
	_, err := e.in.Token()
	return err
}

// open reads the start of an object or an array; ok is false where something else stands there,
// which is skipped.
func (e *ensemble) open(want json.Delim) (ok bool, err error) {
	t, err := e.in.Token()
	if err != nil {
		return false, err
	}
	d, delimited := t.(json.Delim)
	if !delimited || d != want {
		if delimited {
			return false, e.close(1)
		}
		return false, nil
	}
	return true, nil
}

// skip passes over one value.
func (e *ensemble) skip() error {
	t, err := e.in.Token()
	if err != nil {
		return err
	}
	if d, ok := t.(json.Delim); ok && (d == '{' || d == '[') {
		return e.close(1)
	}
	return nil
}

// close passes over what is left of a number of values.
func (e *ensemble) close(open int) error {
	for open > 0 {
		t, err := e.in.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
		if open > mostNested {
			return errNested
		}
	}
	return nil
}

var errNested = fmt.Errorf("nested more than %d deep; this is not a model", mostNested)

// within reads the value of a key that should be an object.
func (e *ensemble) within(key func(name string) (bool, error)) (bool, error) {
	if e.depth++; e.depth > mostNested {
		return true, errNested
	}
	defer func() { e.depth-- }()
	ok, err := e.open('{')
	if err != nil || !ok {
		return true, err
	}
	return true, e.object(key)
}

// elements reads the value of a key that should be an array.
func (e *ensemble) elements(element func() error) (bool, error) {
	if e.depth++; e.depth > mostNested {
		return true, errNested
	}
	defer func() { e.depth-- }()
	ok, err := e.open('[')
	if err != nil || !ok {
		return true, err
	}
	for e.in.More() {
		if err := element(); err != nil {
			return true, err
		}
	}
	_, err = e.in.Token()
	return true, err
}

// number reads a number, which may stand in quotes.
func (e *ensemble) number(into *int) (bool, error) {
	t, err := e.in.Token()
	if err != nil {
		return true, err
	}
	switch v := t.(type) {
	case float64:
		if v >= 0 && v < mostNodes {
			*into = int(v)
		}
	case string:
		if n, err := strconv.Atoi(v); err == nil && n >= 0 && n < mostNodes {
			*into = n
		}
	case json.Delim:
		if v == '{' || v == '[' {
			return true, e.close(1)
		}
	}
	return true, nil
}

// add counts one tree by the nodes that follow each. A leaf is a node that none follows, or,
// where leaves are no nodes of their own, a number below 0.
func (e *ensemble) add(left, right []int, nodes bool) error {
	if len(left) != len(right) || len(left) > mostNodes {
		return errDamaged
	}
	depths, inner, err := leaves(left, right, nodes)
	if err != nil {
		return err
	}
	return e.count(depths, inner)
}

func (e *ensemble) count(depths []int, inner int) error {
	if e.found = true; e.trees.Trees >= mostTrees {
		return fmt.Errorf("more than %d trees", mostTrees)
	}
	e.trees.Add(map[int64][]int{0: depths}, float64(inner+len(depths)))
	return nil
}

// leaves walks a tree from its root. A node that is reached twice makes it no tree.
func leaves(left, right []int, nodes bool) (depths []int, inner int, err error) {
	type step struct{ at, depth int }
	seen := make([]bool, len(left))
	stack := []step{{0, 0}}
	if len(left) == 0 {
		stack[0].at = -1
	}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch {
		case top.at < 0 && !nodes, top.at < 0 && len(left) == 0, top.at >= 0 && top.at < len(left) && nodes && left[top.at] < 0:
			depths = append(depths, top.depth)
			continue
		case top.at < 0 || top.at >= len(left) || seen[top.at]:
			return nil, 0, errDamaged
		}
		seen[top.at] = true
		inner++
		stack = append(stack, step{left[top.at], top.depth + 1}, step{right[top.at], top.depth + 1})
	}
	return depths, inner, nil
}

// worded says in our words what the reader of JSON found wrong.
func (e *ensemble) worded(err error) error {
	if err = cut(err); err == errEnds {
		return err
	}
	if err = bounded.JSONAt(err, e.in.InputOffset()); errors.Is(err, bounded.ErrJSON) {
		return fmt.Errorf("%w; save the model again", err)
	}
	return err
}

// cut words an end that comes too early.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errEnds
	}
	return err
}
