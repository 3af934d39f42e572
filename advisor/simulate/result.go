package simulate

import "math"

// Verdict is the result of a run regarding its goal.
type Verdict string

// The verdicts.
const (
	Holds         Verdict = "holds"
	Fails         Verdict = "fails"
	CannotCertify Verdict = "cannot-certify" // unstable, too short, or too close to the goal
)

// Result is the result of a simulation. Times are seconds, rates per second.
type Result struct {
	Spec         Spec
	Replications int
	Requests     int64   // requests of all replications together
	Duration     float64 // s during which requests arrived, all replications together
	Warmup       float64 // s dropped at the start of each replication
	Stable       bool
	Partial      bool // the run was interrupted
	Verdict      Verdict
	Reasons      []string // why it is not certified, or where it fails

	P50, P95, P99, P999 float64 // time until the answer; NaN where there is none
	MeanSojourn         Estimate
	P99Interval         Estimate
	AtGoal              Estimate // at the percentile of the goal
	TTFT, TPOT          Estimate // at the percentile of their bounds, of language models
	TTFT99, TPOT99      float64  // at p99; NaN without
	TTFT50, TPOT50      float64  // at p50, likewise
	MeanWait            Estimate
	WaitP99             float64
	Attainment          Estimate // share of requests answered within all bounds
	Kept                []Kept   // the same for each bound that there is
	Goodput             float64  // 1/s, answered within the goal
	Throughput          float64  // 1/s, answered
	Rate                float64  // 1/s, requests that arrived
	Busy                float64  // share of time that a worker is busy
	Queue               float64  // requests waiting, mean over time
	Rejected            int64    // requests never answered
	Refused             int64    // attempts that were rejected or lost
	GaveUp              int64    // attempts that clients abandoned
	Series              []Window
	Drain               Window  // after the last arrival, until all requests were answered; of Length 0 where none were left
	Scaling             *Scaled // with an autoscaler

	Work float64 // cost of the run, in requests of an ordinary model

	runs    []*record
	reached int // stretches of each run that count
}

// Kept says how well a bound is kept.
type Kept struct {
	Bound string // "the bound on TTFT"
	Share Estimate
	Asked float64 // share of requests that must keep it
}

// Scaled is what an autoscaler did.
type Scaled struct {
	Replicas float64 // replicas that are paid for, mean over time
	Most     int     // most replicas paid for at once
	Static   int     // fixed number that holds the highest rate at the target
	Ramp     float64 // growth of the rate within Lead, at most, as a factor
	Lead     float64 // s from a rise in the rate until a new replica answers
}

// scaled sums up what the autoscaler did.
func (r *Result) scaled() *Scaled {
	s := r.Spec.Scaler
	if s == nil {
		return nil
	}
	out := &Scaled{Lead: s.Measured + s.Every + r.Spec.Fleet.ColdStart, Ramp: 1}
	peak := 0.0
	for _, run := range r.runs {
		out.Replicas += run.replicas / math.Max(run.end, 1e-9) / float64(len(r.runs))
		out.Most = max(out.Most, run.most)
	}
	for i, w := range r.Series {
		rate := w.Asked / w.Length
		peak = math.Max(peak, rate)
		for j := i - 1; j >= 0 && w.Start-r.Series[j].Start <= out.Lead+w.Length/2; j-- {
			// What few requests show is chance.
			if before := r.Series[j]; before.Asked >= leastBeyond {
				out.Ramp = math.Max(out.Ramp, rate/(before.Asked/before.Length))
			}
		}
	}
	out.Static = int(math.Ceil(peak/s.Target - 1e-9))
	return out
}

// finish makes the result of replications.
func finish(s Spec, runs []*record, took, ttft []coarse) *Result {
	runs, reached := begun(runs)
	r := &Result{Spec: s, Replications: len(runs), runs: runs, reached: reached, Stable: true, Partial: reached < cellCount}
	for _, run := range runs {
		for i := range run.kept {
			r.Requests += run.kept[i].asked()
		}
		r.Duration += math.Min(run.length, math.Max(run.end, 0))
		if run.tokens {
			r.Work += stepWork * float64(run.steps)
		}
	}
	each := 1.0
	if s.Fleet.Scheduler != nil {
		each = requestWork
	}
	r.Work += each * math.Max(1, s.Fleet.Station.Work) * float64(r.Requests)
	from, settles := 0, true
	if !s.Scenario() && !r.Partial {
		from, settles = settled(cellMeans(runs))
		r.Warmup = float64(from) * runs[0].length / cellCount
	}
	parts, known := independent(runs, from, reached, s)
	r.describe(parts)
	r.follow(took, ttft)
	r.Scaling = r.scaled()
	r.judge(settles, known)
	return r
}

// begun are the replications that began before they were interrupted, and how many stretches
// each of them reached: all, unless one was interrupted.
func begun(runs []*record) (some []*record, reached int) {
	reached = cellCount
	for _, r := range runs {
		if r == nil {
			continue
		}
		some = append(some, r)
		if r.cutShort {
			reached = min(reached, max(1, int(r.end*r.perCell)))
		}
	}
	return some, reached
}

// cellMeans are the mean times of each stretch over all replications.
func cellMeans(runs []*record) []float64 {
	means := make([]float64, cellCount)
	for i := range means {
		took, answered := 0.0, int64(0)
		for _, r := range runs {
			took += r.kept[i].took
			answered += r.kept[i].answered
		}
		switch {
		case answered > 0:
			means[i] = took / float64(answered)
		case i > 0:
			means[i] = means[i-1]
		}
	}
	return means
}

// describe fills what the sections say.
func (r *Result) describe(s sections) {
	whole := s.whole()
	quantile := func(p float64) func(*cell) float64 {
		return func(c *cell) float64 { return c.sojourns.quantile(p) }
	}
	r.P50, r.P95, r.P99, r.P999 = quantile(0.5)(&whole), quantile(0.95)(&whole), quantile(0.99)(&whole), quantile(0.999)(&whole)
	r.P99Interval, r.AtGoal = s.ratio(&whole, quantile(0.99)), s.ratio(&whole, quantile(r.percentile()))
	answered := func(c *cell) float64 { return math.Max(1, float64(c.answered)) }
	r.MeanSojourn = s.estimate(&whole, func(c *cell) float64 { return c.took / answered(c) })
	r.MeanWait = s.estimate(&whole, func(c *cell) float64 { return c.waited / answered(c) })
	r.WaitP99 = whole.waits.quantile(0.99)
	r.Attainment = s.estimate(&whole, func(c *cell) float64 { return float64(c.within) / math.Max(1, float64(c.asked())) })
	r.promised(s, &whole)
	seconds := r.counted()
	r.Goodput, r.Throughput, r.Rate = float64(whole.within)/seconds, float64(whole.answered)/seconds, float64(whole.asked())/seconds
	r.Rejected, r.Refused, r.GaveUp = whole.failed, whole.refused, whole.gaveUp
}

// promised is how well each bound is kept, and the times of language models.
func (r *Result) promised(s sections, whole *cell) {
	for i, p := range r.Spec.Goal.promises() {
		if math.IsInf(p.bound, 1) {
			continue
		}
		share := s.estimate(whole, func(c *cell) float64 { return float64(c.keeps[i]) / math.Max(1, float64(c.asked())) })
		r.Kept = append(r.Kept, Kept{p.name, share, p.share})
	}
	if r.Spec.Fleet.Scheduler == nil {
		r.TTFT99, r.TPOT99, r.TTFT50, r.TPOT50 = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		return
	}
	at := r.Spec.Goal.promises()[byTTFT].share
	r.TTFT = s.ratio(whole, func(c *cell) float64 { return c.ttft.quantile(at) })
	r.TPOT = s.ratio(whole, func(c *cell) float64 { return c.tpot.quantile(at) })
	r.TTFT99, r.TPOT99 = whole.ttft.quantile(0.99), whole.tpot.quantile(0.99)
	r.TTFT50, r.TPOT50 = whole.ttft.quantile(0.5), whole.tpot.quantile(0.5)
}

// counted is the time that counts, beyond warm-ups, s.
func (r *Result) counted() float64 {
	if r.Partial {
		return math.Min(r.Duration, float64(r.reached*r.Replications)/r.runs[0].perCell)
	}
	return math.Max(r.Duration-r.Warmup*float64(r.Replications), 1e-9)
}

func (r *Result) percentile() float64 {
	if p := r.Spec.Goal.Percentile; p > 0 {
		return p
	}
	return 0.99
}

// drained is what happened after the last arrival.
func (r *Result) drained() Window {
	w := Window{Start: r.runs[0].length, P50: math.NaN(), P99: math.NaN(), TTFT99: math.NaN()}
	var span, workers, working float64
	for _, run := range r.runs {
		o := run.windows[len(run.windows)-1]
		span += math.Max(0, run.end-run.length)
		w.Queue, w.Replicas = w.Queue+o.area, w.Replicas+o.up
		workers, working = workers+o.room, working+o.busy
	}
	if !(span > 0) {
		return Window{}
	}
	w.Length, w.Queue, w.Replicas = span/float64(len(r.runs)), w.Queue/span, w.Replicas/span
	w.Busy = math.Min(1, working/math.Max(workers, 1e-12))
	return w
}

// follow makes the time series and what is a mean over time.
func (r *Result) follow(took, ttft []coarse) {
	n := float64(len(r.runs))
	slice := 1 / r.runs[0].perSlice
	var area, busy, room, span float64
	windows := r.runs[0].windows[:len(r.runs[0].windows)-1]
	if r.Partial {
		windows = windows[:max(1, int(float64(r.reached)/r.runs[0].perCell/slice))]
	}
	for i := range windows {
		w := Window{Start: float64(i) * slice, Length: math.Min(slice, r.runs[0].length-float64(i)*slice)}
		var workers, working float64
		for _, run := range r.runs {
			o := &run.windows[i]
			w.Asked += float64(o.answered+o.failed) / n
			w.Answered += float64(o.answered) / n
			w.Within += float64(o.within) / n
			w.Refused += float64(o.refused) / n
			w.Failed += float64(o.failed) / n
			w.Replicas += o.up / n / w.Length
			w.Queue += o.area / n / w.Length
			workers, working = workers+o.room, working+o.busy
		}
		w.Busy = math.Min(1, working/math.Max(workers, 1e-12))
		w.P50, w.P99, w.TTFT99 = took[i].quantile(0.5), took[i].quantile(0.99), math.NaN()
		if ttft != nil {
			w.TTFT99 = ttft[i].quantile(0.99)
		}
		if last := i > 0 && i == len(windows)-1; w.Start >= r.Warmup-1e-9 && !last {
			area, span = area+w.Queue*w.Length, span+w.Length
			busy, room = busy+working, room+workers
		}
		r.Series = append(r.Series, w)
	}
	if !r.Partial {
		r.Drain = r.drained()
	}
	r.Queue, r.Busy = area/math.Max(span, 1e-12), math.Min(1, busy/math.Max(room, 1e-12))
}
