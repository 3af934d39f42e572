package workload

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// TraitError is the error about a trait that cannot be understood or used, with its place.
type TraitError struct {
	Spec   Spec
	Origin origin.Origin
	Err    error
}

// Error names the place, the trait and the fault.
func (e *TraitError) Error() string {
	switch e.Origin.Kind {
	case origin.Flag, origin.Environment:
		return e.Origin.String() + ": " + e.Err.Error()
	case origin.Plan:
		return e.Origin.String() + ": " + e.Key() + ": " + e.Err.Error()
	}
	return "--" + e.Spec.Flag + ": " + e.Err.Error()
}

// Key returns what the trait is called where it stands: the key of a plan, or in a manifest the annotation or
// the resource that a container requests.
func (e *TraitError) Key() string {
	if strings.Contains(e.Origin.Name, "/") {
		return e.Origin.Name
	}
	return e.Spec.PlanKey
}

// Unwrap returns the fault alone.
func (e *TraitError) Unwrap() error { return e.Err }

// About reports whether an error is about the values of these traits, so that other values may avoid it.
func (s Set) About(err error) bool {
	var t *TraitError
	if !errors.As(err, &t) {
		return false
	}
	_, ok := s[t.Spec.Name]
	return ok
}

// Fault returns err with the place where a trait of the workload was given: for callers that read
// the files and know the names that a trait may hold. Of a trait that was not given it returns err
// as it is; of a nil error, nil.
func (w *Workload) Fault(name string, err error) error {
	if err == nil {
		return nil
	}
	for _, t := range w.Traits {
		if t.Spec.Name == name {
			return &TraitError{Spec: t.Spec, Origin: t.Value.Origin, Err: err}
		}
	}
	return err
}

// ParseSet reads the text of one trait into a layer. A trait that may be given
// several times collects its values; any other is replaced. A text that cannot be
// read is a *TraitError and leaves the layer as it was.
func ParseSet(name, raw string, o origin.Origin, into Set) error {
	spec, ok := Lookup(name)
	if !ok {
		return unknownTrait(name)
	}
	v, err := spec.parse(strings.TrimSpace(raw))
	if err != nil {
		return &TraitError{Spec: spec, Origin: o, Err: err}
	}
	v.Origin = o
	if earlier, again := into[name]; again && spec.Repeat {
		v = earlier.with(v, spec.separator())
	}
	if len(v.Words) > mostElements {
		return &TraitError{Spec: spec, Origin: o, Err: fmt.Errorf("more than %d elements", mostElements)}
	}
	into[name] = v
	return nil
}

// Put adds a value that is already numeric to a layer; text is its written form. A value that the trait does
// not accept is a *TraitError and leaves the layer as it was.
func Put(name string, v Value, into Set) error {
	spec, ok := Lookup(name)
	if !ok {
		return unknownTrait(name)
	}
	err := finite(v.Interval)
	if err == nil && spec.Kind != unit.List {
		err = spec.permits(v.Text, v.Interval)
	}
	if err != nil {
		return &TraitError{Spec: spec, Origin: v.Origin, Err: err}
	}
	into[name] = v
	return nil
}

// finite refuses what no text could say.
func finite(i unit.Interval) error {
	for _, v := range []float64{i.Low, i.Mid, i.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%g is not a quantity", v)
		}
	}
	return nil
}

// mostElements bounds a list, far above any that a person writes.
const mostElements = 256

func unknownTrait(name string) error {
	var names []string
	for _, s := range specs {
		names = append(names, s.Name)
	}
	msg := fmt.Sprintf("unknown trait %q", name)
	if near := unit.Near(name, names); len(near) > 0 {
		msg += "; " + unit.DidYouMean(near...)
	}
	return errors.New(msg)
}

// with appends a later occurrence of a repeated trait.
func (v Value) with(more Value, separator string) Value {
	v.Text += separator + more.Text
	v.Points = append(slices.Clip(v.Points), more.Points...)
	v.Elsewhere = append(slices.Clip(v.Elsewhere), more.Elsewhere...)
	v.Prices = append(slices.Clip(v.Prices), more.Prices...)
	v.Words = slices.Clip(v.Words)
	for _, w := range more.Words {
		if !slices.Contains(v.Words, w) {
			v.Words = append(v.Words, w)
		}
	}
	return v
}

// separator stands between the elements of a list; a measurement has commas inside.
func (s Spec) separator() string {
	if s.Name == "measured" {
		return ";"
	}
	return ","
}

func (s Spec) parse(raw string) (Value, error) {
	if err := readable(raw); err != nil {
		return Value{}, err
	}
	switch s.Kind {
	case unit.Text:
		return s.parseWord(raw)
	case unit.List:
		return s.parseList(raw)
	}
	return s.parseQuantity(raw)
}

// longest bounds the text of one trait.
const longest = 1000

// readable refuses text that no message could repeat.
func readable(raw string) error {
	switch {
	case raw == "":
		return errors.New("is empty; give a value, or leave it out")
	case len(raw) > longest:
		return fmt.Errorf("is %d bytes long; at most %d are read", len(raw), longest)
	case !utf8.ValidString(raw):
		return errors.New("is not valid UTF-8 text; write it in UTF-8")
	case strings.ContainsFunc(raw, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' }):
		return errors.New("has characters that cannot be printed, such as a line break")
	}
	return nil
}

func (s Spec) parseWord(raw string) (Value, error) {
	switch {
	case s.Name == "autoscale":
		if _, err := parseAutoscale(raw); err != nil {
			return Value{}, err
		}
		return Value{Text: strings.ToLower(raw)}, nil
	case s.Name == "image_size":
		if _, _, err := ParseImage(raw); err != nil {
			return Value{}, err
		}
		return Value{Text: raw}, nil
	case s.Name == "lora":
		_, err := parseLoRA(raw)
		return Value{Text: raw}, err
	case s.Name == "speculation":
		_, err := engine.ParseSpeculation(raw)
		return Value{Text: raw}, err
	case s.Words == nil:
		return Value{Text: raw}, nil
	}
	word := strings.ToLower(raw)
	if slices.Contains(s.Words, word) {
		return Value{Text: word}, nil
	}
	if s.Name == "precision" || s.Name == "kv_precision" { // as engines spell them: bfloat16, awq
		class, ok := catalog.SpelledPrecision(raw)
		if s.Name == "kv_precision" && class == "fp4" {
			class = "int4" // whose scales take as much
		}
		switch {
		case slices.Contains(s.Words, class), word == asPublished:
			return Value{Text: cmp.Or(class, asPublished), Words: []string{raw}}, nil
		case ok && class == "":
			return Value{}, fmt.Errorf("%s does not say how many bits: write %s, or %s for those of the checkpoint", raw, strings.Join(s.Words, ", "), asPublished)
		}
	}
	if s.Version { // as sources spell them: llama.cpp, TensorRT-LLM
		if name, err := engine.Parse(raw); err == nil {
			return Value{Text: name}, nil
		} else if head, _, stated := strings.Cut(word, "@"); stated && slices.Contains(s.Words, head) {
			return Value{}, err
		}
	}
	msg := fmt.Sprintf("unknown word %q: expected %s", raw, strings.Join(s.Words, ", "))
	if near := unit.Near(word, s.Words); len(near) > 0 {
		msg += "; " + unit.DidYouMean(near...)
	}
	return Value{}, errors.New(msg)
}

// asPublished is a precision that is left to the checkpoint, as if none were given.
const asPublished = "auto"

func (s Spec) parseList(raw string) (Value, error) {
	v := Value{Text: raw}
	for _, part := range elements(raw, s.separator()[0]) {
		part = strings.TrimSpace(part)
		if part == "" {
			return Value{}, fmt.Errorf("%q has an empty element", raw)
		}
		if s.Words != nil {
			word, err := s.parseWord(part)
			if err != nil {
				return Value{}, err
			}
			part = word.Text
		}
		if err := s.parseElement(part, &v); err != nil {
			return Value{}, err
		}
		if !slices.Contains(v.Words, part) {
			v.Words = append(v.Words, part)
		}
	}
	return v, nil
}

// elements splits a list at its separators, but for those within braces, brackets or quotes of JSON.
func elements(raw string, separator byte) []string {
	var all []string
	depth, quoted, from := 0, false, 0
	for i := range len(raw) {
		switch c := raw[i]; {
		case depth > 0 && c == '"' && raw[i-1] != '\\':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth = max(0, depth-1)
		case c == separator && depth == 0:
			all, from = append(all, raw[from:i]), i+1
		}
	}
	return append(all, raw[from:])
}

func (s Spec) parseElement(part string, into *Value) error {
	switch s.Name {
	case "batch_time":
		p, err := parsePoint(part)
		into.Points = append(into.Points, p)
		return err
	case "measured":
		e, err := parseElsewhere(part)
		into.Elsewhere = append(into.Elsewhere, e)
		return err
	case "measured_percentile":
		_, err := parsePercentile(part)
		return err
	case "price", "discount":
		p, err := s.parsePrice(part)
		into.Prices = append(into.Prices, p)
		return err
	case "compare_api":
		_, _, err := apiPrice(part)
		return err
	}
	return nil
}

// parsePoint reads SIZE:TIME.
func parsePoint(s string) (Point, error) {
	size, time, ok := strings.Cut(s, ":")
	if !ok {
		return Point{}, fmt.Errorf("%q has no colon: expected SIZE:TIME, such as 16:85ms", s)
	}
	n, err := unit.Parse(unit.Count, size)
	if err != nil {
		return Point{}, err
	}
	t, err := unit.Parse(unit.Duration, time)
	switch {
	case err != nil:
		return Point{}, err
	case n.Mid < 1 || n.Mid > maxBatch || !n.IsExact():
		return Point{}, fmt.Errorf("%q: a batch has 1 to %d requests; give SIZE:TIME, such as 16:85ms", s, maxBatch)
	case t.Mid <= 0 || !t.IsExact():
		return Point{}, fmt.Errorf("%q: the time must be one value above zero", s)
	}
	return Point{Batch: int(n.Mid), Seconds: t.Mid}, nil
}

// maxBatch is the largest batch a server is believed to form.
const maxBatch = 4096

// parseElsewhere reads GPU:RATE[,TIME].
func parseElsewhere(s string) (Elsewhere, error) {
	gpu, rest, ok := strings.Cut(s, ":")
	gpu = strings.TrimSpace(gpu)
	if !ok || gpu == "" {
		return Elsewhere{}, fmt.Errorf("%q names no accelerator: expected GPU:RATE or GPU:RATE,TIME, such as t4:850/s,9ms", s)
	}
	rate, alone := cutTime(rest)
	qps, err := unit.Parse(unit.Rate, rate)
	switch {
	case err != nil:
		return Elsewhere{}, err
	case qps.Mid <= 0 || !qps.IsExact():
		return Elsewhere{}, fmt.Errorf("%q: the rate must be one value above zero", s)
	case alone == "":
		return Elsewhere{Accelerator: gpu, QPS: qps.Mid}, nil
	}
	t, err := unit.Parse(unit.Duration, alone)
	switch {
	case err != nil:
		return Elsewhere{}, err
	case t.Mid <= 0 || !t.IsExact():
		return Elsewhere{}, fmt.Errorf("%q: the time must be one value above zero", s)
	}
	return Elsewhere{Accelerator: gpu, QPS: qps.Mid, Alone: t.Mid}, nil
}

// cutTime splits "1,200/s,9ms" behind the rate: a comma before the slash
// separates thousands.
func cutTime(s string) (rate, time string) {
	slash := max(strings.Index(s, "/"), 0)
	comma := strings.Index(s[slash:], ",")
	if comma < 0 {
		return s, ""
	}
	return s[:slash+comma], s[slash+comma+1:]
}
