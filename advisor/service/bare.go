package service

import (
	_ "embed" // the table below
	"encoding/binary"
	"hash/fnv"
	"math"
	"sort"

	"scaleadvise/advisor/queue"
)

// bareTable holds the share of saturation that bare queues sustain, solved beforehand for
// every model that the embedded catalogue leads to: a question then calibrates in
// microseconds instead of solving two queues for every accelerator. Rows of 16 bytes, the
// hash of a queue and its share, sorted by hash. TestBareIsFresh makes it and fails where
// it is stale.
//
//go:embed fitted/bare.bin
var bareTable []byte

const bareRow = 16

// bare is the share of saturation that the queue without Derate sustains under the bound
// at MLPerf's percentile.
func (m Model) bare(bound float64) float64 {
	m.Derate = 1
	if share, ok := lookUp(bareTable, m.hash(bound)); ok {
		return share
	}
	return m.solveBare(bound)
}

func (m Model) solveBare(bound float64) float64 {
	m.Derate = 1
	s := m.Server()
	share := queue.Sustainable(s, 1, 0, bound, 0.99) / s.Saturation()
	if bareSolved != nil {
		bareSolved(m.hash(bound), share)
	}
	return share
}

// bareSolved hears of every queue solved while the table is made; nil otherwise.
var bareSolved func(hash uint64, share float64)

// hash tells queues and bounds apart by all their bits.
func (m Model) hash(bound float64) uint64 {
	h := fnv.New64a()
	var b [8]byte
	for _, v := range []float64{m.Alpha, m.Beta, float64(m.MaxBatch), m.CV, float64(m.Concurrency), bound} {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
		h.Write(b[:])
	}
	return h.Sum64()
}

// lookUp finds a share by binary search; no row is parsed that is not looked at.
func lookUp(table []byte, hash uint64) (share float64, ok bool) {
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(table[i*bareRow:]) }
	n := len(table) / bareRow
	i := sort.Search(n, func(i int) bool { return at(i) >= hash })
	if i == n || at(i) != hash {
		return 0, false
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(table[i*bareRow+8:])), true
}
