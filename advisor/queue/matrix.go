package queue

// matrix is a stochastic matrix whose rows are narrow, and its stationary distribution.
type matrix struct {
	n           int
	a           []float64
	first, last []int // of each row, the columns that are not zero
	pi          []float64
}

func (m *matrix) reset(n int) {
	m.n = n
	if cap(m.a) < n*n {
		m.a = make([]float64, n*n)
		m.first, m.last, m.pi = make([]int, n), make([]int, n), make([]float64, n)
	}
	m.a, m.first, m.last, m.pi = m.a[:n*n], m.first[:n], m.last[:n], m.pi[:n]
	clear(m.a)
}

func (m *matrix) row(i int) []float64 { return m.a[i*m.n : (i+1)*m.n] }

// close says which columns of row i were written and what they sum to.
func (m *matrix) close(i, first, last int, sum float64) {
	m.first[i], m.last[i] = first, last
	r := m.row(i)
	if sum == 1 || !(sum > 0) {
		return
	}
	scale := 1 / sum
	for j := first; j <= last; j++ {
		r[j] *= scale
	}
}

// stationary eliminates states from the last to the first without a subtraction, so
// that every probability keeps its relative accuracy (Grassmann, Taksar and Heyman,
// Regenerative analysis and steady state distributions for Markov chains, Oper. Res. 1985).
func (m *matrix) stationary() {
	base := m.n - 1
	for base > 0 && m.eliminate(base) {
		base--
	}
	clear(m.pi[:base]) // states that are left and never met again
	m.pi[base] = 1
	sum := 1.0
	for k := base + 1; k < m.n; k++ {
		v := 0.0
		for i := base; i < k; i++ {
			v += m.pi[i] * m.a[i*m.n+k]
		}
		m.pi[k] = v
		sum += v
	}
	scale := 1 / sum
	for k := range m.pi {
		m.pi[k] *= scale
	}
}

// nothing is a probability that can be dropped from a row.
const nothing = 1e-15

// eliminate removes state k, the last that is left: transitions into it go where it leads. It reports
// whether it leads to any lower state.
func (m *matrix) eliminate(k int) bool {
	if m.first[k] >= k {
		return false
	}
	from := m.row(k)[m.first[k]:k]
	out := 0.0
	for _, v := range from {
		out += v
	}
	if !(out > 0) {
		return false
	}
	scale := 1 / out
	for i := range k {
		if m.last[i] < k {
			continue
		}
		r := m.row(i)
		f := r[k] * scale
		r[k] = f
		if f < nothing {
			continue
		}
		m.first[i] = min(m.first[i], m.first[k])
		to := r[m.first[k]:k]
		for j, v := range from {
			to[j] += f * v
		}
	}
	return true
}
