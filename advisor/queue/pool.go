package queue

import "math"

// Pool is a number of like servers on one queue, each serving one request at a time.
//
// CV 0 (M/D/c) is exact, also for clusters of requests. CV 1 (M/M/c) is exact for
// Poisson arrivals. Between them the conditional wait's quantiles are interpolated
// linearly in CV² (Tijms, A First Course in Stochastic Models, 2003, 9.6); above 1, and
// for CV 1 with burstier arrivals, the wait given that there is one is exponential with
// the mean of Allen and Cunneen and the probability of waiting is Whitt's (Approximations
// for the GI/G/m queue, Prod. Oper. Manag. 1993).
type Pool struct {
	Servers     int     // ≥ 1
	ServiceTime float64 // mean, seconds, > 0
	CV          float64 // coefficient of variation of the service time; 0 is constant
}

func (p Pool) valid() bool {
	return p.Servers >= 1 && p.ServiceTime > 0 && !math.IsInf(p.ServiceTime, 1) &&
		p.CV >= 0 && !math.IsInf(p.CV, 1)
}

// Saturation is the number of servers over the service time, requests per second.
func (p Pool) Saturation() float64 {
	if !p.valid() {
		return 0
	}
	return float64(p.Servers) / p.ServiceTime
}

// Shared is a pool of n times the servers.
func (p Pool) Shared(n int) Server {
	p.Servers *= max(1, n)
	return p
}

// At solves the pool under a load.
func (p Pool) At(l Load) Result {
	offered := l.Rate * p.ServiceTime
	if !p.valid() || !l.usable() || offered >= float64(p.Servers) {
		return unstable(1)
	}
	t := &poolTails{service: gamma{p.ServiceTime, p.CV}, unit: p.ServiceTime}
	if offered > 0 {
		t.law = p.waitLaw(offered, l.damped(p.relaxation(offered)))
	} else {
		t.law = exponentialWait{}
	}
	if p.CV < 1 {
		t.mix = mixture(p.CV)
	}
	wait := t.law.mean() * p.ServiceTime
	return Result{
		Stable: true, PWait: t.law.exceeds(0), MeanWait: wait, MeanSojourn: wait + p.ServiceTime,
		MeanBatch: 1, SeenBatch: 1, Busy: offered / float64(p.Servers), tails: t,
	}
}

// relaxation is how long the pool remembers, s: a service time, and near saturation
// that of M/M/c (Morse, Queues, Inventories and Maintenance, 1958).
func (p Pool) relaxation(offered float64) float64 {
	c := float64(p.Servers)
	gap := 1 - math.Sqrt(offered/c)
	return p.ServiceTime * math.Max(1, 1/(c*gap*gap))
}

// waitLaw is the wait in service times.
func (p Pool) waitLaw(offered, dispersion float64) waitLaw {
	if p.CV >= 1 {
		return p.markovian(offered, dispersion, p.CV*p.CV)
	}
	d := newClockedWait(p.Servers, offered, dispersion)
	if p.CV < constantCV {
		return d
	}
	return blend(d, p.markovian(offered, dispersion, 1), p.CV*p.CV)
}

// markovian is the exponential wait for service times of a squared coefficient of
// variation of 1 and more.
func (p Pool) markovian(offered, dispersion, cv2 float64) exponentialWait {
	scale := (dispersion + cv2) / 2 / (float64(p.Servers) - offered)
	return exponentialWait{p: waiting(p.Servers, offered, dispersion, cv2), scale: scale}
}

// waiting is Whitt's probability of waiting in GI/G/m for arrivals at least as variable
// as Poisson (his π₁): between one for heavy and one for light traffic, both Erlang's C
// moved along the tail of the normal law.
func waiting(servers int, offered, ca2, cs2 float64) float64 {
	c := ErlangC(servers, offered)
	if ca2 <= 1 || c == 0 {
		return c
	}
	m := float64(servers)
	rho := offered / m
	x := (1 - rho) * math.Sqrt(m)
	heavy := math.Min(1, c*normalTailRatio(x*(1+cs2)/(ca2+cs2), x))
	light := math.Min(1, c*normalTailRatio(x*2/(1+ca2), x))
	return rho*rho*heavy + (1-rho*rho)*light
}

// normalTailRatio is the normal law's tail above a over that above b, 0 ≤ a ≤ b.
func normalTailRatio(a, b float64) float64 {
	return math.Exp(logNormalTail(a) - logNormalTail(b))
}

// logNormalTail is the logarithm of the normal law's tail above x ≥ 0; far out by its
// asymptotic series (Abramowitz and Stegun 26.2.12).
func logNormalTail(x float64) float64 {
	if x < 20 {
		return math.Log(math.Erfc(x/math.Sqrt2) / 2)
	}
	y := 1 / (x * x)
	return -x*x/2 - math.Log(x*math.Sqrt(2*math.Pi)) + math.Log1p(-y*(1-3*y*(1-5*y)))
}

// poolTails are those of a pool.
type poolTails struct {
	service gamma
	unit    float64
	law     waitLaw
	mix     mix // of the service time where its CV is below 1
}

func (p *poolTails) wait(t float64) float64 { return p.law.exceeds(t / p.unit) }

func (p *poolTails) sojourn(t float64) float64 {
	switch {
	case p.service.constant():
		if t < p.unit {
			return 1
		}
		return p.wait(t - p.unit)
	case p.service.cv >= 1:
		return p.law.(exponentialWait).then(p.service.cv*p.service.cv, t/p.unit)
	}
	y := t / p.unit
	some := p.law.exceeds(0)
	if some == 0 {
		return p.service.exceeds(t)
	}
	sum := 0.0
	for i, f := range p.mix.factor {
		sum += p.mix.weight[i] * math.Min(some, p.law.exceeds(math.Max(0, y-f)))
	}
	return (1-some)*p.service.exceeds(t) + sum
}
