package loadtest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Service is what the runs show about the replica that they drove. Times are s, rates 1/s.
type Service struct {
	Alone       float64 // one request with no other in flight; 0 where no run shows it
	CV          float64 // coefficient of variation of the times of requests alone; 0 where no run shows it
	Rate        Range   // 1/s at saturation
	MaxBatch    int     // largest batch, where requests are served together; 0 where they are not
	Concurrency int     // requests served in parallel, each at the full time; 0 where they are not

	Batches []BatchTime // where the tool sent batches from one client: their times

	Carried   float64  // the highest rate of a run
	Saturated bool     // saturation was reached; else Carried is a lower bound
	Why       string   // what shows that saturation was reached, or why nothing does
	Notes     []string // what the reader should know of the runs
}

// Range is a rate with its central 90 %.
type Range struct{ Low, Mid, High float64 }

// BatchTime is the time of a batch of that size.
type BatchTime struct {
	Size    int
	Seconds float64
}

// The bounds of judgement.
const (
	failing     = 0.01 // share of failed requests from which latencies are not those of a service that works
	behind      = 0.95 // share of the offered rate below which a service fell behind
	flat        = 0.15 // share of the growth of requests in flight that throughput may follow when it is saturated
	grown       = 1.2  // growth of requests in flight from which throughput ought to follow
	oneInFlight = 1.5  // requests in flight up to which a request is as good as alone
	even        = 1.2  // growth of latency up to which requests are served side by side
	mostInBatch = 4096
)

// point is a run as the fit sees it.
type point struct {
	Run
	n       float64 // samples in flight
	seconds float64 // of a request, middle
}

// Fit returns the service of one replica that the runs show. The error says why they show none.
func Fit(runs []Run) (Service, error) {
	var s Service
	points, err := s.usable(runs)
	if err != nil {
		return s, err
	}
	s.Carried, s.Saturated, s.Why = saturation(points)
	if s.batches(points); len(s.Batches) > 0 {
		return s, nil
	}
	s.alone(points)
	s.together(points)
	s.limit(points)
	return s, nil
}

// usable leaves out runs whose latencies are not those of a service that works.
func (s *Service) usable(runs []Run) ([]point, error) {
	var points []point
	failed := 0
	for _, r := range runs {
		share := r.FailedShare()
		if share > failing {
			failed++
			s.note("%s: %.2g %% of the requests failed", name(r), 100*share)
		}
		p := point{r, r.inFlight(), r.end2end()}
		switch {
		case share > failing:
		case !(p.QPS > 0):
			s.note("%s: no requests were answered", name(r))
		case !(p.seconds > 0) && r.Loop != Maximum:
			s.note("%s: no latency is given", name(r))
		default:
			points = append(points, p)
		}
		if r.Ramped {
			s.note("%s: the load was ramped, and one number covers all of it; run each load separately", name(r))
		}
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.n, b.n) })
	switch {
	case len(points) > 0:
		return points, nil
	case failed > 0:
		return nil, fmt.Errorf("in every run more than %g %% of the requests failed; test at a lower load", 100*failing)
	case len(runs) == 0:
		return nil, errEmpty
	}
	return nil, errors.New("no run has both a rate and latencies; give the tool's full report")
}

func (s *Service) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

// name is a run in words.
func name(r Run) string {
	switch {
	case r.Place != "":
		return r.Tool + ", " + r.Place
	case r.Clients > 0:
		return fmt.Sprintf("%s, %g in flight", r.Tool, r.Clients)
	case r.Offered > 0:
		return fmt.Sprintf("%s at %.4g/s", r.Tool, r.Offered)
	}
	return r.Tool
}

// saturation finds the most that was carried, and whether more load would have been carried
// too. Points are in the order of requests in flight.
func saturation(points []point) (qps float64, reached bool, why string) {
	top := points[0]
	for _, p := range points {
		if p.QPS > top.QPS {
			top = p
		}
	}
	last := points[len(points)-1]
	for _, p := range points {
		if p.Loop == Maximum {
			return top.QPS, true, fmt.Sprintf("%s sent as fast as requests were accepted: %.4g/s", p.Tool, p.QPS)
		}
		if why := p.fellBehind(); why != "" {
			return top.QPS, true, why
		}
	}
	for _, p := range slices.Backward(points) {
		more, gain := last.n/p.n-1, last.QPS/p.QPS-1
		if more < grown-1 {
			continue
		}
		if gain < flat*more && last.seconds > p.seconds {
			return top.QPS, true, fmt.Sprintf("with %.3g requests in flight instead of %.3g the rate went from %.4g to %.4g/s, and latency from %.3g to %.3g ms",
				last.n, p.n, p.QPS, last.QPS, p.seconds*1e3, last.seconds*1e3)
		}
		break
	}
	if oneByOne(points) {
		return top.QPS, false, "one client sends one request at a time, which shows the time of a request alone but not how many are served at once"
	}
	if len(points) == 1 {
		return top.QPS, false, fmt.Sprintf("one load alone, %.3g requests in flight, does not show whether more would have been carried", top.n)
	}
	return top.QPS, false, fmt.Sprintf("the rate still grew from run to run, up to %.4g/s with %.3g requests in flight", top.QPS, top.n)
}

// fellBehind says what shows that requests came faster than they were answered; "" where nothing does.
func (p point) fellBehind() string {
	switch {
	case p.Offered > 0 && p.QPS < behind*p.keptUp():
		return fmt.Sprintf("of %.4g/s offered %.4g/s were answered", p.Offered, p.QPS)
	case p.Loop == Open && p.Duration > 0 && p.seconds > p.Duration/10 && !(p.TTFT.Middle() > 0):
		return fmt.Sprintf("requests waited %.3g s of a run of %.3g s: the service fell behind", p.seconds, p.Duration)
	case p.Loop == Open && p.Duration > 0 && p.TTFT.Middle() > p.Duration/10:
		return fmt.Sprintf("first tokens waited %.3g s of a run of %.3g s: the service fell behind", p.TTFT.Middle(), p.Duration)
	}
	return ""
}

// keptUp is the rate at which a service that keeps up answers over a run at an offered rate: a run lasts
// until the last request that was sent is answered.
func (p point) keptUp() float64 {
	if p.Loop != Open || !(p.Requests > 0) {
		return p.Offered
	}
	return p.Requests / (p.Requests/p.Offered + p.seconds)
}

// oneByOne reports whether no run had more than one client, each of which waits for its answer.
func oneByOne(points []point) bool {
	return !slices.ContainsFunc(points, func(p point) bool { return p.Loop != Closed || p.Clients != 1 || p.size() > 1 })
}

// batches takes runs of one client that sent batches of several sizes for what they are: the
// times of batches.
func (s *Service) batches(points []point) {
	sizes := map[int]float64{}
	for _, p := range points {
		if p.Clients == 1 && p.size() == math.Round(p.size()) && p.size() <= mostInBatch {
			sizes[int(p.size())] = p.seconds
		}
	}
	if len(sizes) < 2 || len(sizes) < len(points) {
		return
	}
	for size, seconds := range sizes {
		s.Batches = append(s.Batches, BatchTime{size, seconds})
	}
	slices.SortFunc(s.Batches, func(a, b BatchTime) int { return cmp.Compare(a.Size, b.Size) })
	for i := 1; i < len(s.Batches); i++ { // noise: a larger batch is never faster
		s.Batches[i].Seconds = math.Max(s.Batches[i].Seconds, s.Batches[i-1].Seconds)
	}
	s.Alone, s.CV = s.Batches[0].Seconds, variation(points[0])
	if s.Batches[0].Size > 1 {
		s.Alone = 0
	}
}

// alone finds the time of a request with no other in flight: of a run that had no more, the
// fastest request of the lightest, or where the line through the runs begins.
func (s *Service) alone(points []point) {
	first := points[0]
	switch a, b := line(points); {
	case !(first.seconds > 0):
	case first.n <= oneInFlight && first.size() == 1:
		s.Alone, s.CV = first.seconds/waited(first), variation(first)
	case len(points) > 1 && b > 0 && a > 0 && first.size() == 1:
		s.Alone = math.Min(a+b, first.seconds)
	case first.Latency.Min > 0 && first.size() == 1:
		s.Alone = first.Latency.Min
		s.note("no run shows a request alone: the fastest of %s is used", name(first.Run))
	}
}

// waited is how much longer a request took at a light load than alone: half the requests in
// flight were ahead of it in an open loop, none in a closed one of one client.
func waited(p point) float64 {
	if p.Loop == Open && !p.Even {
		return 1 + p.n/2
	}
	return 1
}

// variation is the coefficient of variation of the times of requests alone.
func variation(p point) float64 {
	if p.Loop == Closed && p.Clients == 1 && p.Latency.SD > 0 && p.Latency.Mean > 0 {
		return math.Min(p.Latency.SD/p.Latency.Mean, 3)
	}
	return 0
}

// line is seconds = a + b·n by least squares over the runs before the rate levels off, in
// relative terms so that the short times count as much as the long.
func line(points []point) (a, b float64) {
	var w, wn, wnn, ws, wns float64
	for _, p := range points {
		if !(p.seconds > 0) {
			continue
		}
		k := 1 / (p.seconds * p.seconds)
		w, wn, wnn, ws, wns = w+k, wn+k*p.n, wnn+k*p.n*p.n, ws+k*p.seconds, wns+k*p.n*p.seconds
	}
	det := w*wnn - wn*wn
	if !(det > 1e-9*w*wnn) {
		return 0, 0
	}
	b = (w*wns - wn*ws) / det
	return (ws - b*wn) / w, b
}

// together settles whether requests are served side by side, each at the full time, or in
// batches: side by side where latency does not grow with the requests in flight until the rate
// levels off.
func (s *Service) together(points []point) {
	if !(s.Alone > 0) {
		return
	}
	side := s.Carried * s.Alone // requests in service, were each as slow as alone
	if side < 1+flat {
		s.Concurrency = 1
		return
	}
	knee := points[0]
	for _, p := range points {
		if p.QPS >= behind*s.Carried {
			knee = p
			break
		}
	}
	batch := math.Min(math.Max(math.Ceil(knee.n), math.Ceil(side*1.1)), mostInBatch)
	if knee.seconds > 0 && knee.seconds <= even*s.Alone || s.sideBySide(points, batch) {
		s.Concurrency = int(math.Ceil(side - flat))
		return
	}
	s.MaxBatch = int(batch)
}

// sideBySide reports whether latencies that stay until the rate is reached, and then grow with
// the requests in flight, fit the runs better than those of batches up to a size.
func (s *Service) sideBySide(points []point, batch float64) bool {
	slope := math.Max((batch/s.Carried-s.Alone)/math.Max(batch-1, 1), 0)
	var side, together float64
	for _, p := range points {
		if p.seconds > 0 {
			side += square(math.Log(p.seconds / math.Max(s.Alone, p.n/s.Carried)))
			together += square(math.Log(p.seconds / math.Max(s.Alone+slope*(p.n-1), p.n/s.Carried)))
		}
	}
	return side < together
}

func square(x float64) float64 { return x * x }

// What a range of a rate rests on.
const (
	repeated = 0.05 // by which repeats of one test on one machine differ, share
	unseen   = 4.0  // times what was carried that batches or parallel requests may yet add
)

// limit sets the saturated rate: that of the runs, or where they did not reach it what is
// carried at least, and what would be if requests in flight doubled and latency grew on in
// the same line.
func (s *Service) limit(points []point) {
	x := s.Carried
	if s.Saturated {
		s.Rate = Range{x * (1 - repeated), x, x * (1 + repeated)}
		if s.Concurrency > 0 {
			s.Alone = math.Min(s.Alone, float64(s.Concurrency)/x)
		}
		return
	}
	mid, high := x, unseen*x
	switch {
	case s.Concurrency == 1 && oneByOne(points):
		s.Concurrency = 2 // the middle, of ratios, between one request at a time and the most
		mid, high = float64(s.Concurrency)*x, unseen*x
		s.Alone = 1 / x
	case s.Concurrency > 0:
		mid = math.Max(float64(s.Concurrency)/s.Alone, x)
		s.Alone = float64(s.Concurrency) / mid
		high = unseen * mid
	case s.MaxBatch > 0:
		top := points[len(points)-1]
		slope := math.Max((top.seconds-s.Alone)/math.Max(top.n-1, 1), 0)
		s.MaxBatch = int(math.Min(2*math.Ceil(top.n), mostInBatch))
		n := float64(s.MaxBatch)
		mid = math.Max(n/(s.Alone+slope*(n-1)), x)
		high = math.Max(1/slope, mid)
	}
	s.Rate = Range{x, mid, math.Min(high, 2*unseen*mid)}
}
