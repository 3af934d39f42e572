package rule

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"cel.dev/cel-go/cel"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
	"google.golang.org/protobuf/proto"

	"scaleadvise/advisor/fact"
)

// sealFormat names the form of a seal.
const sealFormat = "scaleadvise rules 3"

// sealedSet is what Load made of some files, written down.
type sealedSet struct {
	Fingerprint [sha256.Size]byte
	Rules       []sealedRule
}

type sealedRule struct {
	Rule             Rule // without its fixtures
	Fires, Silent    []sealedFixture
	Condition, Raise sealedCondition
}

// sealedCondition is a checked expression; without one, Checked is empty.
type sealedCondition struct {
	Checked       []byte // a google.api.expr.v1alpha1.CheckedExpr
	Written       int64
	Reads, Params []string
}

// sealedFixture has the values of facts as text; the facts say of which type.
type sealedFixture struct {
	Line   int
	Names  []string
	Values [][]string
}

// Seal loads files and writes down the outcome, so that a program that carries its rules need
// not parse and check them at every start: 65 rules take 25 ms to load in a new process, most of it
// in the first use of the parsers, and 5 ms to unseal.
func Seal(files []Source, principles []string) ([]byte, error) {
	set, err := Load(files, principles)
	if err != nil {
		return nil, err
	}
	sealed := sealedSet{Fingerprint: fingerprint(files, principles)}
	for _, r := range set.rules {
		one, err := r.seal()
		if err != nil {
			return nil, fmt.Errorf("the rule %s cannot be sealed: %w", r.ID, err)
		}
		sealed.Rules = append(sealed.Rules, one)
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(sealed)
	return b.Bytes(), err
}

// Unseal gives what Load would give of the same files, principles, facts and bounds. It
// declines a seal that was made of others, or that cannot be read: then the files are to be
// loaded.
func Unseal(seal []byte, files []Source, principles []string) (*Set, bool) {
	var sealed sealedSet
	if err := gob.NewDecoder(bytes.NewReader(seal)).Decode(&sealed); err != nil {
		return nil, false
	}
	if sealed.Fingerprint != fingerprint(files, principles) {
		return nil, false
	}
	env, err := environment()
	if err != nil {
		return nil, false
	}
	set := &Set{principles: principles}
	for _, one := range sealed.Rules {
		r, err := one.unseal(env)
		if err != nil {
			return nil, false
		}
		set.rules = append(set.rules, r)
	}
	set.all = set.rules
	return set, true
}

var errNoCondition = errors.New("the seal has no condition")

// fingerprint tells apart everything that a seal depends on.
func fingerprint(files []Source, principles []string) [sha256.Size]byte {
	h := sha256.New()
	part := func(text []byte) { fmt.Fprintf(h, "%d:%s", len(text), text) }
	part(fmt.Append(nil, sealFormat, costLimit, maxCondition, maxNesting, maxNodes, principles))
	for _, f := range fact.All() {
		part(fmt.Append(nil, f.Name, f.Type, f.Unit, f.At, f.Params))
	}
	for _, f := range files {
		part([]byte(f.Name))
		part(f.Text)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func (r *Rule) seal() (sealedRule, error) {
	when, err := r.condition.seal()
	if err != nil {
		return sealedRule{}, err
	}
	raise, err := r.raise.seal()
	if err != nil {
		return sealedRule{}, err
	}
	bare := *r
	bare.Fires, bare.Silent = nil, nil
	return sealedRule{Rule: bare, Fires: sealFixtures(r.Fires), Silent: sealFixtures(r.Silent), Condition: when, Raise: raise}, nil
}

// seal writes down a condition; that of nil is empty.
func (c *condition) seal() (sealedCondition, error) {
	if c == nil {
		return sealedCondition{}, nil
	}
	checked, err := cel.AstToCheckedExpr(c.ast)
	if err != nil {
		return sealedCondition{}, err
	}
	checked.SourceInfo = nil // places matter only while a file is checked
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(checked)
	return sealedCondition{text, c.written, c.reads, c.params}, err
}

// unseal makes a condition ready again; that of an empty seal is nil.
func (s sealedCondition) unseal(env *cel.Env, known names) (*condition, error) {
	if len(s.Checked) == 0 {
		return nil, nil
	}
	var checked expr.CheckedExpr
	if err := proto.Unmarshal(s.Checked, &checked); err != nil {
		return nil, err
	}
	c, err := plan(env, cel.CheckedExprToAst(&checked))
	if err != nil {
		return nil, err
	}
	c.written, c.reads, c.params, c.names = s.Written, s.Reads, s.Params, known
	return c, nil
}

func (s sealedRule) unseal(env *cel.Env) (*Rule, error) {
	r, known := s.Rule, names{s.Rule.Stages, true, s.Rule.Params}
	var err error
	if r.condition, err = s.Condition.unseal(env, known); err != nil || r.condition == nil {
		return nil, cmp.Or(err, errNoCondition)
	}
	if r.raise, err = s.Raise.unseal(env, known); err != nil {
		return nil, err
	}
	r.message, _ = splitTemplate(r.Message, r.texts())
	r.remedy, _ = splitTemplate(r.Remedy, r.texts())
	r.Fires, r.Silent = unsealFixtures(s.Fires), unsealFixtures(s.Silent)
	return &r, nil
}

func sealFixtures(fixtures []Fixture) []sealedFixture {
	var sealed []sealedFixture
	for _, fx := range fixtures {
		one := sealedFixture{Line: fx.Line, Names: slices.Sorted(maps.Keys(fx.Facts))}
		for _, name := range one.Names {
			texts, isList := fx.Facts[name].([]string)
			if !isList {
				texts = []string{fmt.Sprint(fx.Facts[name])}
			}
			one.Values = append(one.Values, texts)
		}
		sealed = append(sealed, one)
	}
	return sealed
}

func unsealFixtures(sealed []sealedFixture) []Fixture {
	var fixtures []Fixture
	for _, one := range sealed {
		fx := Fixture{Line: one.Line, Facts: map[string]any{}}
		for i, name := range one.Names {
			fx.Facts[name] = unsealValue(name, one.Values[i])
		}
		fixtures = append(fixtures, fx)
	}
	return fixtures
}

// unsealValue reads back what fmt.Sprint wrote; the fingerprint vouches for the types.
func unsealValue(name string, texts []string) any {
	f, _ := fact.Named(name)
	if f.Type == fact.Strings {
		return append([]string{}, texts...)
	}
	switch text := texts[0]; f.Type {
	case fact.Double:
		v, _ := strconv.ParseFloat(text, 64)
		return v
	case fact.Int:
		v, _ := strconv.ParseInt(text, 10, 64)
		return v
	case fact.Bool:
		return text == "true"
	default:
		return text
	}
}
