package queue

import "math"

// Balanced is n identical servers behind a load balancer. Random balancing makes n queues, each with its
// share of the rate and a thinned stream; least-loaded balancing is modelled as one queue for all, where the
// server knows how to share one (Sharer), else as random.
type Balanced struct {
	Server
	N           int // ≥ 1
	LeastLoaded bool
}

// Saturation returns the largest throughput of all servers, requests per second.
func (b Balanced) Saturation() float64 {
	if b.N < 1 {
		return 0
	}
	return float64(b.N) * b.Server.Saturation()
}

// At solves the balanced servers under a load.
func (b Balanced) At(l Load) Result {
	if b.N < 1 {
		return unstable(1)
	}
	if s, ok := b.shared(); ok {
		return s.At(l)
	}
	return b.Server.At(b.split(l))
}

func (b Balanced) shared() (Server, bool) {
	if !b.LeastLoaded || b.N == 1 {
		return nil, false
	}
	s, ok := b.Server.(Sharer)
	if !ok {
		return nil, false
	}
	return s.Shared(b.N), true
}

// split returns the load of one server under random balancing.
func (b Balanced) split(l Load) Load {
	return Load{Rate: l.Rate / float64(b.N), Dispersion: Thin(l.Dispersion, b.N), Window: l.Window}
}

// evenBatch is n batch servers of which each request joins the one with the fewest
// requests, approximately: see At.
type evenBatch struct {
	one Batch
	n   int
}

// Saturation returns the largest throughput of all servers, requests per second.
func (s evenBatch) Saturation() float64 { return float64(s.n) * s.one.Saturation() }

// Shared returns n times as many servers.
func (s evenBatch) Shared(n int) Server {
	s.n *= max(1, n)
	return s
}

// At treats the servers as stepping together, each with an even part of one queue: a
// batch server for n·MaxBatch whose steps take Alpha + Beta·b/n. What the parts lack of
// being even is n^¼ times the dispersion, and that they are whole requests, rounded up,
// in a request's own step. Steps that vary do so independently, so that the variance of the
// work that n of them do is an nth; the step that a request waits for is partly that of its
// own server and counts with the mean of both variances. A request that finds a server free, by Erlang's C for steps of
// one, is served alone at once. No tail is above that of random balancing.
//
// The model is ours; against simulations of 2 to 16 servers its p99 is from 14 % below to
// 27 % above, mostly within 5 %, where steps are constant; from 19 % below to 17 % above with a
// coefficient of variation of 0.3, and from 21 % below to 45 % above at 1.
func (s evenBatch) At(l Load) Result {
	n := float64(s.n)
	random := s.one.At(Balanced{N: s.n}.split(l))
	if !random.Stable || random.PWait == 0 {
		return random
	}
	q := s.queue(l.Rate)
	solver := solvers.Get().(*solver)
	defer solvers.Put(solver)
	r := q.at(l, solver)
	if r.PWait == 0 {
		return random
	}
	t := evenTails{evenly: s.mixed(r, l), random: random.tails}
	alone, share := t.alone, t.crowded
	r.tails = remembering(t, r.tails, random.tails)
	r.MeanWait = math.Min(random.MeanWait, share*math.Max(alone.mean/2, r.MeanWait/r.PWait))
	r.PWait = math.Min(random.PWait, share)
	batch := 1 - share + share*math.Max(1, r.SeenBatch/n)
	r.MeanBatch = math.Min(random.MeanBatch, 1-share+share*math.Max(1, r.MeanBatch/n))
	r.SeenBatch = math.Max(r.MeanBatch, math.Min(random.SeenBatch, batch))
	r.MeanSojourn = math.Min(random.MeanSojourn, r.MeanWait+s.one.Alpha+s.one.Beta*r.SeenBatch)
	// Who does not wait finds one of n idle: the mean batch is not so exact that its share of time
	// busy would know that.
	r.Busy = math.Min(1-(1-r.PWait)/n, l.Rate/n*(s.one.Alpha/r.MeanBatch+s.one.Beta))
	return r
}

// together returns the server of all that step together.
func (s evenBatch) together() Batch {
	n := float64(s.n)
	return Batch{s.one.Alpha, s.one.Beta / n, s.one.MaxBatch * s.n, s.one.CV / math.Sqrt(n)}
}

func (s evenBatch) queue(rate float64) batchQueue {
	n, full := float64(s.n), s.one.full()
	q := s.together().queue(s.one.CV, rate)
	q.before = math.Sqrt((q.before*q.before + math.Min(s.one.CV*s.one.CV, largestCV)) / 2)
	q.own.alpha += s.one.Beta * (1 - 1/n) / full
	q.uneven = (math.Pow(n, 0.25) - 1) * s.one.Alpha / full
	return q
}

// mixed returns the tails of those that step together, of an answer under a load, and of those that
// find a server free.
func (s evenBatch) mixed(r Result, l Load) evenly {
	alone := gamma{s.one.Alpha + s.one.Beta, s.one.CV}
	return evenly{together: r.tails, alone: alone, waits: r.PWait, crowded: ErlangC(s.n, l.Rate*alone.mean)}
}

// inquire asks the servers that step together, near where a search for the rate may begin; the
// other inquiry is that of random balancing, which is rarely the better and so rarely asked.
func (s evenBatch) inquire(bound, share float64) inquiry {
	q := s.queue(0)
	if !q.valid {
		return plain(s, bound)
	}
	chain := solvers.Get().(*solver)
	exceeds := func(l Load) float64 {
		r := s.queue(l.Rate).at(l, chain)
		if !r.Stable || r.PWait == 0 {
			return r.Exceeds(bound)
		}
		return unit(s.mixed(r, l).sojourn(bound))
	}
	return inquiry{
		exceeds: exceeds, guess: q.guess(bound/q.unit, share) * q.group / q.unit, exact: nearEvenly,
		other: func() inquiry { return Balanced{Server: s.one, N: s.n}.inquire(bound, share) },
		close: func() { solvers.Put(chain) },
	}
}

// evenTails are those of servers that step together, where random balancing has none smaller.
type evenTails struct {
	evenly
	random tails
}

func (s evenTails) wait(t float64) float64 { return math.Min(s.random.wait(t), s.evenly.wait(t)) }

func (s evenTails) sojourn(t float64) float64 {
	return math.Min(s.random.sojourn(t), s.evenly.sojourn(t))
}

// evenly mixes the requests that find a server free with the others.
type evenly struct {
	together tails
	alone    gamma
	waits    float64 // share of those that step together which wait
	crowded  float64 // share of those that find no server free
}

func (s evenly) wait(t float64) float64 {
	return s.crowded * math.Max(s.rest(t), unit(s.together.wait(t)/s.waits))
}

func (s evenly) sojourn(t float64) float64 {
	alone := s.alone.exceeds(t)
	waited := unit((s.together.sojourn(t) - (1-s.waits)*alone) / s.waits)
	waited = math.Max(waited, math.Max(alone, s.rest(t-s.alone.mean)))
	return (1-s.crowded)*alone + s.crowded*waited
}

// rest returns the tail of what is left of a step of one, the least that those wait who find
// no server free.
func (s evenly) rest(t float64) float64 { return unit(1 - t/s.alone.mean) }
