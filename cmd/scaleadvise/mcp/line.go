package mcp

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// line is the command line of a call.
type line struct {
	words, arguments []string
	stdin            string
	read             string // the argument that stdin was taken by
}

// newLine makes the command line of a call; arguments keep the order in which the tool lists them.
func newLine(t tool, raw json.RawMessage) (line, error) {
	var ln line
	given := map[string]any{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &given); err != nil {
			return ln, errors.New("arguments: not a JSON object")
		}
	}
	var faults []error
	for name := range given {
		if _, known := t.find(name); !known {
			faults = append(faults, fmt.Errorf("%s: unknown argument %q; %s", t.Name, name, unit.SuggestFew(name, t.names())))
		}
	}
	for _, p := range t.properties() {
		v := given[p.Name]
		switch {
		case v != nil:
			if err := ln.add(p, v); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", p.Name, err))
			}
		case p.Required:
			faults = append(faults, fmt.Errorf("%s: %s is missing: %s", t.Name, p.Name, p.Doc))
		}
	}
	return ln, errors.Join(faults...)
}

// add appends one argument of a call.
func (ln *line) add(p property, v any) error {
	name := "--" + strings.ReplaceAll(p.Name, "_", "-")
	switch p.Kind {
	case toggle:
		on, ok := v.(bool)
		if !ok {
			return errors.New("must be true or false")
		}
		if on {
			ln.words = append(ln.words, name)
		}
		return nil
	case content, planText:
		return ln.take(p, v)
	case sides:
		return ln.sides(v)
	}
	texts, err := textsOf(v, p.Kind == repeated || p.Kind == paths)
	if err != nil {
		return err
	}
	for _, text := range texts {
		switch {
		case p.Kind == argument && strings.HasPrefix(text, "-"):
			return fmt.Errorf("%q: must be a word", text)
		case p.Kind == argument:
			ln.arguments = append(ln.arguments, text)
		case p.Kind == paths:
			if !local(text) {
				return outside(text)
			}
			ln.arguments = append(ln.arguments, filepath.Clean(text))
		case p.Name == "plan" && !local(text):
			return outside(text)
		default:
			ln.words = append(ln.words, name+"="+text)
		}
	}
	return nil
}

// take makes an argument the text that the command reads from stdin.
func (ln *line) take(p property, v any) error {
	text, ok := v.(string)
	switch {
	case !ok:
		return errors.New("must be text")
	case ln.read != "":
		return fmt.Errorf("cannot be given together with %s", ln.read)
	}
	ln.stdin, ln.read = text, p.Name
	if p.Kind == planText {
		ln.words = append(ln.words, "--plan=-")
		return nil
	}
	ln.arguments = append(ln.arguments, "-")
	return nil
}

// local reports whether a name stays in the folder that the program runs in.
func local(name string) bool { return !strings.HasPrefix(name, "-") && filepath.IsLocal(name) }

func outside(name string) error {
	return fmt.Errorf("%q: must be a file in the working folder, named relative to it", name)
}

// sides are plans, each a file or an object of traits.
func (ln *line) sides(v any) error {
	list, ok := v.([]any)
	if !ok {
		return errors.New("must be a list of files or of objects of traits")
	}
	advise := tools()[0]
	for i, side := range list {
		switch side := side.(type) {
		case string:
			if !local(side) {
				return outside(side)
			}
			ln.arguments = append(ln.arguments, filepath.Clean(side))
		case map[string]any:
			raw, err := json.Marshal(side)
			if err != nil {
				return err
			}
			one, err := newLine(advise, raw)
			switch {
			case err != nil:
				return fmt.Errorf("plan %d: %w", i+1, err)
			case one.read != "":
				return fmt.Errorf("plan %d: %s cannot be compared; name a file, or give traits", i+1, one.read)
			case len(one.words) == 0:
				return fmt.Errorf("plan %d: gives no trait", i+1)
			}
			ln.arguments = append(ln.arguments, quoted(one.words))
		default:
			return fmt.Errorf("plan %d: must be a file or an object of traits", i+1)
		}
	}
	return nil
}

// quoted are flags in one argument.
func quoted(words []string) string {
	var all []string
	for _, w := range words {
		if name, value, valued := strings.Cut(w, "="); valued {
			w = name + " " + origin.Quoted(value)
		}
		all = append(all, w)
	}
	return strings.Join(all, " ")
}

// textsOf are the values of an argument as they stand on a command line.
func textsOf(v any, several bool) ([]string, error) {
	switch v := v.(type) {
	case string:
		return []string{v}, nil
	case float64:
		if math.Trunc(v) == v && math.Abs(v) < 1e15 {
			return []string{strconv.FormatFloat(v, 'f', 0, 64)}, nil
		}
		return []string{strconv.FormatFloat(v, 'g', -1, 64)}, nil
	case []any:
		if !several {
			return nil, errors.New("must be one value")
		}
		var all []string
		for _, one := range v {
			texts, err := textsOf(one, false)
			if err != nil {
				return nil, err
			}
			all = append(all, texts...)
		}
		return all, nil
	}
	return nil, errors.New("must be text or a number, with its unit where it has one")
}
