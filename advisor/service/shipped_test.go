package service

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"scaleadvise/advisor/catalog"
)

// row renders a model as modelTable holds it.
func row(hash uint64, m Model) []byte {
	b := binary.LittleEndian.AppendUint64(nil, hash)
	for _, v := range []float64{
		float64(slices.Index(bases, m.Basis)), m.Alpha, m.Beta, float64(m.MaxBatch), m.CV, float64(m.Concurrency),
		m.Derate, m.Knee, m.SpreadLow, m.SpreadHigh,
	} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// TestModelsIsFresh predicts a part of the models again and wants the same numbers within
// 0.1 %; with -update it predicts them all and writes the table.
func TestModelsIsFresh(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	e := Learn(c)
	if *update { // the table of bare queues may be about to change as well
		kept := bareTable
		bareTable = nil
		defer func() { bareTable = kept }()
	}
	var rows [][]byte
	tried := 0
	for _, model := range c.MeasuredModels() {
		for _, a := range c.Accelerators() {
			for _, p := range Precisions(c, model) {
				if tried++; !*update && tried%9 != 0 {
					continue
				}
				m, err := e.Explained(a.ID, model, p)
				if err != nil {
					continue
				}
				if *update {
					rows = append(rows, row(modelHash(a.ID, model, p), m))
					continue
				}
				same(t, model+" on "+a.ID, m, a.ID, model, p)
			}
		}
	}
	if *update {
		slices.SortFunc(rows, func(a, b []byte) int {
			x, y := binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(b)
			return map[bool]int{true: -1, false: 1}[x < y]
		})
		rewrite(t, "fitted/models.bin", modelTable, bytes.Join(rows, nil), shippedRow)
	}
}

func same(t *testing.T, what string, want Model, accelerator, model, precision string) {
	t.Helper()
	got, ok := readModel(modelTable, accelerator, model, precision)
	if !ok || got.Basis != want.Basis || got.MaxBatch != want.MaxBatch {
		t.Errorf("%s: table has %+v (%v), predicted %+v; go generate ./advisor/service makes it again", what, got, ok, want)
		return
	}
	for name, pair := range map[string][2]float64{
		"saturation": {got.Saturation(), want.Saturation()}, "alone": {got.Alone(), want.Alone()}, "derate": {got.Derate, want.Derate},
		"low": {got.SpreadLow, want.SpreadLow}, "high": {got.SpreadHigh, want.SpreadHigh},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-3*math.Abs(pair[1]) {
			t.Errorf("%s: %s %v in the table, %v predicted; go generate ./advisor/service makes it again", what, name, pair[0], pair[1])
		}
	}
}
