package service

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"testing"

	"scaleadvise/advisor/catalog"
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

// rewrite writes a table of rows (a hash, then numbers) unless the one there has the same
// rows and no number differs by more than 0.01 %: a queue solved a little more or less
// exactly is no reason to write every row anew.
func rewrite(t *testing.T, file string, old, made []byte, row int) {
	t.Helper()
	same := len(old) == len(made)
	for i := 0; same && i < len(made); i += 8 {
		a, b := binary.LittleEndian.Uint64(old[i:]), binary.LittleEndian.Uint64(made[i:])
		if i%row == 0 {
			same = a == b
			continue
		}
		x, y := math.Float64frombits(a), math.Float64frombits(b)
		same = math.Abs(x-y) <= 1e-4*math.Abs(y)
	}
	if same {
		return
	}
	if err := os.WriteFile(file, made, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestBareIsFresh solves every fifth queue again and wants the same share within 0.1 %;
// with -update it solves them all and writes the table.
func TestBareIsFresh(t *testing.T) {
	if *update {
		rewrite(t, "fitted/bare.bin", bareTable, encode(solveAll(t)), bareRow)
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
