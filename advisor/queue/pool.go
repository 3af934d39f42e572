package queue

import "math"

// Pool is a number of identical servers on one queue, each serving one request at a time.
//
// CV 0 (M/D/c) is exact, also for clusters of requests, and so is CV 1 (M/M/c) with
// Poisson arrivals. Anything else adds to the wait under constant service what the
// variability of service adds, in proportion to CV²: see blendedWait.
type Pool struct {
	Servers     int     // ≥ 1
	ServiceTime float64 // mean, seconds, > 0
	CV          float64 // coefficient of variation of the service time; 0 is constant
}

// largestPool is the number of servers above which they are counted in groups: fewer servers with the same
// load have slightly longer waits, which lowered the sustainable rate of 4,096 servers by up to 0.3 %.
const largestPool = 1 << 11

func (p Pool) valid() bool {
	return p.Servers >= 1 && p.ServiceTime > 0 && !math.IsInf(p.ServiceTime, 1) &&
		p.CV >= 0 && !math.IsInf(p.CV, 1)
}

// Saturation returns the number of servers over the service time, requests per second.
func (p Pool) Saturation() float64 {
	if !p.valid() {
		return 0
	}
	return float64(p.Servers) / p.ServiceTime
}

// Shared returns a pool of n times the servers.
func (p Pool) Shared(n int) Server {
	p.Servers *= max(1, n)
	return p
}

// At solves the pool under a load.
func (p Pool) At(l Load) Result {
	if p.Servers > largestPool {
		group := float64(p.Servers) / largestPool
		l.Rate /= group
		l.Dispersion = math.Max(1, l.Dispersion/group) // Hayward's approximation
		p.Servers = largestPool
	}
	offered := l.Rate * p.ServiceTime
	if !p.valid() || !l.usable() || offered >= float64(p.Servers) {
		return unstable(1)
	}
	t := &poolTails{service: gamma{p.ServiceTime, p.CV}, unit: p.ServiceTime, law: exponentialWait{}}
	if offered > nothingOf*float64(p.Servers) {
		t.law = p.waitLaw(offered, l.damped(p.relaxation(offered)))
	}
	if t.byWait = t.law.quantile(1) < p.CV; t.byWait {
		t.mix = exponents
	} else {
		t.mix = trapezoid(p.CV)
	}
	wait := t.law.mean() * p.ServiceTime
	return Result{
		Stable: true, PWait: t.law.exceeds(0), MeanWait: wait, MeanSojourn: wait + p.ServiceTime,
		MeanBatch: 1, SeenBatch: 1, Busy: offered / float64(p.Servers), tails: t,
	}
}

// inquire begins to search where heavy traffic expects the rate: a wait is exponential with mean
// (d + cv²)/(2·spare) service times, d the dispersion (Kingman 1962), and begins where the
// spread of the number of requests about its mean reaches the servers (Halfin and Whitt,
// Heavy-traffic limits for queues with many exponential servers, Oper. Res. 1981).
func (p Pool) inquire(bound, share float64) inquiry {
	one := plain(p, bound)
	if !p.valid() {
		return one
	}
	if p.CV >= constantCV && p.CV != 1 {
		one.exact = varyingly
	}
	c := math.Min(float64(p.Servers), largestPool)
	room := bound/p.ServiceTime - 1 - 2*p.CV
	spare := 2 / math.Sqrt(c)
	if room > 0 {
		spare = math.Min(spare, math.Log(1/share)*(1+p.CV*p.CV)/(2*c*room))
	}
	one.guess = p.Saturation() * math.Max(0.1, 1-spare)
	return one
}

// relaxation returns the relaxation time of the pool, s: a service time, and near saturation
// that of M/M/c (Morse, Queues, Inventories and Maintenance, 1958).
func (p Pool) relaxation(offered float64) float64 {
	c := float64(p.Servers)
	gap := 1 - math.Sqrt(offered/c)
	return p.ServiceTime * math.Max(1, 1/(c*gap*gap))
}

// waitLaw returns the wait in service times.
func (p Pool) waitLaw(offered, dispersion float64) waitLaw {
	if p.CV == 1 && dispersion == 1 {
		return markovianWait(p.Servers, offered)
	}
	burst := newClockedWait(p.Servers, offered, dispersion)
	if p.CV < constantCV {
		return burst
	}
	calm := burst
	if dispersion > 1 {
		calm = newClockedWait(p.Servers, offered, 1)
	}
	return blend(burst, calm, markovianWait(p.Servers, offered), p.CV*p.CV)
}

// exponents are points of an exponential law of mean 1.
var exponents = trapezoid(1)

// poolTails are those of a pool.
type poolTails struct {
	service gamma
	unit    float64
	law     waitLaw
	mix     mix  // points of the exponent of the wait,
	byWait  bool // or, where false, of the service time
}

func (p *poolTails) wait(t float64) float64 { return p.law.exceeds(t / p.unit) }

func (p *poolTails) sojourn(t float64) float64 {
	switch {
	case p.service.constant():
		if t < p.unit {
			return 1
		}
		return p.wait(t - p.unit)
	case p.closed():
		return p.law.(exponentialWait).then(t / p.unit)
	}
	some := p.law.exceeds(0)
	return (1-some)*p.service.exceeds(t) + p.after(t/p.unit, some)
}

// after returns the probability that a request waits and that its wait and service together take longer than
// y service times. The narrower of the two laws is summed over points, the other is taken exactly.
func (p *poolTails) after(y, some float64) float64 {
	if some == 0 {
		return 0
	}
	sum := 0.0
	for i, f := range p.mix.factor {
		if p.byWait {
			sum += p.mix.weight[i] * some * gamma{1, p.service.cv}.exceeds(y-p.law.quantile(f))
		} else {
			sum += p.mix.weight[i] * math.Min(some, p.law.exceeds(math.Max(0, y-f)))
		}
	}
	return sum
}

// closed reports whether the sojourn has a closed form: that of M/M/c and of an idle pool
// with exponential service.
func (p *poolTails) closed() bool {
	_, ok := p.law.(exponentialWait)
	return ok && p.service.cv == 1
}
