package forward

import (
	"cmp"
	_ "embed" // the table below
	"errors"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/pattern"
)

// siblingsPacked are models as siblingLine has them, each followed by the plain names of the siblings
// with which kriging alone would put it out of order on some stack. TestSiblings writes it with
// -update, and fails where a model is out of order with one that the table leaves out. No line is
// parsed that is not asked for.
//
//go:embed fitted/siblings.tsv.gz
var siblingsPacked []byte

// withSiblings is a model of the table with the names of its siblings; ok is false where it has none.
func withSiblings(table, plain string) (m described, siblings string, ok bool) {
	line, _, ok := lineOn(table, plain)
	if !ok {
		return m, "", false
	}
	r := strings.Split(line, "\t")
	if len(r) != siblingColumns {
		return m, "", false
	}
	m = describe(Model{Name: r[0], Kind: r[1], Input: r[2], ParamsM: atof(r[3]), GMACs: atof(r[4]), ActivationsM: atof(r[5]), Operators: int(atof(r[6]))})
	return m, r[8], m.plain == plain
}

// siblingColumns is how many a line of the table has.
const siblingColumns = 9

// siblingLine renders a model with its siblings. Of its parameters stand those that a pass reads.
func siblingLine(m described, siblings []string) string {
	return strings.Join([]string{m.Name, m.Kind, m.Input, ftoa(cmp.Or(m.ReadM, m.ParamsM)), ftoa(m.GMACs), ftoa(m.ActivationsM), strconv.Itoa(m.Operators), m.plain,
		strings.Join(siblings, " ")}, "\t") + "\n"
}

var (
	designWord    = pattern.Of(`^(?:[a-z]+?v\d+|[a-z]+)`)
	designVersion = pattern.Of(`^v\d+$`)
)

// design is the architecture that the sizes of a model share: "densenet", "bge", "mobilenetv3".
func design(name string) string {
	words := strings.FieldsFunc(strings.TrimPrefix(unpublished(name), "tf_"), func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '/' })
	if len(words) == 0 {
		return ""
	}
	if len(words) > 1 && designVersion.MatchString(words[1]) {
		return words[0] + words[1]
	}
	return designWord.FindString(words[0])
}

// noMore reports whether a model does no more work than another: of its design and class, with
// no more operations, activations, parameters and layers.
func (e *Evidence) noMore(a, b described) bool {
	if a.class != b.class || a.GMACs == 0 || b.GMACs == 0 || design(a.Name) != design(b.Name) {
		return false
	}
	x, y := e.shapeOf(a), e.shapeOf(b)
	return x.gmacs <= y.gmacs && x.activations <= y.activations && x.params <= y.params && x.operators <= y.operators
}

// sibling is a model that does no more work than another, or no less.
type sibling struct {
	described
	under, over bool
}

// siblingsOf are those of a model with which it may be out of order, at its input.
func (e *Evidence) siblingsOf(m described) []sibling {
	return e.related.Beside(m.Model, 4*recent, func() []sibling { return e.findSiblings(m) })
}

func (e *Evidence) findSiblings(m described) []sibling {
	_, words, _ := withSiblings(e.siblings, m.plain)
	var all []sibling
	for _, name := range strings.Fields(words) {
		one, _, ok := withSiblings(e.siblings, name)
		if !ok {
			continue
		}
		if extent(one.Input) != extent(m.Input) {
			one = e.described(one.At(m.Input))
		}
		if under, over := e.noMore(one, m), e.noMore(m, one); under || over {
			all = append(all, sibling{one, under, over})
		}
	}
	return all
}

// inOrder puts predictions for a model in order with those for its siblings at the same input: what
// does more work is not faster. Kriging learns each model's level from other models and other
// hardware, and does not know that by itself. A prediction becomes the middle of the largest
// one for less work and the least one for more (both rise with the work, so their middle does;
// Barlow et al. 1972, isotonic regression by its max-min bounds), within what was measured of either.
func (e *Evidence) inOrder(q Question, parts ranking, all []Prediction) error {
	siblings := e.siblingsOf(e.described(q.Model))
	less, more := make([][]Prediction, len(siblings)), make([][]Prediction, len(siblings))
	errs := make([]error, len(siblings))
	fanout.Each(len(siblings), func(i int) {
		other := q
		other.Model = siblings[i].Model
		var predicted []Prediction
		predicted, errs[i] = e.onParts(other, parts)
		if siblings[i].under {
			less[i] = predicted
		}
		if siblings[i].over {
			more[i] = predicted
		}
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i := range all {
		if !all[i].own {
			ordered := between(all[i].Seconds, at(less, i), at(more, i))
			all[i] = all[i].moved(ordered * math.Pow(all[i].Seconds/ordered, all[i].near))
		}
	}
	return nil
}

// at are the predictions for one part.
func at(lists [][]Prediction, i int) []Prediction {
	var out []Prediction
	for _, list := range lists {
		if list != nil {
			out = append(out, list[i])
		}
	}
	return out
}

// between is the time in order with those of less and of more work.
func between(seconds float64, less, more []Prediction) float64 {
	low, high, least, most := seconds, seconds, 0.0, math.Inf(1)
	for _, p := range less {
		if low = math.Max(low, p.Seconds); p.own {
			least = math.Max(least, p.Seconds)
		}
	}
	for _, p := range more {
		if high = math.Min(high, p.Seconds); p.own {
			most = math.Min(most, p.Seconds)
		}
	}
	return math.Min(math.Max(math.Sqrt(low*high), least), most)
}
