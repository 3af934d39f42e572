package queue

import (
	"math"
	"sort"
	"sync/atomic"
)

// solver finds the stationary lengths of a chain. It keeps its tables between solutions,
// so that a search over rates allocates nothing after the first.
type solver struct {
	steps
	rate, dispersion float64
	ticks            bool // an empty step passes like any other; else it ends with the next cluster

	mesh   mesh
	from   int // first and
	to     int // last point of the mesh in use
	tailed bool

	recip  reciprocals
	common table // arrivals of a full step
	one    table // of another step
	decay  float64
	matrix matrix
}

// set chooses the chain to solve.
func (s *solver) set(st steps, ticks bool) {
	if s.steps != st {
		s.mesh.clear()
	}
	s.steps, s.ticks = st, ticks
}

// solve writes the stationary distribution at a rate below full into l.
func (s *solver) solve(rate, dispersion float64, l *lengths) {
	s.rate, s.dispersion = rate, dispersion
	s.lay()
	s.narrow()
	full := s.arrivals(rate, dispersion, 1)
	s.common = full.tabulate(s.common.p, tiny, &s.recip)
	s.decay = 1 / (1 + full.root(s.full))
	s.assemble()
	s.matrix.stationary()
	s.read(l)
}

// tailSigmas is how far above the largest batch the points reach: there all but the
// slowest term of the tail is gone (exp(−8·√(2π)) = 2e-9 of what it was).
const tailSigmas = 8

// lay makes the mesh, unless the current one can be reused.
func (s *solver) lay() {
	spread, most := 1.0, 1.0
	if s.dispersion > 1 {
		spread = math.Exp2(math.Floor(math.Log2(s.dispersion)))
		most = 2 * spread
	}
	a := s.arrivals(float64(s.full), most, 1)
	top := s.full + int(tailSigmas*a.sigma()+4*a.dispersion) + 8
	s.mesh.lay(s.full, top, spread, s.cv2)
}

// narrow finds the points that carry mass: as far around the balance as the deviations
// that arrivals cause and steps pass on.
func (s *solver) narrow() {
	m := &s.mesh
	mid, persistence := s.balance(s.rate)
	a := s.arrivals(s.rate, s.dispersion, s.time(int(mid)+1))
	spread := counts{a.mean / (1 - persistence*persistence), a.dispersion}
	low := mid - (spread.mean - float64(spread.first(tiny)))
	high := mid + float64(spread.most(tiny)) - spread.mean
	high += tiny.nats * a.dispersion * persistence / (1 - persistence)
	s.from, s.to = 0, len(m.x)-1
	for m.x[s.from+1] < s.full && float64(m.x[s.from+1]) < low {
		s.from++
	}
	s.tailed = high >= float64(s.full)
	for !s.tailed && s.to > s.from+1 && float64(m.x[s.to-1]) > high {
		s.to--
	}
}

// points returns how many points are in use.
func (s *solver) points() int { return s.to - s.from + 1 }

// beyond returns the first length that no point stands for.
func (s *solver) beyond() int { return s.mesh.x[s.to] + 1 }

// assemble writes the transition probabilities between the points in use, and one more
// state for the lengths beyond them.
func (s *solver) assemble() {
	n := s.points()
	if s.tailed {
		s.matrix.reset(n + 1)
		s.assembleBeyond(n)
	} else {
		s.matrix.reset(n)
	}
	for i := range n {
		q := s.mesh.x[s.from+i]
		switch {
		case q == 0 && !s.ticks:
			s.assembleIdle(i)
		case q < s.full && s.beta > 0:
			s.one = s.arrivals(s.rate, s.dispersion, s.time(q)).tabulate(s.one.p, tiny, &s.recip)
			s.assembleRow(i, 0, s.one)
		default:
			s.assembleRow(i, max(0, q-s.full), s.common)
		}
	}
}

// assembleRow writes the transitions of point i, from which left requests stay.
func (s *solver) assembleRow(i, left int, t table) {
	n := s.points()
	r := s.matrix.row(i)
	x, w := s.mesh.x[s.from:s.to+1], s.mesh.w[s.from:s.to+1]
	start := left + t.first
	j := sort.SearchInts(x, start)
	first, sum := j, 0.0
	for ; j < n && x[j]-start < len(t.p); j++ {
		v := w[j] * t.p[x[j]-start]
		r[j] = v
		sum += v
	}
	last := j - 1
	if out := t.above(s.beyond() - left); s.tailed && out > 0 {
		r[n], last = out, n
		sum += out
	}
	if last < first { // all outside: the nearest point stands for it
		first = min(first, n-1)
		if x[0] >= start {
			first = 0
		}
		last, r[first], sum = first, 1, 1
	}
	s.matrix.close(i, first, last, sum)
}

// assembleIdle writes the transitions from rest to the cluster that ends it, whose size
// is logarithmic.
func (s *solver) assembleIdle(i int) {
	r := s.matrix.row(i)
	q := 1 - 1/s.dispersion
	sum, last := 0.0, i+1
	for j := i + 1; j < s.points(); j++ {
		size := float64(s.mesh.x[s.from+j])
		v := s.mesh.w[s.from+j] * math.Pow(q, size-1) / size
		if v < sum*1e-16 {
			break
		}
		r[j], last = v, j
		sum += v
	}
	s.matrix.close(i, i+1, last, sum)
}

// assembleBeyond writes the transitions of all lengths beyond the points together: they
// are geometric, and so arrivals over them follow g(n) = (1−decay)·p(n) + decay·g(n−1).
func (s *solver) assembleBeyond(n int) {
	r := s.matrix.row(n)
	x, w := s.mesh.x[s.from:s.to+1], s.mesh.w[s.from:s.to+1]
	left := s.beyond() - s.full
	g, sum, j := 0.0, 0.0, 0
	first := n
	for k := s.common.first; k+left < s.beyond(); k++ {
		g = (1-s.decay)*s.common.at(k) + s.decay*g
		for j < n && x[j] < k+left {
			j++
		}
		if j < n && x[j] == k+left {
			r[j] = w[j] * g
			sum += r[j]
			first = min(first, j)
		}
	}
	r[n] = max(0, 1-sum)
	s.matrix.close(n, first, n, sum+r[n])
}

// solutions counts the solutions, so that a table for one is not used for another.
var solutions atomic.Uint64

// read fills l from the solution.
func (s *solver) read(l *lengths) {
	l.solution = solutions.Add(1)
	pi := s.matrix.pi
	l.steps, l.rate, l.dispersion, l.decay = s.steps, s.rate, s.dispersion, s.decay
	l.low, l.high, l.over = l.low[:0], l.high[:0], l.over[:0]
	l.idle, l.rest = 0, 0
	m := &s.mesh
	for i := range s.points() {
		q, mass, w := m.x[s.from+i], pi[i], m.w[s.from+i]
		at := point{q, mass / w, mass}
		switch {
		case q == 0:
			l.idle = mass
		case q < s.full:
			l.low = append(l.low, at)
		case q == s.full:
			l.low = append(l.low, point{q, at.p, at.p * m.below})
			l.high = append(l.high, point{q, at.p, at.p * (w - m.below)})
		default:
			l.high = append(l.high, at)
		}
	}
	if s.tailed {
		s.readTail(l, pi[s.points()])
	}
}

// readTail writes out the lengths from full on.
func (s *solver) readTail(l *lengths, rest float64) {
	m := &s.mesh
	at := m.kink - s.from
	for i := m.kink; i < s.to; i++ {
		l.over = m.between(i, s.matrix.pi[at:], l.over)
	}
	l.over = append(l.over, s.matrix.pi[s.points()-1]/m.w[s.to])
	const most = 1e-16
	reach := int(math.Ceil(l.horizon())+1) * s.full
	for rest > most && len(l.over) < reach {
		p := rest * (1 - s.decay)
		l.over = append(l.over, p)
		rest -= p
	}
	l.rest = max(0, rest)
}
