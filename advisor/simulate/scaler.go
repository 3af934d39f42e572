package simulate

import (
	"fmt"
	"math"
)

// Scaler is Kubernetes' horizontal pod autoscaler (HorizontalPodAutoscaler v2) on the requests
// a second that each replica takes.
type Scaler struct {
	Min, Max  int
	Target    float64 // 1/s per replica
	Tolerance float64 // relative deviation from the target that is ignored; 0.1 in Kubernetes
	Every     float64 // s between evaluations; 15 in Kubernetes
	Measured  float64 // s over which the rate is measured
	CalmDown  float64 // s of the stabilization window for scaling down: the largest size wanted within it is kept; 300 in Kubernetes
	CalmUp    float64 // s of the window for scaling up: the smallest size wanted within it is taken; 0 in Kubernetes
	Up, Down  Policy
}

// Policy limits how fast the number of replicas may change within Period seconds: by Percent of the number
// before or by a number of Pods, whichever is more.
type Policy struct {
	Percent float64 // fraction
	Pods    int
	Period  float64 // s
}

// Kubernetes returns the autoscaler with its default configuration, for a target.
func Kubernetes(least, most int, target float64) Scaler {
	return Scaler{
		Min: least, Max: most, Target: target, Tolerance: 0.1, Every: 15, Measured: 30, CalmDown: 300,
		Up: Policy{Percent: 1, Pods: 4, Period: 15}, Down: Policy{Percent: 1, Period: 15},
	}
}

func (s Scaler) check() error {
	switch {
	case s.Min < 1 || s.Max < s.Min:
		return fmt.Errorf("autoscaling between %d and %d replicas: the least must be at least 1 and at most the most", s.Min, s.Max)
	case !(s.Target > 0) || !(s.Every > 0) || !(s.Measured >= 0) || !(s.Tolerance >= 0):
		return fmt.Errorf("autoscaling needs a target and a time between looks above 0")
	}
	return nil
}

// scaling is the state of an autoscaler.
type scaling struct {
	Scaler
	looks   []int64 // requests between the last looks, the newest last
	wanted  []want  // what was recommended, the newest last
	changes []want  // by how much the number was changed
	peak    float64 // 1/s, the highest rate seen
}

type want struct {
	at float64
	n  int
}

func newScaling(s Scaler, f *fleet) *scaling {
	f.paid = 0
	for i := range f.state {
		if f.state[i] == up {
			f.paid++
		}
	}
	return &scaling{Scaler: s}
}

// scale looks at the load and starts or stops replicas (pkg/controller/podautoscaler of
// Kubernetes: the number is load over target, rounded up, unless their ratio to what there is
// lies within the tolerance; then stabilized; then limited by the policies).
func (e *engine) scale() {
	f, s := e.fleet, e.fleet.scaler
	rate := s.measure(f.asked)
	f.asked = 0
	now := f.count(up) + f.count(starting)
	wish := now
	if ratio := rate / (s.Target * float64(now)); math.Abs(ratio-1) > s.Tolerance {
		wish = int(math.Ceil(rate/s.Target - 1e-9))
	}
	wish = min(max(s.stabilized(e.now, now, min(max(wish, s.Min), s.Max)), s.Min), s.Max)
	wish = s.limited(e.now, now, wish)
	e.resize(now, wish)
	if e.now+s.Every < e.log.length {
		e.agenda.add(act{at: e.now + s.Every, do: lookAtLoad})
	}
}

// measure is the rate of requests over the last looks, 1/s.
func (s *scaling) measure(asked int64) float64 {
	s.looks = append(s.looks, asked)
	if keep := max(1, int(s.Measured/s.Every)); len(s.looks) > keep {
		s.looks = s.looks[:copy(s.looks, s.looks[len(s.looks)-keep:])]
	}
	sum := int64(0)
	for _, n := range s.looks {
		sum += n
	}
	rate := float64(sum) / (float64(len(s.looks)) * s.Every)
	s.peak = math.Max(s.peak, rate)
	return rate
}

// stabilized is the number that the recommendations of the stabilization windows leave: the
// highest of the one for going down, the lowest of the one for going up.
func (s *scaling) stabilized(at float64, now, wish int) int {
	s.wanted = append(since(s.wanted, at-math.Max(s.CalmDown, s.CalmUp)), want{at, wish})
	low, high := wish, wish
	for _, w := range s.wanted {
		if w.at > at-s.CalmUp {
			low = min(low, w.n)
		}
		if w.at > at-s.CalmDown {
			high = max(high, w.n)
		}
	}
	switch {
	case now < low:
		return low
	case now > high:
		return high
	}
	return now
}

// since leaves what is not older.
func since(all []want, from float64) []want {
	i := 0
	for i < len(all) && all[i].at <= from {
		i++
	}
	return all[:copy(all, all[i:])]
}

// limited is the number that the policies allow.
func (s *scaling) limited(at float64, now, wish int) int {
	s.changes = since(s.changes, at-math.Max(s.Up.Period, s.Down.Period))
	added, removed := 0, 0
	for _, c := range s.changes {
		if c.n > 0 && c.at > at-s.Up.Period {
			added += c.n
		}
		if c.n < 0 && c.at > at-s.Down.Period {
			removed -= c.n
		}
	}
	if was := now - added; wish > now {
		most := max(was+s.Up.Pods, int(math.Ceil(float64(was)*(1+s.Up.Percent))))
		wish = max(now, min(wish, most))
	}
	if was := now + removed; wish < now {
		least := min(was-s.Down.Pods, int(math.Floor(float64(was)*(1-s.Down.Percent))))
		wish = min(now, max(wish, least))
	}
	if wish != now {
		s.changes = append(s.changes, want{at, wish - now})
	}
	return wish
}

// resize starts replicas or lets those that were started last go.
func (e *engine) resize(now, wish int) {
	f := e.fleet
	for r := 0; r < len(f.state) && now < wish; r++ {
		if f.state[r] == off || f.state[r] == draining {
			e.become(r, starting)
			e.start(r, f.coldStart)
			now++
		}
	}
	for r := len(f.state) - 1; r >= 0 && now > wish; r-- {
		if f.state[r] == starting || f.state[r] == up {
			e.become(r, off)
			now--
		}
	}
}
