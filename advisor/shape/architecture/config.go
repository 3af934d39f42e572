package architecture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/bounded"
)

// config is an object of a config.json. Its faults are those of the whole file.
type config struct {
	file   string
	path   string // of the object within the file: "text_config."
	keys   map[string]any
	faults *[]error
	notes  *[]string
}

// mostValues bounds the values of a file. The labels of 21,843 classes, by number and by name,
// are 90,000.
const mostValues = 200_000

// parse reads the object of a file.
func parse(text []byte, file string) (*config, error) {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, fmt.Errorf("%s: empty; give the config.json of the model", file)
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return nil, fmt.Errorf("%s: binary, not JSON; give the config.json next to the weights, or an ONNX file as --model-file", file)
	case bounded.JSONValues(text) > mostValues:
		return nil, fmt.Errorf("%s: more than 200,000 values; a config.json has a few dozen, and a label for each class", file)
	}
	in := json.NewDecoder(bytes.NewReader(text))
	var keys map[string]any
	if err := in.Decode(&keys); err != nil {
		return nil, fmt.Errorf("%s: %w", file, explain(err, text))
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		line, column := bounded.Position(text, in.InputOffset())
		return nil, fmt.Errorf("%s:%d:%d: text after the end of the object; keep one config.json", file, line, column)
	}
	if keys == nil {
		return nil, fmt.Errorf("%s: null, not an object; give the config.json of the model", file)
	}
	return &config{file: file, keys: keys, faults: new([]error), notes: new([]string)}, nil
}

// explain says where and how JSON is broken.
func explain(err error, text []byte) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Errorf("is a JSON %s, not an object; give the config.json of the model", bounded.JSONKind(kind))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not JSON: it ends before the object does; fetch it again")
	}
	return fmt.Errorf("%w; give the config.json next to the weights", bounded.JSON(err, text))
}

func (c *config) fail(format string, args ...any) {
	*c.faults = append(*c.faults, fmt.Errorf("%s: "+format, append([]any{c.file}, args...)...))
}

func (c *config) note(format string, args ...any) {
	*c.notes = append(*c.notes, fmt.Sprintf(format, args...))
}

// fault joins what was wrong, each fault once.
func (c *config) fault() error {
	var all []error
	seen := map[string]bool{}
	for _, err := range *c.faults {
		if !seen[err.Error()] {
			seen[err.Error()] = true
			all = append(all, err)
		}
	}
	return errors.Join(all...)
}

// in is an object within the object; one without keys where there is none, so that its
// defaults apply.
func (c *config) in(key string) *config {
	inner := *c
	inner.path = c.path + key + "."
	inner.keys, _ = c.keys[key].(map[string]any)
	return &inner
}

func (c *config) has(key string) bool {
	v, ok := c.keys[key]
	return ok && v != nil
}

// word is a text, "" where there is none.
func (c *config) word(key string) string {
	s, _ := c.keys[key].(string)
	return s
}

// truth is a boolean, its default where there is none.
func (c *config) truth(key string, or bool) bool {
	if v, ok := c.keys[key].(bool); ok {
		return v
	}
	return or
}

// number is the first key that the object has, else its default.
func (c *config) number(or float64, keys ...string) float64 {
	for _, key := range keys {
		v, ok := c.keys[key]
		if !ok || v == nil {
			continue
		}
		f, ok := v.(float64)
		if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
			c.fail("%s%s: expected a number, such as %g", c.path, key, or)
			return or
		}
		return f
	}
	return or
}

// The most that a size can be; far above any published.
const (
	mostWidth  = 1 << 18
	mostLayers = 1 << 12
	mostTable  = 1 << 26
)

// whole is a number of 1 to most, its default where there is none.
func (c *config) whole(most, or float64, keys ...string) float64 {
	v := c.number(or, keys...)
	if v < 1 || v > most || v != math.Trunc(v) {
		c.fail("%s%s: %g is out of range: expected a whole number of 1 to %g", c.path, keys[0], v, most)
		return max(or, 1)
	}
	return v
}

// need is a whole number that must be there.
func (c *config) need(most float64, keys ...string) float64 {
	for _, key := range keys {
		if c.has(key) {
			return c.whole(most, 1, keys...)
		}
	}
	c.fail("no %s%s; it is not a complete config.json of this model", c.path, keys[0])
	return 1
}

// count is a number of 0 to most.
func (c *config) count(most, or float64, keys ...string) float64 {
	if v := c.number(or, keys...); v == 0 {
		return 0
	}
	return c.whole(most, or, keys...)
}

// list is a list of whole numbers, its default where there is none. A number stands for a list
// of the default's length.
func (c *config) list(most float64, or []float64, key string) []float64 {
	v, ok := c.keys[key]
	if !ok || v == nil {
		return or
	}
	if f, ok := v.(float64); ok {
		return repeat(c.inRange(f, most, key), len(or))
	}
	elements, ok := v.([]any)
	if !ok || len(elements) == 0 || len(elements) > mostStages {
		c.fail("%s%s: expected a list of 1 to %d numbers", c.path, key, mostStages)
		return or
	}
	var out []float64
	for _, e := range elements {
		f, ok := e.(float64)
		if !ok {
			c.fail("%s%s: expected a list of numbers", c.path, key)
			return or
		}
		out = append(out, c.inRange(f, most, key))
	}
	return out
}

// mostStages bounds lists of stages.
const mostStages = 64

func (c *config) inRange(f, most float64, key string) float64 {
	if f < 1 || f > most || f != math.Trunc(f) {
		c.fail("%s%s: %g is out of range: expected whole numbers of 1 to %g", c.path, key, f, most)
		return 1
	}
	return f
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, max(n, 1))
	for i := range out {
		out[i] = v
	}
	return out
}

// words is a list of texts.
func (c *config) words(key string) []string {
	elements, _ := c.keys[key].([]any)
	var out []string
	for _, e := range elements {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// builds reports whether the architectures of the config end in one of some words.
func (c *config) builds(suffixes ...string) bool {
	for _, name := range c.words("architectures") {
		for _, s := range suffixes {
			if strings.HasSuffix(name, s) {
				return true
			}
		}
	}
	return false
}

// labels is the number of classes that a classifier tells apart.
func (c *config) labels() float64 {
	if names, ok := c.keys["id2label"].(map[string]any); ok && len(names) > 0 {
		return float64(len(names))
	}
	return c.whole(mostTable, 2, "num_labels", "num_classes")
}

// sides are the width and height of an image: one number, two, or an object of both.
func (c *config) sides(or float64, key string) (width, height float64) {
	if v, ok := c.keys[key].(map[string]any); ok {
		inner := *c
		inner.path, inner.keys = c.path+key+".", v
		return inner.whole(mostSide, or, "width", "shortest_edge"), inner.whole(mostSide, or, "height", "shortest_edge")
	}
	sides := c.list(mostSide, []float64{or}, key)
	return sides[len(sides)-1], sides[0]
}

// mostSide bounds the sides of images.
const mostSide = 1 << 15
