package simulate

// leastLoaded keeps the stations that take requests in the order of how many each holds, so that
// the one with the fewest is found, and a change by one is made, in constant time.
type leastLoaded struct {
	order []int32 // stations, fewest requests first
	place []int32 // where a station stands in order; -1 where it takes no requests
	holds []int32 // requests of each station
	start []int32 // by number of requests: where those with that many or more begin
}

func newLeastLoaded(stations int) *leastLoaded {
	c := &leastLoaded{place: make([]int32, stations), holds: make([]int32, stations)}
	for i := range c.place {
		c.place[i] = -1
	}
	return c
}

// enlist makes the order anew for the stations that take requests.
func (c *leastLoaded) enlist(live []int32) {
	for i := range c.place {
		c.place[i] = -1
	}
	most := int32(0)
	for _, s := range live {
		most = max(most, c.holds[s])
	}
	c.reach(most + 1)
	for i := range c.start {
		c.start[i] = 0
	}
	for _, s := range live {
		c.start[c.holds[s]+1]++
	}
	for n := 1; n < len(c.start); n++ {
		c.start[n] += c.start[n-1]
	}
	c.order = append(c.order[:0], live...)
	next := append([]int32(nil), c.start...)
	for _, s := range live {
		at := next[c.holds[s]]
		next[c.holds[s]]++
		c.order[at], c.place[s] = s, at
	}
}

// reach makes room for stations with up to n requests.
func (c *leastLoaded) reach(n int32) {
	for int32(len(c.start)) <= n+1 {
		c.start = append(c.start, int32(len(c.order)))
	}
}

// more notes one more request at a station.
func (c *leastLoaded) more(s int32) {
	n := c.holds[s]
	c.holds[s] = n + 1
	if c.place[s] < 0 {
		return
	}
	c.reach(n + 1)
	last := c.start[n+1] - 1
	c.swap(c.place[s], last)
	c.start[n+1] = last
}

// fewer notes that requests left a station.
func (c *leastLoaded) fewer(s, leave int32) {
	if c.place[s] < 0 {
		c.holds[s] -= leave
		return
	}
	for range leave {
		n := c.holds[s]
		c.holds[s] = n - 1
		first := c.start[n]
		c.swap(c.place[s], first)
		c.start[n] = first + 1
	}
}

func (c *leastLoaded) swap(i, j int32) {
	a, b := c.order[i], c.order[j]
	c.order[i], c.order[j] = b, a
	c.place[a], c.place[b] = j, i
}

// fewest is one of the stations with the fewest requests, the pick-th modulo their number.
func (c *leastLoaded) fewest(pick uint64) int32 {
	least := c.holds[c.order[0]]
	end := uint64(len(c.order))
	if int(least+1) < len(c.start) {
		end = uint64(c.start[least+1])
	}
	return c.order[pick%end]
}
