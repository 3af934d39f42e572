package queue

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"
)

// workload is what the simulations serve.
type workload struct {
	server     Batch
	servers    int
	rate       float64
	dispersion float64
	requests   int
}

// measured are the outcomes of a simulation, sorted.
type measured struct {
	sojourn, wait []float64
	busy          float64
}

func (m *measured) finish(elapsed float64, servers int) {
	cut := len(m.sojourn) / 20 // the start from empty
	m.sojourn, m.wait = m.sojourn[cut:], m.wait[cut:]
	sort.Float64s(m.sojourn)
	sort.Float64s(m.wait)
	m.busy /= elapsed * float64(servers)
}

func quantileOf(sorted []float64, p float64) float64 {
	return sorted[int(p*float64(len(sorted)))]
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// arrivals are the times of requests: Poisson clusters of logarithmic size.
func (w workload) arrivals(r *rand.Rand) []float64 {
	rate, q := w.rate, 0.0
	if w.dispersion > 1 {
		rate *= math.Log(w.dispersion) / (w.dispersion - 1)
		q = 1 - 1/w.dispersion
	}
	t := make([]float64, 0, w.requests)
	now := 0.0
	for len(t) < w.requests {
		now += r.ExpFloat64() / rate
		size := 1
		if q > 0 {
			p := q / math.Log(w.dispersion)
			for u := r.Float64() - p; u > 0 && p > 1e-12; u -= p {
				p *= q * float64(size) / float64(size+1)
				size++
			}
		}
		for range size {
			t = append(t, now)
		}
	}
	return t
}

// step is the time of a step.
func (w workload) step(r *rand.Rand, batch int) float64 {
	s := w.server.Alpha + w.server.Beta*float64(batch)
	if w.server.CV == 0 {
		return s
	}
	shape := 1 / (w.server.CV * w.server.CV)
	return s * gammaVariate(r, shape) / shape
}

// gammaVariate follows Marsaglia and Tsang (A simple method for generating gamma
// variables, ACM Trans. Math. Softw. 2000).
func gammaVariate(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gammaVariate(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// oneQueue simulates servers that each, when free, take all that wait up to a full batch.
func (w workload) oneQueue() measured {
	r := rand.New(rand.NewPCG(1, 2))
	at := w.arrivals(r)
	free := make([]float64, w.servers)
	var m measured
	last := 0.0
	for i := 0; i < len(at); {
		k := 0
		for j := range free {
			if free[j] < free[k] {
				k = j
			}
		}
		start := math.Max(free[k], at[i])
		j := i
		for j < len(at) && at[j] <= start && j-i < w.server.MaxBatch {
			j++
		}
		s := w.step(r, j-i)
		m.busy += s
		for _, a := range at[i:j] {
			m.wait, m.sojourn = append(m.wait, start-a), append(m.sojourn, start+s-a)
		}
		free[k], last, i = start+s, start+s, j
	}
	m.finish(last, w.servers)
	return m
}

// station is a server with a queue of its own.
type station struct {
	waiting []float64
	serving int
	until   float64
}

// fewest simulates servers with a queue each, where a request joins the one with the
// fewest requests, any of several such.
func (w workload) fewest() measured {
	r := rand.New(rand.NewPCG(3, 4))
	stations := make([]station, w.servers)
	for k := range stations {
		stations[k].until = math.Inf(1)
	}
	var m measured
	last := 0.0
	for _, now := range w.arrivals(r) {
		for {
			k := 0
			for j := range stations {
				if stations[j].until < stations[k].until {
					k = j
				}
			}
			if stations[k].until > now {
				break
			}
			w.begin(&stations[k], stations[k].until, r, &m)
		}
		k, least := 0, math.MaxInt
		offset := r.IntN(w.servers)
		for j := range stations {
			i := (j + offset) % w.servers
			if n := stations[i].serving + len(stations[i].waiting); n < least {
				k, least = i, n
			}
		}
		s := &stations[k]
		s.waiting = append(s.waiting, now)
		if math.IsInf(s.until, 1) {
			w.begin(s, now, r, &m)
		}
		last = now
	}
	m.finish(last, w.servers)
	return m
}

// begin starts the next step of a station, or its rest.
func (w workload) begin(s *station, now float64, r *rand.Rand, m *measured) {
	s.serving = min(len(s.waiting), w.server.MaxBatch)
	if s.serving == 0 {
		s.until = math.Inf(1)
		return
	}
	step := w.step(r, s.serving)
	m.busy += step
	for _, a := range s.waiting[:s.serving] {
		m.wait, m.sojourn = append(m.wait, now-a), append(m.sojourn, now+step-a)
	}
	s.waiting = s.waiting[s.serving:]
	s.until = now + step
}

// near fails unless got is within a share of want.
func near(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if !(math.Abs(got-want) <= share*math.Abs(want)) {
		t.Errorf("%s: got %.10g, want %.10g within %g", what, got, want, share)
	}
}
