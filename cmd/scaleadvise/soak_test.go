package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// `make soak` draws command lines for a time; `go test` a fixed few, the same each time.
var (
	soakFor  = flag.Duration("soak", 0, "how long TestSoak draws command lines, instead of a fixed few")
	soakSeed = flag.Uint64("soakseed", 1, "seed of the command lines that TestSoak draws")
	soakCase = flag.Int("soakcase", -1, "the one command line of that seed to run, with all it prints")
)

const (
	fewLines = 110              // of a plain test run, about 5 s of one processor
	patience = 20 * time.Second // then a run is interrupted, and reported as slow
	hung     = 30 * time.Second // then it is a fault
)

// question is one run: its words, its surroundings and the files it finds.
type question struct {
	words     []string
	env       map[string]string
	stdin     string
	files     map[string]string
	interrupt time.Duration // when the run is interrupted; 0 for never
}

func (q question) String() string { return "scaleadvise " + strings.Join(quotedWords(q.words), " ") }

func quotedWords(words []string) []string {
	var all []string
	for _, w := range words {
		if w == "" || strings.ContainsFunc(w, func(r rune) bool { return !strings.ContainsRune(plainRunes, r) }) {
			w = fmt.Sprintf("%q", w)
		}
		all = append(all, w)
	}
	return all
}

const plainRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,%@"

// result is what a run left, and what it took.
type result struct {
	code     int
	out, err string
	wall     time.Duration
	heap     uint64 // most bytes of live and dead objects seen
	slow     bool   // interrupted because patience ran out
	hung     bool
}

// ask runs a question in the current folder.
func (q question) ask() result {
	s := newStage()
	s.In = strings.NewReader(q.stdin)
	for name, value := range q.env {
		s.env[name] = value
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if q.interrupt > 0 {
		defer time.AfterFunc(q.interrupt, cancel).Stop()
	}
	ended, stop := make(chan int, 1), watchHeap()
	begin := time.Now()
	go func() { ended <- run(ctx, q.words, s.streams) }()
	r := result{}
	select {
	case r.code = <-ended:
	case <-time.After(patience):
		r.slow = true
		cancel()
		select {
		case r.code = <-ended:
		case <-time.After(hung - patience):
			return result{hung: true, wall: time.Since(begin), heap: stop()}
		}
	}
	r.wall, r.heap, r.out, r.err = time.Since(begin), stop(), s.out.String(), s.err.String()
	return r
}

// watchHeap looks at the heap until the function that it gives is called, which says the most
// that was seen.
func watchHeap() (most func() uint64) {
	const objects = "/memory/classes/heap/objects:bytes"
	var peak atomic.Uint64
	look := func() {
		sample := []metrics.Sample{{Name: objects}}
		metrics.Read(sample)
		peak.Store(max(peak.Load(), sample[0].Value.Uint64()))
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				look()
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		look()
		return peak.Load()
	}
}

// place writes the files of a question into a new folder, which becomes the current one.
func (q question) place(t *testing.T) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a", "b", "w") // what stands above is its own too
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for name, text := range q.files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// broken runs a question twice, from the same start, and says which promises it breaks.
func (q question) broken(t *testing.T) (first result, faults []string) {
	t.Helper()
	q.place(t)
	first = q.ask()
	faults = violations(q, first)
	if first.hung || first.slow || q.interrupt > 0 {
		return first, faults
	}
	q.place(t)
	second := q.ask()
	if ended := q.timeLimit(); first.wall >= ended || second.wall >= ended {
		return first, append(faults, q.unmarked(first, second)...)
	}
	if first.code != second.code || first.out != second.out || first.err != second.err {
		faults = append(faults, "the same run twice differs: "+difference(first, second))
	}
	return first, faults
}

// timeLimit is how long a question lets simulations take; a run that takes as long may have been
// ended by the clock.
func (q question) timeLimit() time.Duration {
	if i := slices.Index(q.words, "--time-limit"); i >= 0 && i+1 < len(q.words) {
		if limit, err := time.ParseDuration(q.words[i+1]); err == nil {
			return limit
		}
	}
	return hung
}

// unmarked are faults of two runs of a question of which at least one took its time limit: where
// what they print differs, one that a clock ended says that it is not repeatable.
func (q question) unmarked(first, second result) []string {
	if first.out == second.out || !slices.Contains(q.words, "json") {
		return nil
	}
	for _, r := range []result{first, second} {
		if strings.Contains(r.out, `"repeatable": false`) || strings.Contains(r.out, `"repeatable":false`) {
			return nil
		}
	}
	return []string{"the same run twice differs, and neither says that a time limit ended it: " + difference(first, second)}
}

func difference(a, b result) string {
	if a.code != b.code {
		return fmt.Sprintf("exit codes %d and %d", a.code, b.code)
	}
	for _, pair := range [][2]string{{a.out, b.out}, {a.err, b.err}} {
		x, y := strings.Split(pair[0], "\n"), strings.Split(pair[1], "\n")
		for i := range min(len(x), len(y)) {
			if x[i] != y[i] {
				return fmt.Sprintf("line %d, %q and %q", i+1, x[i], y[i])
			}
		}
	}
	return "one is longer"
}

// TestSoak: whatever stands on the command line and in the files that it names, the exit code,
// the streams and the formats are as promised, and the same run gives the same bytes.
func TestSoak(t *testing.T) {
	var spent spending
	begin, few := time.Now(), fewLines
	if testing.Short() {
		few /= 4
	}
	for i := 0; ; i++ {
		if *soakCase >= 0 {
			i = *soakCase
		} else if *soakFor == 0 && i == few || *soakFor > 0 && time.Since(begin) > *soakFor {
			break
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) { soakOne(t, i, &spent) })
		if *soakCase >= 0 {
			break
		}
	}
	if *soakFor > 0 {
		spent.report(os.Stdout)
	}
}

func soakOne(t *testing.T, i int, spent *spending) {
	q := draw(rand.New(rand.NewPCG(*soakSeed, uint64(i))))
	r, faults := q.broken(t)
	spent.add(q, r)
	if first, _, _ := strings.Cut(r.err, "\n"); *soakCase < 0 {
		t.Logf("%.300s\n  exit code %d, %v, %d bytes; %.300s", q, r.code, r.wall.Round(time.Millisecond), len(r.out), first)
	} else {
		t.Logf("%s\n%v\nexit code %d, %v\n%s\n%s", q, q.env, r.code, r.wall, r.out, r.err)
	}
	if len(faults) == 0 {
		return
	}
	q = q.smaller(t, faults[0])
	t.Errorf("%s\n  %s\n  -soakseed=%d -soakcase=%d, environment %v%s",
		q, strings.Join(faults, "\n  "), *soakSeed, i, q.env, q.shown())
}

// smaller leaves out words and variables as long as the same promise stays broken.
func (q question) smaller(t *testing.T, fault string) question {
	t.Helper()
	kind, _, _ := strings.Cut(fault, ":")
	still := func(q question) bool {
		_, faults := q.broken(t)
		return slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, kind) })
	}
	for i := len(q.words) - 1; i >= 0; i-- {
		less := q
		less.words = slices.Delete(slices.Clone(q.words), i, i+1)
		if still(less) {
			q = less
		}
	}
	return q
}

// shown are the files that the words of a question name.
func (q question) shown() string {
	var b strings.Builder
	for name, text := range q.files {
		if slices.ContainsFunc(q.words, func(w string) bool { return strings.Contains(w, name) }) {
			fmt.Fprintf(&b, "\n  %s: %.3000q", name, text)
		}
	}
	return b.String()
}

// spending are the runs that took the most.
type spending struct {
	runs  int
	codes map[int]int
	all   []spent
}

type spent struct {
	line string
	wall time.Duration
	heap uint64
}

func (s *spending) add(q question, r result) {
	if s.codes == nil {
		s.codes = map[int]int{}
	}
	s.runs++
	s.codes[r.code]++
	s.all = append(s.all, spent{q.String(), r.wall, r.heap})
}

// report shows the slowest and the largest runs. Times depend on what else the machine does,
// so that nothing is asserted of them but that a run ends.
func (s *spending) report(w io.Writer) {
	fmt.Fprintf(w, "%d command lines on %d processors, exit codes %v\n", s.runs, runtime.GOMAXPROCS(0), s.codes)
	show := func(title string, by func(a, b spent) int) {
		slices.SortStableFunc(s.all, by)
		fmt.Fprintln(w, title)
		for _, one := range s.all[:min(5, len(s.all))] {
			fmt.Fprintf(w, "  %8.2f s %6d MiB  %.300s\n", one.wall.Seconds(), one.heap>>20, one.line)
		}
	}
	show("slowest", func(a, b spent) int { return int(b.wall - a.wall) })
	show("largest", func(a, b spent) int { return int(b.heap>>10) - int(a.heap>>10) })
}
