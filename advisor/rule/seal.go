package rule

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"cel.dev/cel-go/cel"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
	"google.golang.org/protobuf/proto"

	"scaleadvise/advisor/fact"
)

// sealFormat names the form of a seal.
const sealFormat = "scaleadvise rules 4"

// sealedSet is what Load made of some files, written down.
type sealedSet struct {
	Fingerprint [sha256.Size]byte
	Rules       []sealedRule
}

type sealedRule struct {
	Rule             Rule
	Condition, Raise sealedCondition
	Fixtures         []byte // sealedFixtures, which advice does not need
}

type sealedFixtures struct{ Fires, Silent []sealedFixture }

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

// Seal loads files and encodes the result, so that a program that embeds its rules need not parse and check
// them at every start: 65 rules take 25 ms to load in a new process, most of it in the first use of the
// parsers, and 2 ms to unseal.
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

// Unseal returns what Load would return for the same files, principles, facts and bounds. It rejects a seal
// that was made from others, or that cannot be read: the files must then be loaded.
func Unseal(seal []byte, files []Source, principles []string) (*Set, bool) {
	var sealed sealedSet
	if err := gob.NewDecoder(bytes.NewReader(seal)).Decode(&sealed); err != nil {
		return nil, false
	}
	if sealed.Fingerprint != fingerprint(files, principles) {
		return nil, false
	}
	set := &Set{principles: principles}
	for _, one := range sealed.Rules {
		r, ok := one.unseal()
		if !ok {
			return nil, false
		}
		set.rules = append(set.rules, r)
	}
	set.all = set.rules
	return set, true
}

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
	var b bytes.Buffer
	tests := r.fixtures()
	err = gob.NewEncoder(&b).Encode(sealedFixtures{sealFixtures(tests.fires), sealFixtures(tests.silent)})
	return sealedRule{*r, when, raise, b.Bytes()}, err
}

// seal writes down a condition; that of nil is empty.
func (c *condition) seal() (sealedCondition, error) {
	if c == nil {
		return sealedCondition{}, nil
	}
	x, err := c.ready()
	if err != nil {
		return sealedCondition{}, err
	}
	checked, err := cel.AstToCheckedExpr(x.ast)
	if err != nil {
		return sealedCondition{}, err
	}
	checked.SourceInfo = nil // places matter only while a file is checked
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(checked)
	return sealedCondition{text, c.written, c.reads, c.params}, err
}

// unseal is the condition again, made ready when it is first evaluated: an advice asks about
// half of them. That of an empty seal is nil.
func (s sealedCondition) unseal(known names) *condition {
	if len(s.Checked) == 0 {
		return nil
	}
	return &condition{
		ready: sync.OnceValues(s.ready), place: nowhere,
		written: s.Written, reads: s.Reads, params: s.Params, names: known,
	}
}

func (s sealedCondition) ready() (*expression, error) {
	env, err := environment()
	if err != nil {
		return nil, err
	}
	var checked expr.CheckedExpr
	if err := proto.Unmarshal(s.Checked, &checked); err != nil {
		return nil, err
	}
	return plan(env, cel.CheckedExprToAst(&checked))
}

// unseal is the rule again; not ok where the seal has no condition.
func (s sealedRule) unseal() (r *Rule, ok bool) {
	r = &s.Rule
	known := names{r.Stages, true, r.Params}
	r.condition, r.raise = s.Condition.unseal(known), s.Raise.unseal(known)
	message, remedy, inTexts := r.Message, r.Remedy, r.inTexts()
	r.templates = sync.OnceValue(func() (t templates) {
		t.message, _ = splitTemplate(message, inTexts)
		t.remedy, _ = splitTemplate(remedy, inTexts)
		return t
	})
	r.fixtures = sync.OnceValue(func() fixtures {
		var f sealedFixtures
		if err := gob.NewDecoder(bytes.NewReader(s.Fixtures)).Decode(&f); err != nil {
			return fixtures{} // TestSealIsOfTheseFiles runs those of the seal that ships
		}
		return fixtures{unsealFixtures(f.Fires), unsealFixtures(f.Silent)}
	})
	return r, r.condition != nil
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
