package queue

import "math"

// mesh is a choice of queue lengths that stands for all of them. The distribution of the
// queue length at j is a mixture of counting laws of mean j and thus smooth on the scale
// of their standard deviation; sums over it need only a few points per deviation. Between
// the points a function is its interpolating polynomial, so that the weight of a point is
// what it contributes to the sum over every length (product integration; Nyström's method
// for the stationary equations).
//
// No polynomial reaches across the kink, where the step times stop growing with the queue.
type mesh struct {
	x     []int
	w     []float64
	kink  int     // index of the point at the kink
	below float64 // what of its weight belongs to lengths below it

	line lagrange

	top             int
	spread, spread2 float64
}

const (
	// perSigma is the distance of two points over the standard deviation there.
	perSigma = 0.5
	// stencil is how many points the interpolation reads.
	stencil = 8
	// smooth is the length from which on single clusters are no longer visible.
	smooth = 50
	// grading is how much longer a stride may be per length away from the kink.
	grading = 0.4
)

func (m *mesh) clear() { m.x = m.x[:0] }

// stride returns the distance to the next point at length j: what the smoothness there allows,
// and little near the kink, towards which fewer points interpolate.
func (m *mesh) stride(j, kink int) int {
	v := float64(min(j, kink))
	spread := math.Min(m.spread+m.spread2*v, 1+v/smooth)
	near := 1 + grading*float64(max(j-kink, kink-j))
	return max(1, int(math.Min(near, perSigma*math.Sqrt(v*spread))))
}

// lay lays points from 0 to top or a little beyond, for counts with a variance of at
// least j·spread + j²·spread2 at mean j.
func (m *mesh) lay(kink, top int, spread, spread2 float64) {
	if len(m.x) > 0 && m.top == top && m.spread == spread && m.spread2 == spread2 {
		return
	}
	m.top, m.spread, m.spread2 = top, spread, spread2
	m.x = m.x[:0]
	for j := kink; j > 0; j -= m.stride(j, kink) {
		m.x = append(m.x, j)
	}
	m.x = append(m.x, 0)
	for i, k := 0, len(m.x)-1; i < k; i, k = i+1, k-1 {
		m.x[i], m.x[k] = m.x[k], m.x[i]
	}
	m.kink = len(m.x) - 1
	for j := kink; j < top; {
		j += m.stride(j, kink)
		m.x = append(m.x, j)
	}
	m.weigh(centred)
}

// layPanel lays points every stride from a length to the kink.
func (m *mesh) layPanel(from, kink, stride int) {
	m.x = m.x[:0]
	for j := from; j < kink; j += stride {
		m.x = append(m.x, j)
	}
	m.x = append(m.x, kink)
	m.kink = len(m.x) - 1
	m.weigh(sided)
}

func (m *mesh) weigh(pick func(i, from, to int) (first, n int)) {
	m.w = m.w[:0]
	for range m.x {
		m.w = append(m.w, 1)
	}
	m.weighPanel(0, m.kink, pick)
	m.below = m.w[m.kink] - 1
	m.weighPanel(m.kink, len(m.x)-1, above)
}

// weighPanel adds what the points from..to contribute to the lengths between them.
func (m *mesh) weighPanel(from, to int, pick func(i, from, to int) (first, n int)) {
	for i := from; i < to; i++ {
		if m.x[i]+1 == m.x[i+1] {
			continue
		}
		s, n := pick(i, from, to)
		m.line.through(m.x[s : s+n])
		for t := m.x[i] + 1; t < m.x[i+1]; t++ {
			for k, v := range m.line.at(t) {
				m.w[s+k] += v
			}
		}
	}
}

// between appends the values at the lengths from point i, which is at or above the kink,
// to the one before the next; mass[0] is the kink's.
func (m *mesh) between(i int, mass, out []float64) []float64 {
	out = append(out, mass[i-m.kink]/m.w[i])
	if m.x[i]+1 == m.x[i+1] {
		return out
	}
	s, n := above(i, m.kink, len(m.x)-1)
	m.line.through(m.x[s : s+n])
	for t := m.x[i] + 1; t < m.x[i+1]; t++ {
		v := 0.0
		for k, l := range m.line.at(t) {
			v += l * mass[s+k-m.kink] / m.w[s+k]
		}
		out = append(out, max(0, v))
	}
	return out
}

// lagrange is interpolation through a few points in its barycentric form (Berrut and
// Trefethen, Barycentric Lagrange interpolation, SIAM Rev. 2004).
type lagrange struct {
	n      int
	x      [stencil]int
	factor [stencil]float64
	weight [stencil]float64
}

// through names the points.
func (l *lagrange) through(x []int) {
	l.n = copy(l.x[:], x)
	l.prepare()
}

func (l *lagrange) prepare() {
	x := l.x[:l.n]
	for i, xi := range x {
		v := 1.0
		for k, xk := range x {
			if k != i {
				v *= float64(xi - xk)
			}
		}
		l.factor[i] = 1 / v
	}
}

// at gives the weights of the points in the value at t, which is none of them.
func (l *lagrange) at(t int) []float64 {
	sum := 0.0
	for i, xi := range l.x[:l.n] {
		v := l.factor[i] / float64(t-xi)
		l.weight[i] = v
		sum += v
	}
	w := l.weight[:l.n]
	scale := 1 / sum
	for i := range w {
		w[i] *= scale
	}
	return w
}

// centred returns the first and the number of those points of from..to that interpolate between
// points i and i+1: as many on either side, fewer towards the ends.
func centred(i, from, to int) (first, n int) {
	n = min(stencil, 2*min(i-from+1, to-i))
	return i - n/2 + 1, n
}

// above is centred at the kink and sided at the other end, where strides are even again.
func above(i, from, to int) (first, n int) {
	if to-i < stencil/2 {
		return sided(i, from, to)
	}
	return centred(i, from, to)
}

// sided returns the same with all points, from one side at the ends. With even strides its
// weights are positive (closed Newton–Cotes formulas).
func sided(i, from, to int) (first, n int) {
	n = min(stencil, to-from+1)
	return min(max(i-n/2+1, from), to-n+1), n
}
