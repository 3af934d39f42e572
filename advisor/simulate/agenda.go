package simulate

import (
	"fmt"
	"math"
	"sort"
)

// EventKind is what happens to replicas.
type EventKind string

// The kinds of events.
const (
	ReplicaLoss      EventKind = "replica-loss"      // replicas fail, and are repaired after For, or never where it is 0
	ZoneLoss         EventKind = "zone-loss"         // all replicas of one zone fail
	RollingUpdate    EventKind = "rolling-update"    // all are restarted, Count at a time
	SpotInterruption EventKind = "spot-interruption" // replicas get notice of For, then stop; new ones start at once
)

// Event is something that happens to the fleet.
type Event struct {
	Kind  EventKind
	At    float64 // s, when it happens
	For   float64 // s, how long it lasts
	Count int     // replicas, 0 = one
}

// EventKinds returns the kinds in the order in which they are explained.
func EventKinds() []EventKind {
	return []EventKind{ReplicaLoss, ZoneLoss, RollingUpdate, SpotInterruption}
}

// notice is what clouds give before they take a spot instance back: AWS two minutes.
const notice = 120

// check reports an event that cannot happen.
func (v Event) check(f Fleet) error {
	switch {
	case !(v.At >= 0) || math.IsInf(v.At, 1) || !(v.For >= 0) || math.IsInf(v.For, 1):
		return fmt.Errorf("%s: its times must be at least 0", v.Kind)
	case v.Count > f.Replicas:
		return fmt.Errorf("%s: %d replicas of %d", v.Kind, v.Count, f.Replicas)
	case v.Kind == ZoneLoss && f.Zones < 2:
		return fmt.Errorf("zone-loss: all replicas are in one zone; add --zones, for example --zones 3")
	}
	return nil
}

// lasts is until when the event changes the fleet, s.
func (v Event) lasts(f Fleet) float64 {
	switch v.Kind {
	case RollingUpdate:
		rounds := (f.Replicas + max(v.Count, 1) - 1) / max(v.Count, 1)
		return v.At + float64(rounds)*f.ColdStart
	case SpotInterruption:
		return v.At + math.Max(v.For, f.ColdStart)
	}
	return v.At + v.For
}

// act is one entry of the agenda.
type act struct {
	at      float64
	do      deed
	replica int
	since   int32 // what fleet.until said when it was planned; -1 for any
	event   Event
}

type deed uint8

const (
	turnWindow deed = iota
	beginEvent
	goUp    // a replica begins to answer
	goDown  // a replica that drained goes
	nextOne // of a rolling update
	lookAtLoad
)

// agenda are the things to come that are no requests, the next at the end.
type agenda struct{ acts []act }

func (a *agenda) due() float64 {
	if n := len(a.acts); n > 0 {
		return a.acts[n-1].at
	}
	return math.Inf(1)
}

// add puts an entry in: what was planned first happens first.
func (a *agenda) add(x act) {
	i := sort.Search(len(a.acts), func(i int) bool { return a.acts[i].at <= x.at })
	a.acts = append(a.acts, act{})
	copy(a.acts[i+1:], a.acts[i:])
	a.acts[i] = x
}

func (a *agenda) pop() act {
	n := len(a.acts) - 1
	x := a.acts[n]
	a.acts = a.acts[:n]
	return x
}

// schedule plans what is known beforehand.
func (e *engine) schedule(s Spec) {
	e.agenda.add(act{at: e.log.turning(0), do: turnWindow})
	for _, v := range s.Events {
		v.Count = max(v.Count, 1)
		if v.Kind == ZoneLoss {
			v.Count = (s.Fleet.Replicas + s.Fleet.Zones - 1) / s.Fleet.Zones
		}
		e.agenda.add(act{at: v.At, do: beginEvent, event: v, since: -1})
	}
	if s.Scaler != nil {
		e.fleet.scaler = newScaling(*s.Scaler, e.fleet)
		e.agenda.add(act{at: s.Scaler.Every, do: lookAtLoad})
	}
}

// act does an entry of the agenda.
func (e *engine) act(a act) {
	f := e.fleet
	switch a.do {
	case turnWindow:
		e.account()
		e.log.turn(e.now)
		if e.now < e.log.length*(1-1e-9) {
			e.agenda.add(act{at: e.log.turning(e.now), do: turnWindow})
		}
	case beginEvent:
		e.happen(a.event)
	case goUp:
		if f.until[a.replica] == a.since {
			e.become(a.replica, up)
		}
	case goDown:
		if f.until[a.replica] == a.since {
			e.crash(a.replica)
			e.start(a.replica, a.event.For)
		}
	case nextOne:
		e.update(a.replica, a.event)
	case lookAtLoad:
		e.scale()
	}
}

// happen begins an event with the first replicas that are up.
func (e *engine) happen(v Event) {
	if v.Kind == RollingUpdate {
		e.update(0, v)
		return
	}
	for r, left := 0, v.Count; r < len(e.fleet.state) && left > 0; r++ {
		if e.fleet.state[r] != up {
			continue
		}
		left--
		if v.Kind == SpotInterruption {
			e.interrupt(r, v)
			continue
		}
		e.crash(r)
		if v.For > 0 {
			e.start(r, v.For)
		}
	}
}

// start lets a replica answer after some time.
func (e *engine) start(replica int, after float64) {
	e.agenda.add(act{at: e.now + after, do: goUp, replica: replica, since: e.fleet.until[replica]})
}

// interrupt gives a replica notice. Its successor starts at once and is up when its cold start
// is over, at the earliest when the old one is gone.
func (e *engine) interrupt(replica int, v Event) {
	given := v.For
	if given == 0 {
		given = notice
	}
	e.become(replica, draining)
	rest := Event{For: math.Max(0, e.fleet.coldStart-given)}
	e.agenda.add(act{at: e.now + given, do: goDown, replica: replica, since: e.fleet.until[replica], event: rest})
}

// update restarts the next replicas of a rolling update: they work off what they have while
// they take nothing new, and answer again after a cold start.
func (e *engine) update(from int, v Event) {
	r := from
	for left := v.Count; r < len(e.fleet.state) && left > 0; r++ {
		if e.fleet.state[r] == up {
			e.become(r, draining)
			e.start(r, e.fleet.coldStart)
			left--
		}
	}
	if r < len(e.fleet.state) {
		e.agenda.add(act{at: e.now + e.fleet.coldStart, do: nextOne, replica: r, event: v})
	}
}
