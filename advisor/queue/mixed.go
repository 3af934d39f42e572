package queue

import "math"

// Mixed is identical servers under a balancer that is better informed than a random one and worse than a
// least-loaded one. Its times are a mean of the times under those two, quantile by quantile: where the tail
// of a wait is exponential, the decay time of round-robin is exactly such a mean.
type Mixed struct {
	Server
	N     int
	Share func(load, beyond float64) float64 // weight of least-loaded balancing at a share of saturation, for the time that a share of requests exceeds
}

// RoundRobin returns the weight of least-loaded balancing under round-robin. Each of n servers sees
// every nth arrival, whose gaps vary 1/n as much (squared coefficient), so that the decay time of the
// wait is proportional to ca²/n + cs² where random balancing has 1 + cs² and one queue (ca² + cs²)/n (Kingman, The single
// server queue in heavy traffic, Proc. Camb. Phil. Soc. 1961): a mean with weight 1/(1 + cs²). Constant
// service makes it one queue, exactly. variability is cs², of the work of a step.
func RoundRobin(variability float64) func(load, beyond float64) float64 {
	share := 1 / (1 + variability)
	return func(float64, float64) float64 { return share }
}

// PowerOfTwo returns the weight of least-loaded balancing where a request joins the shorter queue of two
// taken at random among n. With many servers and exponential service a share ρ^(2^k − 1) of them hold k requests or more
// (Vvedenskaya, Dobrushin and Karpelevich 1996; Mitzenmacher 2001); the weight is where the time there lies between random
// balancing and no wait. Two servers are the least-loaded of both.
func PowerOfTwo(n int) func(load, beyond float64) float64 {
	return func(load, beyond float64) float64 {
		if n <= 2 {
			return 1
		}
		alone := math.Log(1 / beyond)
		if !(load > 0 && load < 1) {
			return 1
		}
		random := alone / (1 - load)
		many := math.Min(math.Max((random-shorter(load, beyond))/(random-alone), 0), 1)
		return many + (1-many)*2/float64(n)
	}
}

// shorter returns the time in service times that a share of requests exceeds, with many servers and
// exponential service.
func shorter(load, beyond float64) float64 {
	var joins []float64 // share of requests that find k requests
	left := 1.0
	for k := 1; left > 1e-12; k++ {
		next := math.Pow(load, 2*(math.Exp2(float64(k))-1))
		joins, left = append(joins, left-next), next
	}
	exceeds := func(t float64) float64 {
		sum, term, tail := 0.0, math.Exp(-t), 0.0
		for k, p := range joins {
			tail += term // of an Erlang law of k+1 stages
			sum += p * tail
			term *= t / float64(k+1)
		}
		return sum
	}
	low, high := 0.0, math.Log(1/beyond)/(1-load)
	for range 60 {
		if middle := (low + high) / 2; exceeds(middle) > beyond {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// Saturation returns the largest throughput of all servers, requests per second.
func (m Mixed) Saturation() float64 { return Balanced{Server: m.Server, N: m.N}.Saturation() }

// At solves the servers under both balancers.
func (m Mixed) At(l Load) Result {
	random := Balanced{Server: m.Server, N: m.N}.At(l)
	if !random.Stable || m.N <= 1 {
		return random
	}
	pooled := Balanced{Server: m.Server, N: m.N, LeastLoaded: true}.At(l)
	t := &mixedTails{random: random, pooled: pooled, load: l.Rate / m.Saturation(), share: m.Share}
	w := m.Share(t.load, 0.5)
	between := func(a, b float64) float64 { return (1-w)*a + w*math.Min(a, b) }
	return Result{
		Stable: true, PWait: between(random.PWait, pooled.PWait), MeanWait: between(random.MeanWait, pooled.MeanWait),
		MeanSojourn: between(random.MeanSojourn, pooled.MeanSojourn), MeanBatch: between(random.MeanBatch, pooled.MeanBatch),
		SeenBatch: between(random.SeenBatch, pooled.SeenBatch), Busy: random.Busy, tails: t,
	}
}

// inquire compares the time that exactly the allowed share exceeds with the bound.
func (m Mixed) inquire(bound, share float64) inquiry {
	p := plain(m, bound)
	p.exact = varyingly
	p.exceeds = func(l Load) float64 {
		r := m.At(l)
		if !r.Stable {
			return 1
		}
		// As if the tail were exponential beyond the time of one request alone: the sign is exact.
		return math.Min(1, share*math.Pow(r.Quantile(1-share)/bound, steepness))
	}
	return p
}

// steepness converts a ratio of times into a ratio of tails, for the search.
const steepness = 5

// mixedTails are the tails of times that are means of two.
type mixedTails struct {
	random, pooled Result
	load           float64
	share          func(load, beyond float64) float64
}

// quantile returns the time that a share of the requests exceeds.
func (m *mixedTails) quantile(beyond float64) float64 {
	w := m.share(m.load, beyond)
	random := m.random.Quantile(1 - beyond)
	return (1-w)*random + w*math.Min(random, m.pooled.Quantile(1-beyond))
}

func (m *mixedTails) waitQuantile(beyond float64) float64 {
	w := m.share(m.load, beyond)
	random := m.random.WaitQuantile(1 - beyond)
	return (1-w)*random + w*math.Min(random, m.pooled.WaitQuantile(1-beyond))
}

func (m *mixedTails) sojourn(t float64) float64 { return inverse(m.quantile, t) }

func (m *mixedTails) wait(t float64) float64 { return inverse(m.waitQuantile, t) }

// inverse returns the share of requests whose time exceeds t, by the times that shares exceed.
func inverse(quantile func(beyond float64) float64, t float64) float64 {
	low, high := 1e-12, 1.0
	for range 50 {
		if middle := math.Sqrt(low * high); quantile(middle) > t {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
