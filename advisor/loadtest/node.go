package loadtest

import (
	"fmt"
	"strconv"
	"strings"
)

// node is a value of a JSON document and the path to it. Asking for what is missing gives the
// zero value; the first value of the wrong kind is kept as the fault of the document.
type node struct {
	value any
	path  string
	fault *error
}

func document(value any) node { return node{value: value, fault: new(error)} }

// at follows keys down.
func (n node) at(keys ...string) node {
	for _, key := range keys {
		m, _ := n.value.(map[string]any)
		n.value = m[key]
		n.path = strings.TrimPrefix(n.path+"."+key, ".")
	}
	return n
}

func (n node) known() bool { return n.value != nil }

// has reports whether all keys are there.
func (n node) has(keys ...string) bool {
	for _, key := range keys {
		if !n.at(key).known() {
			return false
		}
	}
	return true
}

// number is a number, 0 where there is none.
func (n node) number() float64 {
	switch v := n.value.(type) {
	case nil:
	case float64:
		return v
	case string:
		if x, err := strconv.ParseFloat(v, 64); err == nil {
			return x
		}
		n.wrong("a string")
	case bool:
		n.wrong("a truth value")
	case []any:
		n.wrong("a list")
	default:
		n.wrong("an object")
	}
	return 0
}

func (n node) wrong(what string) {
	if *n.fault == nil {
		*n.fault = fmt.Errorf("%s is %s, expected a number; give the file as the load tool wrote it", n.path, what)
	}
}

func (n node) text() string {
	s, _ := n.value.(string)
	return s
}

// list is the elements of a list.
func (n node) list() []node {
	var all []node
	elements, _ := n.value.([]any)
	for i, v := range elements {
		all = append(all, node{v, fmt.Sprintf("%s[%d]", n.path, i), n.fault})
	}
	return all
}

// find is the first number under a key, at any depth; lists are not searched.
func (n node) find(key string) float64 {
	if v, ok := n.at(key).value.(float64); ok {
		return v
	}
	m, _ := n.value.(map[string]any)
	for _, name := range sorted(m) {
		if v := n.at(name).find(key); v != 0 {
			return v
		}
	}
	return 0
}

// first is the first text of a list, or the text itself.
func (n node) first() string {
	if all := n.list(); len(all) > 0 {
		return all[0].text()
	}
	return n.text()
}
