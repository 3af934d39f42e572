package forward

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"reflect"
	"slices"
)

// For the test of the table of curves, which asks what the offers ask.

// Update reports whether files are to be written.
func Update() bool { return *update }

// Asked is a question about all parts of a vendor.
type Asked struct {
	Question
	Vendor string
}

func (a Asked) key() curvesKey { return curvesKey{a.Model, a.Vendor, a.Runtime, a.Precision, 0} }

// FindReady looks a question up in the table that ships.
func FindReady(a Asked) (Curves, bool) { return readyTable().find(a.key()) }

// Holding lists the parts that clouds rent and that hold the model of a question, sorted.
func (e *Evidence) Holding(a Asked) []string {
	var all []string
	for _, h := range e.peers {
		a.Hardware = h
		if _, err := e.Largest(a.Question, 0); err == nil && h.Vendor == a.Vendor {
			all = append(all, h.ID)
		}
	}
	slices.Sort(all)
	return all
}

// Same reports whether two curves are the same to the last bit.
func Same(a, b Curve) bool { return reflect.DeepEqual(a, b) }

// AppendReady is the table of the answers to some questions, as parseReady reads it.
func AppendReady(asked []Asked, answer func(Asked) Curves) []byte {
	slices.SortFunc(asked, func(a, b Asked) int { return cmp.Compare(a.key().hash(), b.key().hash()) })
	var parts []string
	var rows, curves []byte
	for _, a := range asked {
		c := answer(a)
		rows = binary.LittleEndian.AppendUint64(rows, a.key().hash())
		rows = binary.LittleEndian.AppendUint32(rows, uint32(len(curves)/readyCurve))
		rows = binary.LittleEndian.AppendUint16(rows, uint16(len(c)))
		for _, id := range slices.Sorted(maps.Keys(c)) {
			if !slices.Contains(parts, id) {
				parts = append(parts, id)
			}
			curves = append(curves, byte(slices.Index(parts, id)), byte(c[id].MaxBatch))
			curves = appendEnd(appendEnd(curves, c[id].Alone), c[id].Full)
		}
	}
	var b []byte
	for _, id := range parts {
		b = append(append(b, byte(len(id))), id...)
	}
	b = binary.LittleEndian.AppendUint32(append(b, 0), uint32(len(asked)))
	return slices.Concat(b, rows, curves)
}

func appendEnd(b []byte, p Prediction) []byte {
	b = append(b, byte(8*slices.Index(readyBases, p.Basis)+slices.Index(readyAsked, p.Asked)))
	for _, v := range []float64{p.Seconds, p.Low, p.High} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}
