package queue

import "math"

// ErlangB returns the probability that all of servers are busy when requests that find them
// so are lost; offered is the rate times the mean service time, in erlangs. It follows
// B(k) = a·B(k−1)/(k + a·B(k−1)), which neither overflows nor cancels (Jagerman, Some
// properties of the Erlang loss function, Bell Syst. Tech. J. 1974). An offered load that
// is not positive counts as none.
func ErlangB(servers int, offered float64) float64 {
	switch {
	case servers <= 0 || math.IsInf(offered, 1):
		return 1
	case !(offered > 0):
		return 0
	}
	b := 1.0
	for k := 1; k <= servers; k++ {
		b = offered * b / (float64(k) + offered*b)
	}
	return b
}

// ErlangC returns the probability that a request waits for one of servers, all with
// exponential service; 1 where the offered load reaches their number (Kleinrock,
// Queueing Systems 1, 1975, 3.5).
func ErlangC(servers int, offered float64) float64 {
	free := float64(servers) - offered
	if !(free > 0) {
		return 1
	}
	b := ErlangB(servers, offered)
	return float64(servers) * b / (free + offered*b)
}
