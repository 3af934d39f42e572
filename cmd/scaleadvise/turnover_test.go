package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// turnovers are histories of servers that come and go, of counters that are reset and of scrapes
// that fail: 100 requests a second on average each, half as many again in the afternoon, told apart
// by the label case.
type turnovers struct {
	to   time.Time
	days int
}

// life is a server's stay: which scrapes it is there for.
type life struct {
	pod        string
	from, till int // scrapes since the start
	share      float64
}

// lives are the servers of each case.
func (h turnovers) lives() map[string][]life {
	n := h.days * 24 * 60
	all := map[string][]life{"resets": {{"p", 0, n, 1}}, "crashes": {{"p", 0, n, 1}}, "fails": {{"p", 0, n, 1}}}
	for i := range 4 { // replaced half an hour ago
		all["rollout"] = append(all["rollout"], life{fmt.Sprint("old-", i), 0, n - 30, 0.25}, life{fmt.Sprint("new-", i), n - 30, n, 0.25})
	}
	for i := range 4 { // replaced three times within the hour
		for gen, till := range []int{50, 30, 10, 0} {
			from := []int{n, 50, 30, 10}[gen]
			all["rollouts"] = append(all["rollouts"], life{fmt.Sprintf("v%d-%d", gen, i), n - from, n - till, 0.25})
		}
	}
	for i := range 4 { // replaced one after the other at the peak of a day
		at := n - 547 + 5*i
		all["rolling"] = append(all["rolling"], life{fmt.Sprint("old-", i), 0, at, 0.25}, life{fmt.Sprint("new-", i), at, n, 0.25})
	}
	for name, of := range map[string]struct{ servers, minutes int }{"churn": {12, 45}, "jobs": {6, 6}} {
		for slot := range of.servers {
			for from := -slot * of.minutes / of.servers; from < n; from += of.minutes {
				if till := min(from+of.minutes, n); till-max(from, 0) > 1 {
					all[name] = append(all[name], life{fmt.Sprintf("%d-%d", slot, from), max(from, 0), till, 1 / float64(of.servers)})
				}
			}
		}
	}
	for from := 0; from < n; from += 30 { // a server every half an hour, which lives eight minutes
		all["seldom"] = append(all["seldom"], life{fmt.Sprint(from), from, from + 8, 0})
	}
	return all
}

// write writes all samples, a scrape a minute.
func (h turnovers) write(w io.Writer, stamp func(time.Time) string) error {
	out := bufio.NewWriter(w)
	dice := rand.New(rand.NewPCG(3, 4))
	start := h.to.AddDate(0, 0, -h.days)
	fmt.Fprintln(out, "# TYPE http_requests counter")
	for name, lives := range h.lives() {
		for _, l := range lives {
			h.live(out, name, l, dice, func(i int) (time.Time, string) {
				at := start.Add(time.Duration(i) * time.Minute)
				return at, stamp(at)
			})
		}
	}
	fmt.Fprintln(out, "# EOF")
	return out.Flush()
}

func (h turnovers) live(out io.Writer, name string, l life, dice *rand.Rand, at func(int) (time.Time, string)) {
	count := 0.0
	for i := l.from; i < l.till; i++ {
		t, stamp := at(i)
		expected := 6000 * l.share * (1 + 0.5*math.Cos(float64(t.Hour()*60+t.Minute()-900)/1440*2*math.Pi))
		count += math.Round(math.Max(expected+math.Sqrt(expected)*dice.NormFloat64(), 0))
		if name == "fails" && i == h.days*24*60-600 {
			count = 0 // a restart of ten hours ago
		}
		switch {
		case name == "seldom":
			count = []float64{2, 2, 3, 4, 5, 5, 5, 5}[i-l.from]
		case name == "resets" && i%180 == 0, name == "crashes" && i%10 == 0:
			count = 0
		case name == "fails" && i/10%2 == 0:
			continue
		}
		fmt.Fprintf(out, "http_requests_total{case=%q,pod=%q} %.0f %s\n", name, l.pod, count, stamp)
	}
}

var numberOf = func(key string) *regexp.Regexp { return regexp.MustCompile(`(?m)^ *` + key + `: ([0-9.]+)`) }

// TestServersThatComeAndGo: neither a rollout nor servers that live for minutes change what is seen of
// the load and of how many serve, on either server; and what a restart or a scrape that fails leaves
// behind is no burst.
func TestServersThatComeAndGo(t *testing.T) {
	history := turnovers{to: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), days: 8}
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			address := server.start(t, history)
			for name, want := range map[string]struct {
				qps, replicas, most float64 // most replicas that are counted
				bursts              bool    // are told
			}{
				"rollout": {100, 4, 4, true}, "rollouts": {100, 4, 4, true}, "rolling": {100, 4, 4, true},
				"churn":   {100, 12, 13, false},
				"jobs":    {100, 6, 8, false},
				"resets":  {100, 1, 1, true},
				"crashes": {90, 1, 1, false}, // of ten minutes one is lost with the counter
				"fails":   {100, 1, 1, false},
				"seldom":  {5.0 / 1800, 1, 1, false},
			} {
				s := newStage()
				if code := s.run("observe", "--prometheus", address, "--selector", `case="`+name+`"`, "--now", "2026-07-01"); code != exitDone {
					t.Fatalf("%s: exit code %d, stderr %s", name, code, s.err.String())
				}
				got := func(key string) float64 {
					found := numberOf(key).FindStringSubmatch(s.out.String())
					if found == nil {
						return math.NaN()
					}
					v, _ := strconv.ParseFloat(found[1], 64)
					return v
				}
				if v := got("qps"); !(math.Abs(v/want.qps-1) < 0.03) {
					t.Errorf("%s: %v/s, made with %v/s", name, v, want.qps)
				}
				if v := got("peak_to_mean"); (name == "fails" || strings.HasPrefix(name, "roll")) && !(math.Abs(v/1.5-1) < 0.04) {
					t.Errorf("%s: a peak of %v times the mean, made with 1.5", name, v)
				}
				if v := got("replicas"); !(v >= want.replicas && v <= want.most) {
					t.Errorf("%s: %v replicas, made with %v", name, v, want.replicas)
				}
				if v := got("burstiness"); math.IsNaN(v) == want.bursts || v > 2 {
					t.Errorf("%s: burstiness %v, made with 1", name, v)
				}
				if strings.Contains(s.err.String(), "took less than") { // a server that began a while ago is no canary
					t.Errorf("%s: %s", name, s.err.String())
				}
				if name == "crashes" && !strings.Contains(s.err.String(), "counters are reset 5.8 times an hour") {
					t.Errorf("nothing was said of the crashes: %s", s.err.String())
				}
			}
		})
	}
}
