package service

import (
	_ "embed" // the table below
	"encoding/binary"
	"hash/fnv"
	"math"
	"scaleadvise/advisor/derivation"
	"sort"
)

// modelTable holds the numbers of every service model that the embedded catalogue leads
// to, so that a question compares hardware without kriging each piece of it. Rows of
// shippedRow bytes sorted by the hash of (accelerator, model, precision). TestModelsIsFresh
// makes it and fails where it is stale.
//
//go:embed fitted/models.bin
var modelTable []byte

// numbers is how many float64 a row holds behind its hash.
const (
	numbers    = 10
	shippedRow = 8 * (1 + numbers)
)

// bases are written by their index.
var bases = []string{Given, Measured, Transferred, Roofline}

// Predict returns the service model of one accelerator with the embedded catalogue's model in a precision
// class: measured, else transferred. Its numbers come from a precomputed table where there is one, and then
// it has no warnings and sources: Explained has them. The error says what is not known, or that the model
// does not fit.
func (e *Evidence) Predict(accelerator, model, precision string) (Model, error) {
	if known, err := shipped(); err == nil && known == e {
		if m, ok := readModel(modelTable, accelerator, model, precision); ok {
			m.Precision = precision
			return m, nil
		}
	}
	return e.Explained(accelerator, model, precision)
}

// Explained does as Predict, with its warnings and sources.
func (e *Evidence) Explained(accelerator, model, precision string) (Model, error) {
	return e.ExplainedTo(accelerator, model, precision, nil)
}

// ExplainedTo does as Explained, and records the computation.
func (e *Evidence) ExplainedTo(accelerator, model, precision string, log *derivation.Log) (Model, error) {
	if m, ok := e.fromMeasured(accelerator, model, precision, 1, log); ok {
		return m, nil
	}
	return e.FromTransfer(Query{Accelerator: accelerator, Model: model, Precision: precision, Log: log}, 1)
}

func modelHash(accelerator, model, precision string) uint64 {
	h := fnv.New64a()
	for _, word := range []string{accelerator, model, precision} {
		h.Write([]byte(word))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

func readModel(table []byte, accelerator, model, precision string) (Model, bool) {
	hash := modelHash(accelerator, model, precision)
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(table[i*shippedRow:]) }
	n := len(table) / shippedRow
	i := sort.Search(n, func(i int) bool { return at(i) >= hash })
	if i == n || at(i) != hash {
		return Model{}, false
	}
	var v [numbers]float64
	for k := range v {
		v[k] = math.Float64frombits(binary.LittleEndian.Uint64(table[i*shippedRow+8*(k+1):]))
	}
	return Model{
		Basis: bases[int(v[0])], Alpha: v[1], Beta: v[2], MaxBatch: int(v[3]), CV: v[4], Concurrency: int(v[5]),
		Derate: v[6], Knee: v[7], SpreadLow: v[8], SpreadHigh: v[9],
	}, true
}
