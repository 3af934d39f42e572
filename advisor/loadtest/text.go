package loadtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// screen is what a tool prints at the end of a run, recognised by the line with which a run
// begins.
type screen struct {
	tool   string
	begins func(line string) bool // trimmed
	run    func(*block) Run
}

// screens are the text formats. The first that fits a line begins a run with it.
var screens = []screen{
	{"vegeta", func(l string) bool { return strings.HasPrefix(l, "Requests") && strings.Contains(l, "[total, rate") }, vegetaScreen},
	{"wrk", func(l string) bool { return strings.HasPrefix(l, "Running ") && strings.Contains(l, " test @ ") }, wrkScreen},
	{"hey", func(l string) bool { return l == "Summary:" }, summaryScreen},
	{"perf_analyzer", func(l string) bool {
		return strings.HasPrefix(l, "Request concurrency: ") || strings.HasPrefix(l, "Request Rate: ")
	}, analyzerScreen},
	{"vllm bench serve", func(l string) bool { return strings.Contains(l, "Serving Benchmark Result") }, servingScreen},
	{"ab", func(l string) bool { return strings.HasPrefix(l, "Concurrency Level:") }, abScreen},
	{"k6", func(l string) bool { return k6Trend(l, "http_req_duration") || k6Trend(l, "grpc_req_duration") }, k6Screen},
}

// block is the lines of one run.
type block struct {
	all    []string // of the file, trimmed
	from   int      // of the run, within all
	to     int
	faults []error
}

// The limits of what is printed for people.
const (
	longestLine = 64 << 10
	mostLines   = 200_000
)

// readText reads a table, or what was printed at the end of runs.
func readText(in *bufio.Reader) ([]Run, error) {
	head, err := in.Peek(longestLine)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	first, _, _ := strings.Cut(string(head), "\n")
	for _, t := range tables {
		if t.is(strings.ToLower(strings.TrimSpace(first))) {
			return readTable(in, t)
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	var all []string
	for lines.Scan() {
		if all = append(all, strings.TrimSpace(lines.Text())); len(all) > mostLines {
			return nil, fmt.Errorf("has more than %d lines of text: it %w", mostLines, errUnknown)
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d is longer than %d KiB: it %w", len(all)+1, longestLine>>10, errUnknown)
	}
	if lines.Err() != nil {
		return nil, lines.Err()
	}
	return readScreens(all)
}

// readScreens cuts the lines where runs begin.
func readScreens(all []string) ([]Run, error) {
	var runs []Run
	begun := map[int]screen{}
	var starts []int
	for i, line := range all {
		for _, s := range screens {
			if s.begins(line) {
				begun[i], starts = s, append(starts, i)
				break
			}
		}
	}
	for k, from := range starts {
		to := len(all)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		s, b := begun[from], &block{all: all, from: from, to: to}
		run := s.run(b)
		if err := errors.Join(b.faults...); err != nil {
			return nil, b.faults[0]
		}
		run.Tool = cmpText(run.Tool, s.tool)
		if run.Place = fmt.Sprintf("line %d", from+1); len(starts) == 1 {
			run.Place = ""
		}
		if run.QPS == 0 && run.Requests == 0 {
			return nil, fmt.Errorf("%s, line %d: the run has no rate: the output is cut short; give all that the tool printed", run.Tool, from+1)
		}
		runs = append(runs, run)
	}
	if len(runs) == 0 {
		return nil, errUnknown
	}
	return runs, nil
}

func cmpText(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// after is what follows the first line of the run that begins so, and the number of that line;
// 0 where there is none.
func (b *block) after(prefix string) (string, int) { return b.within(b.from, b.to, prefix) }

// before looks at the lines above the run, the nearest first.
func (b *block) before(prefix string) string {
	for i := b.from; i >= 0; i-- {
		if rest, ok := strings.CutPrefix(b.all[i], prefix); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func (b *block) within(from, to int, prefix string) (string, int) {
	for i := from; i < to; i++ {
		if rest, ok := strings.CutPrefix(b.all[i], prefix); ok {
			return strings.TrimSpace(rest), i + 1
		}
	}
	return "", 0
}

// number is the number after a prefix, 0 where the line is missing.
func (b *block) number(prefix string) float64 {
	text, line := b.after(prefix)
	if line == 0 {
		return 0
	}
	word, _, _ := strings.Cut(strings.TrimLeft(text, ": "), " ")
	return b.parse(line, word)
}

// parse reads a number such as 1,234 or 12.5%.
func (b *block) parse(line int, word string) float64 {
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimRight(word, "%,;"), ",", ""), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		b.fault(line, "%q is not a number", word)
		return 0
	}
	return v
}

func (b *block) fault(line int, format string, args ...any) {
	b.faults = append(b.faults, fmt.Errorf("line %d: "+format+"; give the output as the tool printed it", append([]any{line}, args...)...))
}

// time reads a time with its unit after a prefix, in s; 0 where the line is missing.
func (b *block) time(prefix string) float64 {
	text, line := b.after(prefix)
	if line == 0 {
		return 0
	}
	return b.seconds(line, strings.TrimLeft(text, ": "))
}

// seconds reads a time that begins a text: "1m2.5s", "12.3 ms", "0.0512 secs".
func (b *block) seconds(line int, text string) float64 {
	words := strings.Fields(text)
	if len(words) == 0 {
		b.fault(line, "a time is missing")
		return 0
	}
	if v, ok := parseTime(words[0]); ok {
		return v
	}
	if len(words) > 1 {
		if unit, ok := secondsIn(strings.Trim(words[1], ",;)")); ok {
			return b.parse(line, words[0]) * unit
		}
	}
	b.fault(line, "%q is not a time with a unit such as ms", strings.Join(words[:min(len(words), 2)], " "))
	return 0
}

// parseTime reads "12.3ms", "1m2s", "850.00us", "1.02m".
func parseTime(word string) (float64, bool) {
	word = strings.TrimRight(word, ",;")
	d, err := time.ParseDuration(word)
	if err != nil || word == "0" {
		return 0, false
	}
	return d.Seconds(), true
}
