package service

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"testing"

	"scaleadvise.dev/scaleadvise/advisor/catalog"
)

// solveAll makes the table anew: every model the embedded catalogue has measurements of,
// on every accelerator and in every class, measured or carried over.
func solveAll(t *testing.T) map[uint64]float64 {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	solved := map[uint64]float64{}
	kept := bareTable
	bareTable, bareSolved = nil, func(hash uint64, share float64) { solved[hash] = share }
	defer func() { bareTable, bareSolved = kept, nil }()
	e := Learn(c)
	for _, model := range c.MeasuredModels() {
		for _, a := range c.Accelerators() {
			for _, p := range Precisions(c, model) {
				if _, ok := e.FromMeasured(a.ID, model, p, 1); !ok {
					// An error says that nothing is known or that it does not fit: no row.
					_, _ = e.FromTransfer(Query{Accelerator: a.ID, Model: model, Precision: p}, 1)
				}
			}
		}
	}
	return solved
}

func encode(solved map[uint64]float64) []byte {
	hashes := make([]uint64, 0, len(solved))
	for h := range solved {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	var b bytes.Buffer
	for _, h := range hashes {
		b.Write(binary.LittleEndian.AppendUint64(nil, h))
		b.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(solved[h])))
	}
	return b.Bytes()
}

// TestBareIsFresh solves every fifth queue again and wants the same share within 0.1 %;
// with -update it solves them all and writes the table.
func TestBareIsFresh(t *testing.T) {
	if *update {
		if err := os.WriteFile("fitted/bare.bin", encode(solveAll(t)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(bareTable)%bareRow != 0 || len(bareTable) < 100*bareRow {
		t.Fatalf("fitted/bare.bin has %d bytes", len(bareTable))
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	e, tried := Learn(c), 0
	for _, model := range c.MeasuredModels() {
		for _, p := range c.MeasuredPairs(model) {
			if tried++; !p.Listed || tried%5 != 0 {
				continue
			}
			m, ok := e.FromMeasured(p.Accelerator, model, p.Precision, 1)
			if known, _ := c.Model(model); !ok || known.Sequential {
				continue
			}
			bound := boundOf(c, model)
			if a, _ := c.Measured(model, p.Accelerator, p.Precision); a.BoundS > 0 {
				bound = a.BoundS
			}
			share, known := lookUp(bareTable, m.hash(bound))
			if want := m.solveBare(bound); !known || math.Abs(share-want) > 1e-3*want {
				t.Errorf("%s on %s: share %v (known %v), solved anew %v; go generate ./advisor/service makes the table again", model, p.Accelerator, share, known, want)
			}
		}
	}
}
