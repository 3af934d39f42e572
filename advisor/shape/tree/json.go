package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"scaleadvise/advisor/shape"
)

// ReadJSON describes the ensemble of a JSON file: of XGBoost, LightGBM or treelite. file is its
// name, name that of the model. The error is one line.
func ReadJSON(r io.Reader, file, name string) (*shape.Model, error) {
	e := ensemble{in: json.NewDecoder(r)}
	err := e.read()
	if err == nil && !e.found {
		err = errors.New("JSON without trees; expected XGBoost's save_model or dump_model, LightGBM's dump_model or treelite's dump_as_json")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, e.worded(err))
	}
	return e.trees.Model(name, file), nil
}

// read tells the formats apart by their keys.
func (e *ensemble) read() error {
	t, err := e.in.Token()
	if err != nil {
		return err
	}
	if t == json.Delim('[') { // XGBoost's dump
		for e.in.More() {
			if _, err := e.within(e.nested()); err != nil {
				return err
			}
		}
		return nil
	}
	if t != json.Delim('{') {
		return errors.New("JSON, but not an object")
	}
	return e.object(func(key string) (bool, error) {
		switch key {
		case "learner":
			return e.within(e.learner)
		case "tree_info":
			return e.elements(func() error { _, err := e.within(e.dumped); return err })
		case "trees":
			return e.elements(func() error { _, err := e.within(e.treelite); return err })
		case "num_feature":
			return e.number(&e.trees.Features)
		case "num_class":
			return e.number(&e.trees.Outputs)
		case "max_feature_idx":
			read, err := e.number(&e.trees.Features)
			e.trees.Features++
			return read, err
		}
		return false, nil
	})
}

// learner reads XGBoost's model.
func (e *ensemble) learner(key string) (bool, error) {
	switch key {
	case "learner", "gradient_booster", "gbtree", "model", "learner_model_param":
		return e.within(e.learner)
	case "num_feature":
		return e.number(&e.trees.Features)
	case "num_class":
		return e.number(&e.trees.Outputs)
	case "trees":
		return e.elements(e.grown)
	}
	return false, nil
}

// grown reads a tree of XGBoost's model.
func (e *ensemble) grown() error {
	var t struct {
		Left  []int `json:"left_children"`
		Right []int `json:"right_children"`
	}
	if err := e.in.Decode(&t); err != nil {
		return err
	}
	return e.add(t.Left, t.Right, true)
}

// dumped reads a tree of LightGBM's dump_model.
func (e *ensemble) dumped(key string) (bool, error) {
	if key == "tree_structure" {
		return e.within(e.nested())
	}
	return false, nil
}

// nested reads a tree whose nodes lie within each other, and counts it at the end of its root.
func (e *ensemble) nested() func(string) (bool, error) {
	w := &walk{ensemble: e}
	return w.node(0)
}

// walk is the way through a nested tree.
type walk struct {
	*ensemble
	depths []int
	inner  int
}

// node reads one node: of LightGBM with two keys for what follows, of XGBoost with a list.
func (w *walk) node(depth int) func(string) (bool, error) {
	follow := func() error {
		before := len(w.depths)
		_, err := w.within(w.node(depth + 1))
		if err == nil && before == len(w.depths) {
			w.depths = append(w.depths, depth+1) // nothing followed it
		}
		return err
	}
	return func(key string) (bool, error) {
		switch key {
		case "children":
			w.inner++
			read, err := w.elements(follow)
			return read, w.end(depth, err)
		case "left_child":
			w.inner++
			return true, follow()
		case "right_child":
			return true, w.end(depth, follow())
		case "leaf", "leaf_value":
			if depth == 0 {
				w.depths = append(w.depths, 0)
				return true, w.end(0, w.skip())
			}
		}
		return false, nil
	}
}

// end counts the tree at the end of its root.
func (w *walk) end(depth int, err error) error {
	if err != nil || depth > 0 {
		return err
	}
	if len(w.depths) > mostNodes {
		return errDamaged
	}
	return w.count(w.depths, w.inner)
}

// treelite reads a tree of treelite's dump: a list of nodes with their numbers.
func (e *ensemble) treelite(key string) (bool, error) {
	if key != "nodes" {
		return false, nil
	}
	var left, right []int
	read, err := e.elements(func() error {
		node := struct {
			ID    *int `json:"node_id"`
			Left  *int `json:"left_child"`
			Right *int `json:"right_child"`
		}{}
		if err := e.in.Decode(&node); err != nil {
			return err
		}
		if node.ID != nil && *node.ID != len(left) || len(left) >= mostNodes {
			return errDamaged
		}
		left, right = append(left, or(node.Left)), append(right, or(node.Right))
		return nil
	})
	if err == nil {
		err = e.add(left, right, true)
	}
	return read, err
}

// or is a number, −1 where there is none.
func or(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}
