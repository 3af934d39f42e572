package offer

import (
	"math"
	"strconv"

	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/unit"
)

// coresPerWorker are the fewest cores that one process of a replica gets unless it is said
// otherwise: beyond them a pass hardly gains from more threads.
const coresPerWorker = 4

// workerCounts are the numbers of workers that are compared: a replica with more cores has all choices of one
// with fewer, so that it never sustains less.
var workerCounts = []int{1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64}

// workersKey is what the usual number of workers depends on within the lists of offers.
type workersKey struct {
	kind                                  Kind
	bound, percentile, dispersion, window float64
	cpu                                   float64 // s of a vCPU that a request takes beside the pass
}

// Workers returns how many processes of a replica share its vCPUs; 1 on accelerators. Unless they are given,
// as many as sustain most within the bound on latency: fewer where a pass on few cores takes too long.
func Workers(o *Offers, h Hardware) int {
	if _, ok := processor(h.Accelerator); !ok {
		return 1
	}
	most := mostWorkers(o, h)
	w := o.Workload
	if o.workers > 0 || most == 1 || o.Pass == nil || w.Latency <= 0 {
		return most
	}
	key := workersKey{kind: h.Kind(), bound: w.Latency, percentile: w.Percentile, dispersion: w.Dispersion, window: w.Window}
	if o.Host != nil {
		key.cpu = o.Host.CPU.Mid
	}
	return o.counts.Get(key, func() int { return bestWorkers(o, h, most) })
}

// mostWorkers returns the workers that are given, else those that have no more cores than a pass gains from.
func mostWorkers(o *Offers, h Hardware) int {
	p, _ := processor(h.Accelerator)
	if o.workers > 0 {
		return min(o.workers, h.PerReplica)
	}
	return max(int(float64(h.PerReplica)*p.CoresPerVCPU/coresPerWorker), 1)
}

// bestWorkers returns the number of workers that sustains most in today's runtime, the least of several.
func bestWorkers(o *Offers, h Hardware, most int) int {
	p, _ := processor(h.Accelerator)
	v := Variant{Runtime: o.Pass.Runtime, Precision: o.Pass.precisionOn(h.Accelerator)}
	best, rate := 1, -1.0
	for _, n := range workerCounts {
		if n > most {
			break
		}
		c, err := o.Pass.Curve(forward.WorkerOf(p, float64(h.PerReplica)*p.CoresPerVCPU, n), v)
		if err != nil {
			return most
		}
		own, beside := besidePass(o, float64(h.PerReplica)/float64(n))
		if sustained := sustainedBy(o, n, c.Alone.Seconds/o.Pass.Front.Kept.Mid+own, beside); sustained > rate {
			best, rate = n, sustained
		}
	}
	return best
}

// besidePass returns what a request takes beside the pass, s: within the time of its worker, and else.
func besidePass(o *Offers, vcpus float64) (own, beside float64) {
	if o.Host == nil {
		return 0, 0
	}
	own = o.Host.CPU.Mid / vcpus
	return own, math.Max(o.Host.Delay()-own, 0)
}

// sustainedBy returns the rate at which workers, each with a request at a time, keep the bound on latency.
func sustainedBy(o *Offers, workers int, step, beside float64) float64 {
	w := o.Workload
	percentile := w.Percentile
	if percentile <= 0 {
		percentile = 0.99
	}
	return queue.Sustainable(queue.Pool{Servers: workers, ServiceTime: step}, w.Dispersion, w.Window, math.Max(w.Latency-beside, 1e-9), percentile)
}

// workersReason says why a replica has as many workers as it has.
func workersReason(o *Offers, h Hardware) string {
	if n := Workers(o, h); n < mostWorkers(o, h) {
		return "as many as sustain most within " + unit.Format(unit.Duration, o.Workload.Latency) + ": with one process for every four cores, " +
			strconv.Itoa(mostWorkers(o, h)) + ", each request would take longer"
	}
	return "one process for every four cores: more threads hardly make one request faster"
}
