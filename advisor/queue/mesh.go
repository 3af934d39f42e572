package queue

import "math"

// mesh is a choice of queue lengths that stands for all of them. The distribution of the
// queue length at j is a mixture of counting laws of mean j and thus smooth on the scale
// of their standard deviation; sums over it need only a few points per deviation. Between
// the points a function is its interpolating polynomial, so that the weight of a point is
// what it contributes to the sum over every length (product integration; Nyström's method
// for the stationary equations).
//
// No polynomial reaches across the kink, where the step times stop to grow with the queue.
type mesh struct {
	x     []int
	w     []float64
	kink  int     // index of the point at the kink
	below float64 // what of its weight belongs to lengths below it

	top             int
	spread, spread2 float64
}

const (
	// perSigma is the distance of two points over the standard deviation there.
	perSigma = 0.4
	// stencil is how many points the interpolation reads.
	stencil = 6
	// smooth is from what length on clusters no longer show as such.
	smooth = 50
)

func (m *mesh) clear() { m.x = m.x[:0] }

// stride is the distance to the next point at length j.
func (m *mesh) stride(j int) int {
	v := float64(j)
	spread := math.Min(m.spread+m.spread2*v, 1+v/smooth)
	return max(1, int(perSigma*math.Sqrt(v*spread)))
}

// lay lays points from 0 to top or a little beyond, for counts with a variance of at
// least j·spread + j²·spread2 at mean j.
func (m *mesh) lay(kink, top int, spread, spread2 float64) {
	if len(m.x) > 0 && m.top == top && m.spread == spread && m.spread2 == spread2 {
		return
	}
	m.top, m.spread, m.spread2 = top, spread, spread2
	m.x = m.x[:0]
	for j := kink; j > 0; j -= m.stride(j) {
		m.x = append(m.x, j)
	}
	m.x = append(m.x, 0)
	for i, k := 0, len(m.x)-1; i < k; i, k = i+1, k-1 {
		m.x[i], m.x[k] = m.x[k], m.x[i]
	}
	m.kink = len(m.x) - 1
	for j, step := kink, m.stride(kink); j < top; {
		j += step
		m.x = append(m.x, j)
	}
	m.weigh()
}

func (m *mesh) weigh() {
	m.w = m.w[:0]
	for range m.x {
		m.w = append(m.w, 1)
	}
	m.weighPanel(0, m.kink)
	m.below = m.w[m.kink] - 1
	m.weighPanel(m.kink, len(m.x)-1)
}

// weighPanel adds what the points from..to contribute to the lengths between them.
func (m *mesh) weighPanel(from, to int) {
	var weight [stencil]float64
	for i := from; i < to; i++ {
		s, n := m.stencil(i, from, to)
		for t := m.x[i] + 1; t < m.x[i+1]; t++ {
			lagrange(m.x[s:s+n], t, weight[:n])
			for k, v := range weight[:n] {
				m.w[s+k] += v
			}
		}
	}
}

// stencil is the first point and the number of points that interpolate between points i
// and i+1 of the panel from..to.
func (m *mesh) stencil(i, from, to int) (first, n int) {
	n = min(stencil, to-from+1)
	return min(max(i-n/2+1, from), to-n+1), n
}

// between appends the values at the lengths from point i, which is at or above the kink,
// to the one before the next; mass[0] is the kink's.
func (m *mesh) between(i int, mass, out []float64) []float64 {
	out = append(out, mass[i-m.kink]/m.w[i])
	s, n := m.stencil(i, m.kink, len(m.x)-1)
	var weight [stencil]float64
	for t := m.x[i] + 1; t < m.x[i+1]; t++ {
		lagrange(m.x[s:s+n], t, weight[:n])
		v := 0.0
		for k, l := range weight[:n] {
			v += l * mass[s+k-m.kink] / m.w[s+k]
		}
		out = append(out, max(0, v))
	}
	return out
}

// lagrange writes the weights with which a polynomial through the points x gives its
// value at t.
func lagrange(x []int, t int, l []float64) {
	for i, xi := range x {
		v := 1.0
		for k, xk := range x {
			if k != i {
				v *= float64(t-xk) / float64(xi-xk)
			}
		}
		l[i] = v
	}
}
