package search

import (
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/purchase"
)

// Elastic is a plan whose number of replicas may change with the load.
type Elastic struct {
	Carries []float64 // 1/s of demand that n replicas carry, by n
	Floor   int       // fewest replicas that today's redundancy requires
	Terms   purchase.Terms
}

// ElasticOf returns what fewer replicas of a plan carry under the plan's own requirements: with the
// confidence and the headroom that it is bought with, and after the losses it must survive; up to
// the plan's number, or most where that is more. ok is false where nothing serves.
func ElasticOf(s *Space, e candidate.Evaluation, d Demand, most int) (out Elastic, ok bool) {
	t, ok := trialOf(s, e, d)
	if !ok || !t.server.Serves() || e.Replicas < 1 {
		return Elastic{}, false
	}
	share := t.server.Variant.Demand
	free := math.Max(t.margin(), 1/(1-s.Workload.Headroom))
	most = max(most, e.Replicas)
	out = Elastic{Carries: make([]float64, most+1), Floor: min(fewestRedundant(t), e.Replicas), Terms: t.hosting.Terms}
	apart := 1
	if pooled(t) { // each number is a queue of its own
		apart = max(1, most/solvedSizes)
	}
	before := 0
	for n := 1; n <= most; n = min(n+apart, max(most, n+1)) {
		if lost, survivable := lost(s, t.hosting, n); survivable {
			out.Carries[n] = min(t.sustainable(n)/free, t.sustainable(n-lost)/t.margin(), float64(n)*t.host().Expected) / share
		}
		out.Carries[n] = math.Max(out.Carries[n], out.Carries[before])
		for i := before + 1; i < n; i++ {
			part := float64(i-before) / float64(n-before)
			out.Carries[i] = out.Carries[before]*(1-part) + out.Carries[n]*part
		}
		before = n
	}
	for n := e.Replicas; n <= most; n++ { // the plan itself was judged, and what runs today may hold with less to spare
		out.Carries[n] = math.Max(out.Carries[n], d.Peak)
	}
	return out, true
}

// solvedSizes is how many numbers of replicas are solved; between them lie straight lines.
const solvedSizes = 16

// Concurrent returns the requests that one of n replicas has in flight at a demand, waiting ones
// among them, by Little's law with the median for the mean; 0 without a steady state.
func Concurrent(s *Space, e candidate.Evaluation, n int, qps float64) float64 {
	t, ok := trialOf(s, e, Demand{Peak: qps})
	if !ok || !t.server.Serves() || n < 1 {
		return 0
	}
	qps *= t.server.Variant.Demand
	if r := t.server.At(n, qps); r.Stable {
		return qps / float64(n) * r.P50
	}
	return 0
}
