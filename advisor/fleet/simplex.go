package fleet

import "math"

// linear is a linear program: the least cost over columns within their bounds, under rows
// a·x + slack = rhs with a slack from 0 to its own bound. It is solved by the dual simplex method
// with bounds (Lemke 1954; Wagner 1958): costs are never negative, so that the slacks are a dual
// feasible start, and stay one when bounds change or rows are added, as branching and cuts do.
type linear struct {
	cols []sparse
	cost []float64 // by column; slacks cost nothing
	rhs  []float64
	lo   []float64 // by variable: the columns, then the slacks
	hi   []float64

	head    []int // variable that is basic in a row
	row     []int // by variable: the row where it is basic, -1 where it is not
	upper   []bool
	inverse [][]float64 // of the basis
	value   []float64   // of the basic variables
	reduced []float64   // costs of the nonbasic variables

	pivots int // since the inverse was last computed afresh
	Steps  int // pivots so far
	alpha  []float64
}

// sparse is a column: its rows and their coefficients.
type sparse struct {
	rows []int
	vals []float64
}

const (
	feasible  = 1e-7 // of a bound
	pivotable = 1e-7 // smallest pivot
	refresh   = 60   // pivots after which the inverse is computed afresh
)

// newLinear is a program of the columns; its rows are all slack.
func newLinear(cols []sparse, cost, lo, hi []float64) *linear {
	n := len(cols)
	p := &linear{cols: cols, cost: cost, lo: append([]float64(nil), lo...), hi: append([]float64(nil), hi...), row: make([]int, n), upper: make([]bool, n), reduced: append([]float64(nil), cost...)}
	for j := range p.row {
		p.row[j] = -1
	}
	return p
}

// addRow adds a row with its slack, which is basic: the program stays dual feasible.
func (p *linear) addRow(entries map[int]float64, order []int, rhs, slack float64) {
	r := len(p.rhs)
	p.rhs = append(p.rhs, rhs)
	line := make([]float64, r+1)
	for _, j := range order {
		v := entries[j]
		p.cols[j].rows, p.cols[j].vals = append(p.cols[j].rows, r), append(p.cols[j].vals, v)
		if at := p.row[j]; at >= 0 { // expressed in what is basic
			for k := range r {
				line[k] -= v * p.inverse[at][k]
			}
		}
	}
	line[r] = 1
	for i := range p.inverse {
		p.inverse[i] = append(p.inverse[i], 0)
	}
	p.inverse = append(p.inverse, line)
	p.head = append(p.head, len(p.cols)+r)
	p.row, p.upper = append(p.row, r), append(p.upper, false)
	p.lo, p.hi = append(p.lo, 0), append(p.hi, slack)
	p.reduced, p.value = append(p.reduced, 0), append(p.value, 0)
}

// column calls do for each coefficient of a variable.
func (p *linear) column(j int, do func(row int, v float64)) {
	if j >= len(p.cols) {
		do(j-len(p.cols), 1)
		return
	}
	c := &p.cols[j]
	for i, r := range c.rows {
		do(r, c.vals[i])
	}
}

// at is the value of a nonbasic variable.
func (p *linear) at(j int) float64 {
	if p.upper[j] {
		return p.hi[j]
	}
	return p.lo[j]
}

// refactor computes the inverse of the basis afresh; false where the basis is singular, and the
// slacks take over.
func (p *linear) refactor() bool {
	m := len(p.rhs)
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, 2*m)
		a[i][m+i] = 1
	}
	for i, j := range p.head {
		p.column(j, func(r int, v float64) { a[r][i] = v })
	}
	if !invert(a) {
		return false
	}
	for i := range m {
		p.inverse[i] = append(p.inverse[i][:0], a[i][m:]...)
	}
	p.pivots = 0
	return true
}

// invert eliminates the left half of a matrix by Gauss and Jordan with row pivots; false where it
// is singular.
func invert(a [][]float64) bool {
	m := len(a)
	for c := range m {
		best := c
		for i := c + 1; i < m; i++ {
			if math.Abs(a[i][c]) > math.Abs(a[best][c]) {
				best = i
			}
		}
		if math.Abs(a[best][c]) < 1e-11 {
			return false
		}
		a[c], a[best] = a[best], a[c]
		by := 1 / a[c][c]
		pivot := a[c]
		for k := c; k < 2*m; k++ {
			pivot[k] *= by
		}
		for i := range m {
			f := a[i][c]
			if i == c || f == 0 {
				continue
			}
			line := a[i]
			for k := c; k < 2*m; k++ {
				line[k] -= f * pivot[k]
			}
		}
	}
	return true
}

// restart makes all slacks basic.
func (p *linear) restart() {
	n, m := len(p.cols), len(p.rhs)
	for j := range p.row {
		p.row[j], p.upper[j] = -1, false
	}
	for i := range m {
		clear(p.inverse[i])
		p.inverse[i][i], p.head[i], p.row[n+i] = 1, n+i, i
	}
	p.pivots = 0
}

// price computes the reduced costs, and puts nonbasic variables at the bound that they ask for.
func (p *linear) price() {
	dual := p.duals()
	for j := range p.row {
		if p.row[j] >= 0 {
			p.reduced[j] = 0
			continue
		}
		d := 0.0
		if j < len(p.cols) {
			d = p.cost[j]
		}
		p.column(j, func(r int, v float64) { d -= dual[r] * v })
		if math.Abs(d) < 1e-9 {
			d = 0
		}
		p.reduced[j], p.upper[j] = d, d < 0 && !math.IsInf(p.hi[j], 1)
	}
}

// duals are the prices of the rows: never above 0 for a row that bounds from above.
func (p *linear) duals() []float64 {
	dual := make([]float64, len(p.rhs))
	for i, j := range p.head {
		if j >= len(p.cols) || p.cost[j] == 0 {
			continue
		}
		for k, v := range p.inverse[i] {
			dual[k] += p.cost[j] * v
		}
	}
	return dual
}

// evaluate computes the values of the basic variables.
func (p *linear) evaluate() {
	left := append([]float64(nil), p.rhs...)
	for j := range p.row {
		if v := p.at(j); p.row[j] < 0 && v != 0 {
			p.column(j, func(r int, a float64) { left[r] -= a * v })
		}
	}
	for i, line := range p.inverse {
		sum := 0.0
		for k, v := range line {
			sum += v * left[k]
		}
		p.value[i] = sum
	}
}

// ready prepares for a solution after bounds changed or rows were added.
func (p *linear) ready() {
	if p.pivots > 0 && !p.refactor() {
		p.restart()
	}
	p.price()
	p.evaluate()
}

// solve finds the least cost within a number of pivots. ok is false where nothing lies within all
// bounds, done where the pivots did not suffice.
func (p *linear) solve(most int) (ok, done bool) {
	p.ready()
	for range most {
		r, below := p.leaving()
		if r < 0 {
			return true, true
		}
		j := p.entering(r, below)
		if j < 0 {
			return false, true
		}
		p.pivot(r, j, below)
		if p.pivots >= refresh {
			p.ready()
		}
	}
	return false, false
}

// leaving is the row whose basic variable lies farthest outside its bounds; -1 where none does.
func (p *linear) leaving() (r int, below bool) {
	r, worst := -1, feasible
	for i, j := range p.head {
		v := p.value[i]
		if d := p.lo[j] - v; d > worst*(1+math.Abs(p.lo[j])) {
			r, below, worst = i, true, d
		}
		if d := v - p.hi[j]; d > worst*(1+math.Abs(p.hi[j])) {
			r, below, worst = i, false, d
		}
	}
	return r, below
}

// entering is the nonbasic variable that takes over a row: of those that move it the right way the
// one whose reduced cost allows the least, the largest pivot among equals.
func (p *linear) entering(r int, below bool) int {
	if len(p.alpha) < len(p.row) {
		p.alpha = make([]float64, len(p.row)+64)
	}
	line, n := p.inverse[r], len(p.cols)
	best, least, size := -1, math.Inf(1), 0.0
	for j := range p.row {
		p.alpha[j] = 0
		if p.row[j] >= 0 {
			continue
		}
		a := 0.0
		if j >= n {
			a = line[j-n]
		} else {
			c := &p.cols[j]
			for i, k := range c.rows {
				a += line[k] * c.vals[i]
			}
		}
		p.alpha[j] = a
		if p.hi[j] <= p.lo[j] { // fixed: moves nothing
			continue
		}
		if !below {
			a = -a
		}
		if p.upper[j] {
			a = -a
		}
		if a > -pivotable {
			continue
		}
		ratio := math.Abs(p.reduced[j]) / -a
		if ratio < least-1e-9 || ratio < least+1e-9 && -a > size {
			best, size = j, -a
			least = math.Min(ratio, least)
		}
	}
	return best
}

// pivot exchanges a basic and a nonbasic variable.
func (p *linear) pivot(r, j int, below bool) {
	m := len(p.rhs)
	direction := make([]float64, m) // of the entering column
	p.column(j, func(k int, v float64) {
		for i := range m {
			direction[i] += p.inverse[i][k] * v
		}
	})
	out := p.head[r]
	target := p.hi[out]
	if below {
		target = p.lo[out]
	}
	by := direction[r]
	move := (p.value[r] - target) / by
	entering := p.at(j) + move
	for i := range m {
		p.value[i] -= direction[i] * move
	}
	ratio := p.reduced[j] / p.alpha[j]
	for k := range p.row {
		if p.row[k] < 0 && p.alpha[k] != 0 {
			p.reduced[k] -= ratio * p.alpha[k]
		}
	}
	p.reduced[j], p.reduced[out] = 0, -ratio
	p.upper[out] = !below
	p.head[r], p.row[j], p.row[out] = j, r, -1
	p.value[r] = entering
	line := p.inverse[r]
	for k := range line {
		line[k] /= by
	}
	for i := range m {
		if f := direction[i]; i != r && f != 0 {
			other := p.inverse[i]
			for k, v := range line {
				if v != 0 {
					other[k] -= f * v
				}
			}
		}
	}
	p.pivots++
	p.Steps++
}
