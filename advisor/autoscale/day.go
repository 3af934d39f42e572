package autoscale

import (
	"math"
)

// Outcome is the result of a simulated day with an autoscaler.
type Outcome struct {
	Replicas float64 // mean over the day of the replicas that are paid for
	Machines float64 // mean over the day of the machines that are paid for
	Most     int     // the most replicas at any time
	Short    float64 // share of requests that arrived while too few replicas were ready
	Idle     float64 // share of the day without a replica

	Running []float64 // share of the day for which at least one machine is paid for, at least two …
}

// Holds reports whether the replicas that answered were enough all day.
func (o Outcome) Holds() bool { return o.Short == 0 }

// Policy of Kubernetes for going up, unless configured: as many as there are, or four, a look.
const addedAtOnce = 4

// The share of looks after an idle time at which a request is expected, beyond which nothing stops.
const idleRequests = 0.5

// Run simulates a day with an autoscaler, by the rules of HorizontalPodAutoscaler v2, in steps of one
// evaluation. It simulates the day before first. With stop it scales to zero while hardly a request arrives.
func Run(day []float64, f Fleet, s Scaler, b Bounds, stop bool) Outcome {
	r := running{fleet: f, scaler: s, bounds: b, stop: stop, ready: b.Min}
	for range 2 {
		r.Outcome, r.asked = Outcome{}, 0
		for i := range day {
			r.step(day, i)
		}
	}
	out, n := r.Outcome, float64(len(day))
	out.Replicas, out.Machines, out.Idle = out.Replicas/n, out.Machines/n, out.Idle/n
	for k := range out.Running {
		out.Running[k] /= n
	}
	if r.asked > 0 {
		out.Short /= r.asked
	}
	return out
}

// running is a day under way.
type running struct {
	Outcome
	fleet    Fleet
	scaler   Scaler
	bounds   Bounds
	stop     bool
	now      int   // steps since the beginning
	ready    int   // replicas that answer
	starting []int // steps at which others will
	wanted   []int // by the last looks
	asked    float64
}

func (r *running) step(day []float64, i int) {
	for len(r.starting) > 0 && r.starting[0] <= r.now {
		r.ready, r.starting = r.ready+1, r.starting[1:]
	}
	r.resize(r.wish(day, i))
	rate, paid := day[i], r.ready+len(r.starting)
	r.asked += rate
	if r.ready < r.fleet.Static && rate > r.fleet.Carries[r.ready]*(1+rounding) && !(r.stop && r.ready == 0) {
		r.Short += rate
	}
	if paid == 0 {
		r.Idle++
	}
	machines := r.fleet.Machines(paid)
	for k := range machines {
		if k == len(r.Running) {
			r.Running = append(r.Running, 0)
		}
		r.Running[k]++
	}
	r.Replicas, r.Machines, r.Most = r.Replicas+float64(paid), r.Machines+float64(machines), max(r.Most, paid)
	r.now++
}

// wish is the number of replicas that the signal asks for, before it is stabilized.
func (r *running) wish(day []float64, i int) int {
	rate, looks := 0.0, max(1, int(r.scaler.Measured/r.scaler.Every))
	for k := 1; k <= looks; k++ {
		rate += day[(i-k+len(day))%len(day)] / float64(looks)
	}
	if r.stop && rate*r.scaler.Calm <= idleRequests {
		return 0
	}
	now := r.ready + len(r.starting)
	wish := now
	if now == 0 || math.Abs(rate/(r.bounds.Target*float64(now))-1) > r.scaler.Tolerance {
		wish = int(math.Min(math.Ceil(rate/r.bounds.Target-rounding), float64(r.bounds.Max)))
	}
	return min(max(wish, r.bounds.Min), r.bounds.Max)
}

// resize starts replicas at once, and lets them go when fewer were wanted for long enough.
func (r *running) resize(wish int) {
	calm := max(1, int(r.scaler.Calm/r.scaler.Every))
	if r.wanted = append(r.wanted, wish); len(r.wanted) > calm {
		r.wanted = r.wanted[1:]
	}
	now := r.ready + len(r.starting)
	if wish < now {
		for _, n := range r.wanted {
			wish = max(wish, n)
		}
		wish = min(wish, now)
	}
	wish = min(wish, max(2*now, now+addedAtOnce))
	for ; now < wish; now++ {
		r.starting = append(r.starting, r.now+int(math.Ceil(r.fleet.ColdStart/r.scaler.Every)))
	}
	for ; now > wish; now-- {
		if n := len(r.starting); n > 0 {
			r.starting = r.starting[:n-1]
		} else {
			r.ready--
		}
	}
	if r.fleet.ColdStart == 0 {
		r.ready, r.starting = r.ready+len(r.starting), nil
	}
}
