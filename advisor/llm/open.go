package llm

import (
	"math"

	"scaleadvise.dev/scaleadvise/advisor/queue"
)

// Open is how the machine answers open arrivals of requests with such lengths. At or above
// saturation it is not stable: times that grow without end are +Inf, the time per output token
// is that of a full machine. A machine without times or lengths that make no sense are never
// stable.
func (m Machine) Open(l queue.Load, lengths Lengths) Response {
	return Replicas{Machine: m, N: 1}.At(l, lengths).Response()
}

// Saturation is the largest rate, 1/s, that the machine serves without a bound; 0 where
// machine or lengths make no sense.
func (m Machine) Saturation(lengths Lengths) float64 {
	d, ok := m.demandOf(lengths)
	if !ok {
		return 0
	}
	return d.saturation
}

// Answer is how replicas answer under a load. Times are seconds; the quantiles are +Inf where
// it is not stable.
type Answer struct {
	Stable   bool
	QPS      float64 // 1/s, requests finished
	PWait    float64 // share of requests that wait because the limit on those under way is reached
	Requests float64 // mean under way on one replica, waiting ones left out
	Busy     float64 // fraction of time that a step runs, mean over the replicas
	MeanWait float64 // s, for the limit

	MeanTTFT, MeanTPOT, MeanE2E float64

	ttft, tpot, e2e, wait mixture
}

// TTFT is the time within which a share p of the requests has its first token.
func (a Answer) TTFT(p float64) float64 { return a.quantile(a.ttft, p) }

// TPOT is the mean time per output token after the first that a share p of the requests
// keeps; 0 where requests have one token only.
func (a Answer) TPOT(p float64) float64 {
	if len(a.tpot) == 0 {
		return a.MeanTPOT
	}
	return a.tpot.quantile(p)
}

// Quantile is the time within which a share p of the requests is complete.
func (a Answer) Quantile(p float64) float64 { return a.quantile(a.e2e, p) }

// WaitQuantile is the time within which a share p of the requests is admitted.
func (a Answer) WaitQuantile(p float64) float64 { return a.quantile(a.wait, p) }

func (a Answer) quantile(m mixture, p float64) float64 {
	if !a.Stable || !(p < 1) {
		return math.Inf(1)
	}
	return m.quantile(math.Max(p, 0))
}

// Response is the answer with its usual percentiles.
func (a Answer) Response() Response {
	return Response{
		QPS: a.QPS, Stable: a.Stable, Requests: a.Requests, Busy: a.Busy,
		MeanTTFT: a.MeanTTFT, MeanTPOT: a.MeanTPOT, MeanE2E: a.MeanE2E,
		TTFT: usual(a.TTFT), TPOT: usual(a.TPOT), E2E: usual(a.Quantile),
	}
}

func usual(q func(float64) float64) Quantiles {
	return Quantiles{q(0.5), q(0.9), q(0.95), q(0.99)}
}

// overloaded is the answer at or above saturation.
func (d *demand) overloaded(replicas float64) Answer {
	inf := math.Inf(1)
	return Answer{
		QPS: d.saturation * replicas, PWait: 1, Busy: 1, MeanWait: inf, MeanTTFT: inf, MeanE2E: inf,
		Requests: d.full + d.admitted*d.chunks,
		MeanTPOT: d.cycle / d.accepted,
		tpot:     d.perToken(levels{step: d.cycle, room: d.cycle, tight: d.cycle, full: 1, relaxing: 1}, stream{rate: d.saturation, pool: 1}),
	}
}

// answer is that of one replica below saturation.
func (d *demand) answer(in stream) Answer {
	l := d.solve(in)
	wait := d.waits(l, in)
	a := Answer{Stable: true, QPS: in.rate * in.pool, PWait: l.full, MeanWait: l.full * wait}
	a.wait = mixture{{share: 1 - l.full}, {share: l.full, mean: wait, variance: wait * wait}}
	without, with := d.classes(l, in, wait)
	a.ttft = d.toFirst(append(without, with))
	a.MeanTTFT = a.ttft.mean()
	a.tpot = d.perToken(l, in)
	if d.steps > 0 {
		a.MeanTPOT = l.step / d.accepted
	}
	a.MeanE2E = a.MeanTTFT + d.steps*l.step
	a.e2e = d.toLast(without, with, l, in)
	a.Requests = in.rate * (d.steps*l.step + d.prompt + (1-l.idle)*d.decode[0])
	a.Busy = 1 - l.idle*(1-math.Min(1, in.rate*d.prompt))
	return a
}

// waits is how long those that find no room wait for it in the mean, s: that of M/M/1 with
// the spread of arrivals and services (Allen and Cunneen, 1978; Kingman 1962).
func (d *demand) waits(l levels, in stream) float64 {
	scale := d.steps * l.step
	share := scale / (scale + d.prompt)
	service := d.stepsCV2*share*share + (d.promptSquare/(d.prompt*d.prompt)-1)*(1-share)*(1-share)
	room := in.pool * (d.saturation - in.rate)
	return (1 + in.over(math.Max(scale, 1/room)) + service) / 2 / room
}
