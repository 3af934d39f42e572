package simulate

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"scaleadvise/advisor/fanout"
)

// Meter reports the progress of a simulation to another goroutine.
type Meter struct {
	done, total atomic.Int64

	// Long, where set, is called for a run that will take long: with the number of requests, and about how
	// many seconds on the available cores.
	Long func(requests, seconds float64)
}

func (m *Meter) add(requests int64) {
	if m != nil {
		m.done.Add(requests)
	}
}

// A core works off this many requests a second, and a run that takes longer is announced.
const (
	eachSecond = 4e6
	long       = 5 // s
)

func (m *Meter) expect(requests, pace float64) {
	if m == nil {
		return
	}
	m.total.Store(int64(math.Min(float64(m.done.Load())+requests, math.MaxInt64/2)))
	if seconds := requests / pace; seconds > long && m.Long != nil {
		m.Long(requests, seconds)
	}
}

// Progress returns how many requests have arrived and how many are expected in total.
func (m *Meter) Progress() (done, total int64) { return m.done.Load(), m.total.Load() }

// How long a run is where no length is given.
const (
	firstEach  = 50_000     // requests of a replication, at first
	mostInAll  = 40_000_000 // requests of all
	dearer     = 10         // times that a request of a language model takes
	growth     = 4          // by which the next attempt is longer
	fineEnough = 0.02       // half width of the interval of p99 over p99
	usual      = 10         // replications
	longEach   = 20_000     // requests that make it worth to cut a run into replications
	scaleAfter = 600        // s that a scenario goes on after its last event
)

// Run simulates. The answer depends on the spec alone, not on how many cores work on it. When
// ctx ends before the run does the result is what is known so far, marked as partial. The error
// is about the spec.
func Run(ctx context.Context, s Spec, meter *Meter) (*Result, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	for _, v := range s.Events {
		if err := v.check(s.Fleet); err != nil {
			return nil, err
		}
		if end := s.story(); v.At > end {
			return nil, fmt.Errorf("%s at %s comes after the run, which ends at %s; let it start earlier, or run longer with --duration", v.Kind, span(v.At), span(end))
		}
	}
	if s.Scaler != nil {
		if err := s.Scaler.check(); err != nil {
			return nil, err
		}
	}
	switch {
	case s.Scenario():
		return s.once(ctx, s.story(), max(s.Replications, 1), meter), nil
	case s.Length > 0:
		length, n := s.given()
		return s.once(ctx, length, n, meter), nil
	}
	if s.Budget > 0 {
		return s.within(ctx, meter), nil
	}
	return s.enough(ctx, meter), nil
}

// story is how long a scenario lasts, s.
func (s Spec) story() float64 {
	if s.Length > 0 {
		return s.Length
	}
	length := s.Traffic.length()
	for _, v := range s.Events {
		length = math.Max(length, v.lasts(s.Fleet)+scaleAfter)
	}
	if length == 0 {
		length = scaleAfter
	}
	return length
}

// given is the length that was asked for, cut into replications where each is still long.
func (s Spec) given() (each float64, n int) {
	if s.Replications > 0 {
		return s.Length, s.Replications
	}
	long := math.Max(10*leastMemories*s.memory(), longEach/s.Traffic.Mean())
	n = int(math.Min(usual, math.Max(1, s.Length/long)))
	return s.Length / float64(n), n
}

// enough runs longer and longer until the answer is narrow.
func (s Spec) enough(ctx context.Context, meter *Meter) *Result {
	n := s.Replications
	if n == 0 {
		n = usual
	}
	first, most := float64(firstEach), mostInAll/float64(n)
	if s.Fleet.Scheduler != nil {
		first, most = first/dearer, most/dearer
	}
	rate := s.Traffic.Mean()
	each := math.Max(first, 3*leastMemories*math.Max(s.memory(), s.Traffic.Window)*rate)
	if s.load() >= 1 && !s.bounded() { // most likely it is unstable, which shows soon
		each = first
	}
	var known *Result // of a shorter run
	for {
		each = math.Min(each, most)
		r := s.once(ctx, each/rate, n, meter)
		if r.Partial && known != nil {
			known.Partial = true
			return known
		}
		narrow := r.P99Interval.Half() <= fineEnough*r.P99
		if r.Partial || ctx.Err() != nil || !r.Stable || each >= most || narrow && r.Verdict != CannotCertify {
			return r
		}
		known = r
		each *= growth
	}
}

// pace is about how many requests a second n replications work off on the cores there are.
func (s Spec) pace(n int) float64 {
	pace := eachSecond * float64(min(n, runtime.GOMAXPROCS(0)))
	if s.Fleet.Scheduler != nil {
		pace /= dearer
	}
	return pace
}

// once runs n replications of a length, on all cores.
func (s Spec) once(ctx context.Context, length float64, n int, meter *Meter) *Result {
	meter.expect(length*s.Traffic.Mean()*math.Max(1, s.Fleet.Station.Work)*float64(n), s.pace(n))
	runs := make([]*record, n)
	took, ttft := make([]coarse, windowsOf(length)), []coarse(nil)
	if s.Fleet.Scheduler != nil {
		ttft = make([]coarse, len(took))
	}
	var next atomic.Int64
	var all fanout.Group
	var adding sync.Mutex
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			var on sheets
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if i > 0 && ctx.Err() != nil {
					return // what has not begun is left out
				}
				e := newEngine(ctx, s, length, i, &on, meter)
				e.run()
				e.log.close()
				runs[i] = e.log
				adding.Lock() // counts add up to the same in any order
				for w := range took {
					took[w].merge(&on.took[w])
				}
				for w := range ttft {
					ttft[w].merge(&on.ttft[w])
				}
				adding.Unlock()
			}
		})
	}
	all.Wait()
	return finish(s, runs, took, ttft)
}
