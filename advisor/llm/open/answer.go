package open

import (
	"math"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// Open returns how the machine answers open arrivals of requests with such lengths; see
// Serving.At.
func (m Machine) Open(l queue.Load, lengths llm.Lengths) Response {
	return Replicas{Machine: m, N: 1}.Serve(lengths).At(l).Response()
}

// Saturation returns the largest rate, 1/s, that the machine serves without a bound; 0 where machine or
// lengths are invalid.
func (m Machine) Saturation(lengths llm.Lengths) float64 {
	return Replicas{Machine: m, N: 1}.Serve(lengths).Saturation()
}

// Answer is how replicas answer under a load. Times are seconds; without a steady state those that grow
// without bound are +Inf, and the time per output token is that of fully occupied replicas.
type Answer struct {
	Stable   bool
	QPS      float64 // 1/s, requests finished
	PWait    float64 // share of requests that wait because the concurrency limit is reached
	MeanWait float64 // s, mean of that wait
	Requests float64 // mean running on one replica, without those that wait
	Busy     float64 // share of time that a step runs, mean over the replicas

	MeanTTFT, MeanTPOT, MeanE2E float64

	d    *demand
	in   stream
	l    levels
	wait float64 // s, of those that wait, mean
}

// TTFT returns the time within which a share p of the requests has its first token.
func (a Answer) TTFT(p float64) float64 { return a.quantile(a.toFirst, p) }

// TPOT returns the mean time per output token after the first that a share p of the requests
// keeps; 0 where requests have only one token.
func (a Answer) TPOT(p float64) float64 {
	if a.d == nil || !(p < 1) {
		return math.Inf(1)
	}
	return a.perToken().quantile(math.Max(p, 0))
}

// Quantile returns the time within which a share p of the requests is complete.
func (a Answer) Quantile(p float64) float64 { return a.quantile(a.toLast, p) }

// WaitQuantile returns the time within which a share p of the requests is admitted.
func (a Answer) WaitQuantile(p float64) float64 { return a.quantile(a.admitted, p) }

func (a Answer) quantile(law func() mixture, p float64) float64 {
	if !a.Stable || !(p < 1) {
		return math.Inf(1)
	}
	return law().quantile(math.Max(p, 0))
}

// Response returns the answer with its usual percentiles.
func (a Answer) Response() Response {
	r := Response{
		QPS: a.QPS, Stable: a.Stable, Requests: a.Requests, Busy: a.Busy,
		MeanTTFT: a.MeanTTFT, MeanTPOT: a.MeanTPOT, MeanE2E: a.MeanE2E,
		TTFT: never, TPOT: never, E2E: never,
	}
	if a.d != nil {
		r.TPOT = a.perToken().usual()
	}
	if a.Stable {
		r.TTFT, r.E2E = a.toFirst().usual(), a.toLast().usual()
	}
	return r
}

var never = Quantiles{math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)}

// impossible is the answer of a machine without times or to lengths that make no sense.
func impossible() Answer {
	inf := math.Inf(1)
	return Answer{PWait: 1, Busy: 1, MeanWait: inf, MeanTTFT: inf, MeanTPOT: inf, MeanE2E: inf}
}

// overloaded is the answer at or above saturation.
func (d *demand) overloaded(replicas float64) Answer {
	a := impossible()
	a.QPS = d.saturation * replicas
	a.Requests = d.admitted * (d.steps + d.chunks)
	a.d, a.in = d, stream{rate: d.saturation, pool: 1}
	a.l = levels{full: 1, step: d.cycle, room: d.cycle, tight: d.cycle, relaxing: 1, longest: math.Inf(1), rate: d.saturation}
	a.MeanTPOT = 0
	if d.steps > 0 {
		a.MeanTPOT = d.cycle / d.accepted
	}
	return a
}

// answer is that of one replica below saturation.
func (d *demand) answer(in stream) Answer {
	l := d.solve(in)
	a := Answer{Stable: true, QPS: in.rate * in.pool, PWait: l.full, d: d, in: in, l: l, wait: d.waits(l, in)}
	a.MeanWait = l.full * a.wait
	classes := a.classes()
	for i, c := range classes {
		a.MeanTTFT += c.share * (c.mean + d.prompt - a.shared(i))
	}
	if d.steps > 0 {
		a.MeanTPOT = l.step / d.accepted
	}
	a.MeanE2E = a.MeanTTFT + d.steps*l.step
	a.Requests = math.Min(in.rate*(d.steps*l.step+d.prompt+(1-l.idle)*d.decode[0]), d.admitted*(d.steps+d.chunks))
	a.Busy = math.Max(0, 1-classes[0].share-classes[1].share)
	return a
}

// waits is how long those that find no room wait for it in the mean, s: that of M/M/1 with
// the spread of arrivals and services (Kingman, On queues in heavy traffic, J. R. Stat. Soc.
// B 1962; Allen, Probability, Statistics and Queueing Theory, 1978). That of outputs counts as
// far as a step takes as long for one as for all; what is shared evenly does not feel it
// (Kelly). That of prompts counts for more than its share, because what comes during a long
// one comes to a full machine at once.
func (d *demand) waits(l levels, in stream) float64 {
	scale := d.steps * l.step
	share := scale / (scale + d.prompt)
	room := in.pool * (d.saturation - in.rate)
	varies := 0.0
	if d.full > 0 {
		varies = d.stepsCV2 * share * share * math.Min(1, d.decode[0]/d.cycle)
	}
	if reads := math.Min(1, d.saturation*d.more); d.more > 0 {
		varies += (d.moreSquare/(d.more*d.more) - 1) * reads * reads * (2 - reads)
	}
	return (1 + in.over(math.Max(scale, 1/room)) + varies) / 2 / room
}
