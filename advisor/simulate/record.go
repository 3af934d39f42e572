package simulate

import "math"

// cellCount is into how many stretches a replication is cut: fine enough to find where the
// warm-up ends.
const cellCount = 50

// tally is what became of the requests that came in a stretch of the run.
type tally struct {
	answered, within int64           // within all bounds
	keeps            [promises]int64 // within each of them
	refused          int64           // attempts turned away
	gaveUp           int64           // attempts whose clients gave up
	failed           int64           // requests never answered
	took, waited     float64
}

// asked is how many requests came.
func (t *tally) asked() int64 { return t.answered + t.failed }

// sum adds another's.
func (t *tally) sum(o tally) {
	t.answered, t.within = t.answered+o.answered, t.within+o.within
	for i, n := range o.keeps {
		t.keeps[i] += n
	}
	t.refused, t.gaveUp, t.failed = t.refused+o.refused, t.gaveUp+o.gaveUp, t.failed+o.failed
	t.took, t.waited = t.took+o.took, t.waited+o.waited
}

// cell is a tally with how long the requests took and waited.
type cell struct {
	tally
	sojourns, waits histogram
	ttft, tpot      histogram // of language models, else empty
}

// kept is a cell as it is kept once its replication is over: few of its buckets hold anything.
type kept struct {
	tally
	sojourns, waits, ttft, tpot sparse
}

func (c *cell) keep() kept {
	return kept{c.tally, c.sojourns.sparse(), c.waits.sparse(), c.ttft.sparse(), c.tpot.sparse()}
}

// merge adds what was kept.
func (c *cell) merge(k *kept) {
	c.sum(k.tally)
	c.sojourns.merge(k.sojourns)
	c.waits.merge(k.waits)
	c.ttft.merge(k.ttft)
	c.tpot.merge(k.tpot)
}

// Window is a stretch of the run in the time series.
type Window struct {
	Start    float64 // s from the start of the run
	Length   float64 // s
	Asked    float64 // requests that arrived, mean over the replications, like all that follows
	Answered float64
	Within   float64 // answered within the goal
	Refused  float64 // attempts that were rejected
	Failed   float64 // requests never answered
	P50, P99 float64 // s; NaN where nothing was answered
	TTFT99   float64 // s, of language models; else NaN
	Queue    float64 // requests waiting, mean over time
	Busy     float64 // share of time that a worker is busy, on replicas that are up
	Replicas float64 // replicas that accepted requests, mean over time
}

// coarse histograms are for the time series: 6 % to a bucket.
const coarseBits = 4

type coarse [(octaves << coarseBits) + 1]uint32

func (c *coarse) add(bucket int) { c[(bucket+1<<(fineBits-coarseBits)-1)>>(fineBits-coarseBits)]++ }

// merge adds the counts of another.
func (c *coarse) merge(o *coarse) {
	for i, n := range o {
		c[i] += n
	}
}

// quantile is the value that a share p does not exceed.
func (c *coarse) quantile(p float64) float64 {
	total := 0.0
	for _, n := range c {
		total += float64(n)
	}
	below := 0.0
	for i, n := range c {
		if n > 0 && below+float64(n) >= p*total {
			low, high := edge((i-1)<<(fineBits-coarseBits)+1), edge(i<<(fineBits-coarseBits)+1)
			if i == 0 {
				return 0
			}
			return low + (high-low)*(p*total-below)/float64(n)
		}
		below += float64(n)
	}
	return math.NaN()
}

// window gathers what a Window says.
type window struct {
	answered, within, refused, failed int64
	area, busy, room, up              float64 // s × requests waiting, working, workers, replicas
}

// sheets are what a replication counts on. They are wiped and used again by the next one.
type sheets struct {
	cells []cell
	took  []coarse // by window
	ttft  []coarse // likewise, of language models, else none
}

// wiped are clean sheets.
func (s *sheets) wiped(windows int, tokens bool) *sheets {
	if s.cells == nil {
		s.cells = make([]cell, cellCount)
	}
	for i := range s.cells {
		c := &s.cells[i]
		c.tally = tally{}
		for _, h := range []*histogram{&c.sojourns, &c.waits, &c.ttft, &c.tpot} {
			h.wipe()
		}
	}
	if len(s.took) != windows {
		s.took = make([]coarse, windows)
		if tokens {
			s.ttft = make([]coarse, windows)
		}
	}
	clear(s.took)
	clear(s.ttft)
	return s
}

// record is what one replication saw.
type record struct {
	length   float64 // s during which requests came
	goal     [promises]promise
	*sheets  // nil once the replication is over
	tokens   bool
	beside   float64 // s of every answer that the station does not see
	kept     []kept
	windows  []window // while requests came, and one more for those that were under way then
	perCell  float64  // cells a second
	perSlice float64  // windows a second
	current  int      // window of now

	waiting  float64
	changed  float64 // s, when waiting last changed
	end      float64 // s, when the last request was answered
	backlog  float64 // waiting when the last came
	swamped  bool    // more waited than memory is kept for
	cutShort bool    // interrupted
	replicas float64 // replica-seconds paid
	most     int     // replicas paid at once
	steps    int64   // that workers did
}

func newRecord(length float64, s *Spec, on *sheets) *record {
	r := &record{length: length, goal: s.Goal.promises(), tokens: s.Fleet.Scheduler != nil, beside: s.Fleet.Station.Beside}
	slice := sliceOf(length)
	r.windows = make([]window, windowsOf(length)+1)
	r.sheets = on.wiped(windowsOf(length), r.tokens)
	r.perCell, r.perSlice = cellCount/length, 1/slice
	return r
}

// sliceOf is the length of a window of the time series: a minute, or more where a run is longer
// than a day, or a round part of a run shorter than ten minutes.
func sliceOf(length float64) float64 {
	const minute, most, least = 60, 1440, 10
	if length >= least*minute {
		return minute * math.Ceil(length/minute/most)
	}
	unit := math.Pow(10, math.Floor(math.Log10(length/20)))
	for _, step := range []float64{1, 2, 5} {
		if length/(step*unit) <= 40 {
			return step * unit
		}
	}
	return 10 * unit
}

// windowsOf is how many windows a run has.
func windowsOf(length float64) int { return int(math.Ceil(length/sliceOf(length) - 1e-9)) }

// close keeps what was counted and gives the sheets back.
func (r *record) close() {
	r.kept = make([]kept, cellCount)
	for i := range r.cells {
		r.kept[i] = r.cells[i].keep()
	}
	r.sheets = nil
}

func (r *record) cell(first float64) *cell {
	return &r.cells[min(int(first*r.perCell), cellCount-1)]
}

func (r *record) slice(first float64) int {
	return min(int(first*r.perSlice), len(r.windows)-2)
}

// answer notes a request that was answered.
func (r *record) answer(first, took, waited float64) {
	took += r.beside
	c, w := r.note(first, took, waited)
	if took <= r.goal[byLatency].bound {
		c.within++
		c.keeps[byLatency]++
		w.within++
	}
}

// reply notes a request that a language model answered.
func (r *record) reply(first, took, waited, ttft, tpot float64) {
	took, ttft = took+r.beside, ttft+r.beside
	c, w := r.note(first, took, waited)
	bucket := bucketOf(ttft)
	c.ttft.plus(bucket, 1)
	r.sheets.ttft[r.slice(first)].add(bucket)
	c.tpot.add(tpot)
	all := true
	for i, t := range [promises]float64{byLatency: took, byTTFT: ttft, byTPOT: tpot} {
		if t <= r.goal[i].bound {
			c.keeps[i]++
		} else {
			all = false
		}
	}
	if all {
		c.within++
		w.within++
	}
}

// note counts an answer with its times.
func (r *record) note(first, took, waited float64) (*cell, *window) {
	i := r.slice(first)
	c, w := r.cell(first), &r.windows[i]
	c.answered++
	w.answered++
	c.took += took
	c.waited += waited
	bucket := bucketOf(took)
	c.sojourns.plus(bucket, 1)
	r.sheets.took[i].add(bucket)
	c.waits.add(waited)
	return c, w
}

func (r *record) refused(first float64) {
	r.cell(first).refused++
	r.windows[r.slice(first)].refused++
}

func (r *record) gaveUp(first float64) { r.cell(first).gaveUp++ }

func (r *record) failed(first float64) {
	r.cell(first).failed++
	r.windows[r.slice(first)].failed++
}

// work notes time that a worker is busy.
func (r *record) work(took float64) {
	r.windows[r.current].busy += took
	r.steps++
}

// wait notes that more or fewer requests wait.
func (r *record) wait(now, by float64) {
	r.windows[r.current].area += r.waiting * (now - r.changed)
	r.changed = now
	r.waiting += by
}

// turning returns the end of the window that begins: that of a slice, or of the arrivals.
func (r *record) turning(now float64) float64 { return math.Min(now+1/r.perSlice, r.length) }

// turn closes the current window at its end, with the workers that were up.
func (r *record) turn(now float64) {
	r.wait(now, 0)
	r.current = min(r.current+1, len(r.windows)-1)
}
