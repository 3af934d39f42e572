package forward

import (
	_ "embed" // the table below
	"encoding/binary"
	"hash/fnv"
	"math"
	"sort"
	"sync"

	"scaleadvise/advisor/catalog"
)

//go:generate go test -count=1 -timeout 20m -run CurvesAreFresh$ . -update

// curvesTable holds the curves that the usual requests of the models of benchmarks ask for, so
// that a question about one of them reads no measurements. It begins with the identifiers of
// parts, each behind its length, an empty one ends them; then follow the number of questions, a
// row of readyRow bytes for each, sorted by the hash of the question, and the curves that the rows
// point to, each of readyCurve bytes. TestCurvesAreFresh makes it and fails where it is stale.
//
//go:embed fitted/curves.bin
var curvesTable []byte

const (
	readyRow   = 8 + 4 + 2             // hash, the first curve, how many
	readyCurve = 2 + 2*(1+readyTime*8) // part, largest batch, its two ends
	readyTime  = 3                     // what is stated of an end: middle, low, high
)

// What is written of a prediction beside its times, by index.
var (
	readyBases = []string{Measured, Transferred, Roofline}
	readyAsked = []string{askedMeasured, askedModel, askedPair, askedHardware}
)

// Predictor predicts from the embedded measurements: from precomputed curves where they answer the question,
// else from the evidence, which is then read. The zero value is ready.
type Predictor struct {
	less *Evidence // what is left where some of it is not to be used
}

// Without returns the predictor without the runs of a model on a device.
func (p Predictor) Without(h Hardware, model string) (Predictor, error) {
	e, err := p.evidence()
	if err != nil {
		return p, err
	}
	return Predictor{e.Without(h, model)}, nil
}

func (p Predictor) evidence() (*Evidence, error) {
	if p.less != nil {
		return p.less, nil
	}
	return Shipped()
}

// ready are the curves of a question that were made beforehand.
func (p Predictor) ready(q Question, vendor string, largest int) (Curves, bool) {
	if p.less != nil {
		return nil, false
	}
	return readyTable().find(curvesKey{q.Model, vendor, q.Runtime, q.Precision, largest})
}

// Of returns a model of the catalogue, with what measurements state of it where the catalogue does not.
func (Predictor) Of(m catalog.Model) Model { return of(m, shippedFacts) }

// Curve returns the service model of a question, as Evidence.Curve does, without sources where it was
// precomputed.
func (p Predictor) Curve(q Question, largest int) (Curve, error) {
	if ready, ok := p.ready(q, q.Hardware.Vendor, largest); ok {
		if c, ok := ready[q.Hardware.ID]; ok && q.Hardware == shippedPart(q.Hardware.ID) {
			return c, nil
		}
	}
	return p.Sourced(q, largest)
}

// Sourced returns the service model of a question with its sources.
func (p Predictor) Sourced(q Question, largest int) (Curve, error) {
	if c, ok := treesOn(q, largest); ok {
		return c, nil
	}
	e, err := p.evidence()
	if err != nil {
		return Curve{}, err
	}
	return e.Curve(q, largest)
}

// Largest returns the largest batch of the service model of a question.
func (p Predictor) Largest(q Question, largest int) (int, error) {
	if c, ok := treesOn(q, largest); ok {
		return c.call(1).MaxBatch, nil
	}
	e, err := p.evidence()
	if err != nil {
		return 0, err
	}
	return e.Largest(q, largest)
}

// Curves returns the service models of a question on every part of a vendor, as Evidence.Curves
// does.
func (p Predictor) Curves(q Question, vendor string, largest int) (Curves, error) {
	if ready, ok := p.ready(q, vendor, largest); ok {
		return ready, nil
	}
	e, err := p.evidence()
	if err != nil {
		return nil, err
	}
	return e.Curves(q, vendor, largest)
}

// shippedPart is a part as the embedded catalogue has it; zero where it has none.
func shippedPart(id string) Hardware {
	known, err := catalog.Embedded()
	if err != nil {
		return Hardware{}
	}
	a, ok := known.Accelerator(id)
	if !ok {
		return Hardware{}
	}
	return OfAccelerator(a)
}

// ready is the table, taken apart.
type ready struct {
	parts        []string
	rows, curves []byte
}

var readyTable = sync.OnceValue(func() ready { return parseReady(curvesTable) })

// parseReady takes a table apart; one that is cut short has no questions.
func parseReady(b []byte) (r ready) {
	for len(b) > 0 && b[0] > 0 && len(b) > int(b[0]) {
		r.parts = append(r.parts, string(b[1:1+b[0]]))
		b = b[1+b[0]:]
	}
	if len(b) < 5 {
		return r
	}
	n := int(binary.LittleEndian.Uint32(b[1:])) * readyRow
	if b = b[5:]; len(b) < n {
		return r
	}
	r.rows, r.curves = b[:n], b[n:]
	return r
}

// find returns the curves of a question, if the table has them.
func (r ready) find(key curvesKey) (Curves, bool) {
	hash, n := key.hash(), len(r.rows)/readyRow
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(r.rows[i*readyRow:]) }
	i := sort.Search(n, func(i int) bool { return at(i) >= hash })
	if i == n || at(i) != hash {
		return nil, false
	}
	row := r.rows[i*readyRow:]
	first, count := binary.LittleEndian.Uint32(row[8:]), binary.LittleEndian.Uint16(row[12:])
	curves := make(Curves, count)
	for k := range int(count) {
		b := r.curves[(int(first)+k)*readyCurve:]
		curves[r.parts[b[0]]] = parseCurve(b[1:])
	}
	return curves, true
}

// parseCurve reads a curve as append writes it.
func parseCurve(b []byte) Curve {
	c := Curve{MaxBatch: int(b[0])}
	c.Alone, c.Full = parseEnd(b[1:]), parseEnd(b[1+1+readyTime*8:])
	c.Alone.Batch, c.Full.Batch = 1, float64(c.MaxBatch)
	return c.line()
}

func parseEnd(b []byte) Prediction {
	at := func(i int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b[1+8*i:])) }
	return Prediction{Seconds: at(0), Low: at(1), High: at(2), Basis: readyBases[b[0]/8], Asked: readyAsked[b[0]%8]}
}

// hash is that of all that curves depend on.
func (k curvesKey) hash() uint64 {
	h, m := fnv.New64a(), k.model
	for _, word := range []string{m.Name, m.Kind, m.Input, k.vendor, k.runtime, k.precision} {
		_, _ = h.Write([]byte(word))
		_, _ = h.Write([]byte{0})
	}
	var b []byte
	for _, v := range []float64{m.ParamsM, m.ReadM, m.GMACs, m.ActivationsM, float64(m.Operators), float64(m.Hidden), float64(k.largest)} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	_, _ = h.Write(b)
	return h.Sum64()
}
