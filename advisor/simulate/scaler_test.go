package simulate

import (
	"context"
	"math"
	"runtime"
	"testing"
)

// TestPolicies: the limits of HorizontalPodAutoscaler v2 as Kubernetes has them by default, and
// as its documentation works them out.
func TestPolicies(t *testing.T) {
	byDefault := Kubernetes(1, 100, 1)
	slow := byDefault
	slow.Up, slow.Down = Policy{Pods: 2, Period: 60}, Policy{Percent: 0.1, Period: 60}
	for _, c := range []struct {
		scaler    Scaler
		now, wish int
		want      int
	}{
		{byDefault, 1, 30, 5},   // 4 pods are more than 100 %
		{byDefault, 10, 30, 20}, // 100 % is more than 4 pods
		{byDefault, 40, 3, 3},   // all may go at once
		{slow, 10, 30, 12}, {slow, 40, 3, 36}, {slow, 10, 11, 11}, {slow, 7, 7, 7},
	} {
		s := scaling{Scaler: c.scaler}
		if got := s.limited(100, c.now, c.wish); got != c.want {
			t.Errorf("from %d to %d: %d, want %d", c.now, c.wish, got, c.want)
		}
	}
	s := scaling{Scaler: slow}
	if a, b, c := s.limited(0, 10, 30), s.limited(30, 12, 30), s.limited(70, 12, 30); a != 12 || b != 12 || c != 14 {
		t.Errorf("within a minute: %d, %d, then %d; want 12, 12, then 14", a, b, c)
	}
}

// TestStabilization: going down waits for the highest of the window, going up does not.
func TestStabilization(t *testing.T) {
	s := scaling{Scaler: Kubernetes(1, 100, 1)}
	for _, c := range []struct {
		at        float64
		now, wish int
		want      int
	}{{0, 10, 10, 10}, {15, 10, 4, 10}, {30, 10, 14, 14}, {45, 14, 4, 14}, {310, 14, 4, 14}, {331, 14, 4, 4}} {
		if got := s.stabilized(c.at, c.now, c.wish); got != c.want {
			t.Errorf("at %g s from %d to %d: %d, want %d", c.at, c.now, c.wish, got, c.want)
		}
	}
}

// stepped is a load that trebles after 20 minutes and falls back after 40.
func stepped() Spec {
	rates := make([]float64, 60)
	for i := range rates {
		rates[i] = 1
		if i >= 20 && i < 40 {
			rates[i] = 3
		}
	}
	scaler := Kubernetes(2, 20, 70)
	return Spec{
		Fleet:   Fleet{Station: Station{Beta: 0.01, MaxBatch: 1, Workers: 1}, Replicas: 4, Units: 1, Balancing: LeastLoaded, ColdStart: 60},
		Traffic: Traffic{Rate: 400, Profile: &Profile{Slice: 60, Rates: rates}},
		Scaler:  &scaler, Goal: Goal{Latency: 0.1, Percentile: 0.99}, Seed: 1,
	}
}

// TestAutoscaler: replicas follow the load after the cold start, by hand: 240/s need 4 at 70/s,
// 720/s need 11.
func TestAutoscaler(t *testing.T) {
	r, err := Run(context.Background(), stepped(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ minute, want int }{{10, 4}, {30, 11}, {55, 4}} {
		if got := r.Series[c.minute].Replicas; math.Abs(got-float64(c.want)) > 0.01 {
			t.Errorf("%g replicas in minute %d, want %d", got, c.minute, c.want)
		}
	}
	if first := r.Series[20].Replicas; first > 6 {
		t.Errorf("%g replicas in the first minute of the rise, before the cold start is over", first)
	}
	if s := r.Scaling; s.Static != 11 || s.Most != 11 || s.Replicas < 4 || s.Replicas > 9 || math.Abs(s.Ramp-3) > 0.2 {
		t.Errorf("%+v", *s)
	}
	if late := r.Series[21]; late.Within/late.Asked > 0.9 {
		t.Errorf("%g of the requests keep the bound while replicas are starting", late.Within/late.Asked)
	}
	if calm := r.Series[35]; calm.Within < 0.99*calm.Asked {
		t.Errorf("%g of %g keep the bound once they have started", calm.Within, calm.Asked)
	}
}

// TestEvents: how many replicas take requests while something happens, by hand.
func TestEvents(t *testing.T) {
	base := Spec{
		Fleet:   Fleet{Station: Station{Beta: 0.01, MaxBatch: 1, Workers: 2}, Replicas: 6, Units: 2, Zones: 3, ColdStart: 60},
		Traffic: Traffic{Rate: 100}, Goal: Goal{Latency: 0.1}, Seed: 1, Length: 1200,
	}
	for _, c := range []struct {
		event Event
		want  map[int]float64 // by minute
	}{
		{Event{Kind: ReplicaLoss, At: 300, For: 120}, map[int]float64{4: 6, 5: 5, 6: 5, 7: 6}},
		{Event{Kind: ReplicaLoss, At: 300, Count: 3}, map[int]float64{4: 6, 5: 3, 19: 3}},
		{Event{Kind: ZoneLoss, At: 300, For: 60}, map[int]float64{4: 6, 5: 4, 6: 6}},
		{Event{Kind: RollingUpdate, At: 300}, map[int]float64{4: 6, 5: 5, 10: 5, 11: 6}},
		{Event{Kind: RollingUpdate, At: 300, Count: 3}, map[int]float64{5: 3, 6: 3, 7: 6}},
		{Event{Kind: SpotInterruption, At: 300, For: 120}, map[int]float64{4: 6, 5: 5, 6: 5, 7: 6}},
	} {
		s := base
		s.Events = []Event{c.event}
		r, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		for minute, want := range c.want {
			if got := r.Series[minute].Replicas; math.Abs(got-want) > 0.01 {
				t.Errorf("%+v: %.3g replicas in minute %d, want %g", c.event, got, minute, want)
			}
		}
		if c.event.Kind == RollingUpdate && r.Refused > 0 {
			t.Errorf("a rolling update lost %d requests", r.Refused)
		}
	}
}

// TestRefusesShortAndUnstable: eight servers of 17 a second do not hold 200, and what a short
// run shows of a long memory certifies nothing.
func TestRefusesShortAndUnstable(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	s := Spec{
		Fleet:   Fleet{Station: Station{Beta: 1 / 17., MaxBatch: 1, Workers: 1}, Replicas: 8, Units: 1},
		Traffic: Traffic{Rate: 200}, Goal: Goal{Latency: 10}, Length: 5, Seed: 1,
	}
	unstable := run(t, s)
	if unstable.Stable || unstable.Verdict != CannotCertify {
		t.Errorf("8 × 17/s hold 200/s: %+v", unstable.Verdict)
	}
	s.Traffic.Rate = 130
	if short := run(t, s); !short.Stable || short.Verdict != CannotCertify {
		t.Errorf("five seconds certify 130/s: %s", short.Verdict)
	}
	s.Traffic.Rate, s.Length = 60, 20_000
	if long := run(t, s); long.Verdict != Holds {
		t.Errorf("60/s: %s %v", long.Verdict, long.Reasons)
	}
	s.Goal.Latency = 0.1
	if late := run(t, s); late.Verdict != Fails {
		t.Errorf("60/s within 0.1 s: %s %v", late.Verdict, late.Reasons)
	}
}

// TestInterrupted: what is known so far is told, as partial, and is not far off.
func TestInterrupted(t *testing.T) {
	s := single(Station{Beta: 1, MaxBatch: 1, Workers: 1}, 0.5)
	s.Length, s.Replications = 1e9, 2
	ctx, cancel := context.WithCancel(context.Background())
	meter := &Meter{}
	go func() {
		for done := int64(0); done < 400_000; done, _ = meter.Progress() {
			runtime.Gosched()
		}
		cancel()
	}()
	r, err := Run(ctx, s, meter)
	if err != nil || !r.Partial || r.Verdict != CannotCertify || r.Requests == 0 {
		t.Fatalf("%v, partial %v, %s, %d requests", err, r.Partial, r.Verdict, r.Requests)
	}
	if math.Abs(r.MeanSojourn.Value-1.5) > 0.1 || math.Abs(r.Rate-0.5) > 0.05 {
		t.Errorf("mean %g s at %g/s so far, exactly 1.5 s at 0.5/s", r.MeanSojourn.Value, r.Rate)
	}
}

// TestRetryStorm: with clients that ask again too often a loss that is over keeps a fleet down
// (Bronson et al. 2021, Metastable failures in distributed systems); with a bounded queue it
// recovers.
func TestRetryStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	s := Spec{
		Fleet:   Fleet{Station: Station{Beta: 0.01, MaxBatch: 1, Workers: 1}, Replicas: 4, Units: 1, Balancing: LeastLoaded},
		Traffic: Traffic{Rate: 320}, Goal: Goal{Latency: 1}, Seed: 1, Length: 1800,
		Clients: Clients{Timeout: 0.5, Retries: 5, Backoff: 0.01},
		Events:  []Event{{Kind: ReplicaLoss, At: 600, For: 60, Count: 2}},
	}
	storm, err := Run(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Clients.QueueLimit = 20
	bounded, err := Run(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	after := func(r *Result) float64 { return r.Series[25].Within / r.Series[25].Asked }
	if after(bounded) < 0.99 || after(storm) > after(bounded) {
		t.Errorf("a quarter of an hour later %g keep the bound without and %g with a bounded queue", after(storm), after(bounded))
	}
}
