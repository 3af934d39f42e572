package simulate

// choose is the station that the balancer sends a request to.
func (e *engine) choose() int32 {
	if len(e.live) == 1 {
		return e.live[0]
	}
	switch e.balancing {
	case RoundRobin:
		if e.turn++; e.turn >= len(e.live) {
			e.turn = 0
		}
		return e.live[e.turn]
	case LeastLoaded:
		return e.leastLoaded.fewest(e.choices.Uint64() >> 1)
	case PowerOfTwo:
		return e.lighter()
	}
	return e.live[e.choices.IntN(len(e.live))]
}

// lighter is the less loaded of two stations taken at random (Mitzenmacher, The power of two
// choices in randomized load balancing, IEEE Trans. Parallel Distrib. Syst. 2001).
func (e *engine) lighter() int32 {
	n := len(e.live)
	i, j := e.choices.IntN(n), e.choices.IntN(n-1)
	if j >= i {
		j++
	}
	a, b := e.live[i], e.live[j]
	if e.leastLoaded.holds[b] < e.leastLoaded.holds[a] {
		return b
	}
	return a
}

// came notes a request at a station, left those that it is done with.
func (e *engine) came(at int32) {
	switch e.balancing {
	case LeastLoaded:
		e.leastLoaded.more(at)
	case PowerOfTwo:
		e.leastLoaded.holds[at]++
	}
}

func (e *engine) left(at, n int32) {
	switch e.balancing {
	case LeastLoaded:
		e.leastLoaded.fewer(at, n)
	case PowerOfTwo:
		e.leastLoaded.holds[at] -= n
	}
}
