package queue

import "math"

// Balanced is n like servers behind a load balancer. Random balancing makes n queues,
// each with its share of the rate and a thinned stream; least-loaded balancing is taken
// as one queue for all, where the server knows how to share one (Sharer), else as random.
type Balanced struct {
	Server
	N           int // ≥ 1
	LeastLoaded bool
}

// Saturation is n times that of one server.
func (b Balanced) Saturation() float64 {
	return float64(max(b.N, 0)) * b.Server.Saturation()
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

// split is the load of one server under random balancing.
func (b Balanced) split(l Load) Load {
	return Load{Rate: l.Rate / float64(b.N), Dispersion: Thin(l.Dispersion, b.N), Window: l.Window}
}

// sharedBatch is n batch servers on one queue, approximately: see At.
type sharedBatch struct {
	Batch
	n int
}

// Saturation is n times that of one server.
func (s sharedBatch) Saturation() float64 { return float64(s.n) * s.Batch.Saturation() }

// Shared is n times as many servers on the one queue.
func (s sharedBatch) Shared(n int) Server {
	s.n *= max(1, n)
	return s
}

// At takes the starts of steps, when all servers are busy, as those of one server with
// steps n times as short; the phases of n steps of one length are points on a circle, so
// that the squared coefficient of variation of the gaps is (n−1)/(n+1). A request's own
// step keeps its length. Requests that find a server free, by Erlang's C, are served
// alone at once. No tail is above that of random balancing.
func (s sharedBatch) At(l Load) Result {
	n := float64(s.n)
	random := s.Batch.At(Balanced{N: s.n}.split(l))
	if !random.Stable {
		return random
	}
	q := s.Batch.queue()
	q.own = service{q.own.alpha * n, q.own.beta * n}
	q.unit /= n
	q.cv2 = (n-1)/(n+1) + s.CV*s.CV/n
	solver := solvers.Get().(*solver)
	defer solvers.Put(solver)
	r := q.at(l, solver)
	if l.Rate == 0 {
		return r
	}
	busy := math.Min(1, r.Busy)
	share := math.Min(1, ErlangC(s.n, n*busy)/busy)
	alone := gamma{s.Alpha + s.Beta, s.CV}
	r.tails = sharedTails{r.tails, random.tails, alone, share}
	r.PWait = math.Min(random.PWait, share*r.PWait)
	r.MeanWait = math.Min(random.MeanWait, share*r.MeanWait)
	r.MeanSojourn = math.Min(random.MeanSojourn, (1-share)*alone.mean+share*r.MeanSojourn)
	r.SeenBatch = 1 - share + share*r.SeenBatch
	r.MeanBatch = 1 / (1 - share + share/r.MeanBatch)
	r.Busy = math.Min(1, l.Rate/n*(s.Alpha/r.MeanBatch+s.Beta))
	return r
}

// sharedTails mix those that find a server free with the others.
type sharedTails struct {
	queued, random tails
	alone          gamma
	share          float64
}

func (s sharedTails) wait(t float64) float64 {
	return math.Min(s.random.wait(t), s.share*s.queued.wait(t))
}

func (s sharedTails) sojourn(t float64) float64 {
	p := (1-s.share)*s.alone.exceeds(t) + s.share*s.queued.sojourn(t)
	return math.Min(s.random.sojourn(t), p)
}
