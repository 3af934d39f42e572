package main

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// packed writes a small file that is large once it is unpacked: head, and then one text again and
// again. Members of gzip may follow each other, so that one is packed and copied.
func packed(t *testing.T, name, head, text string, bytes int) string {
	t.Helper()
	member := func(text string) []byte {
		var out strings.Builder
		z := gzip.NewWriter(&out)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return []byte(out.String())
	}
	const one = 1 << 20
	all, more := member(head), member(strings.Repeat(text, one/len(text)))
	for range bytes / one {
		all = append(all, more...)
	}
	if err := os.WriteFile(name, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBombs: whatever a file holds, a run ends soon, says in our words what is wrong, and holds
// little more than the limit of the file.
func TestBombs(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	const large = 300 << 20
	line := packed(t, at("line.csv"), "", "a", large)
	rows := packed(t, at("rows.csv"), "input_tokens,output_tokens\n", "100,20\n", large)
	quote := packed(t, at("quote.csv"), "arrival_s,input_tokens\n\"", "1,2\n", large)
	deep := packed(t, at("deep.json"), `{"a":`, "[", large)
	text := packed(t, at("text.json"), `{"status":"`, "x", large)
	page := packed(t, at("page.txt"), "", "vllm_x 1\n", large)
	labels := packed(t, at("labels.txt"), "", `a{b="",c="",d="",e="",f="",g="",h="",i=""} 1`+"\n", large)
	list := packed(t, at("list.yaml"), "version: 1\nname: [", "a,", large)
	short := packed(t, at("short.yaml"), "version: 1\nname: [", "a,", 3<<20)
	zero := packed(t, at("zero.yaml"), "", "\x00", large)
	whole := func(name, text string) string {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	many := func(head, text, end string, bytes int) string {
		return head + strings.Repeat(text, bytes/len(text)) + end
	}
	dense := whole("dense.yaml", many("a: [", "b,", "]\n", 3<<20))
	denser := whole("denser.yaml", many("", "---\na: ["+strings.Repeat("{b},", 15_000)+"]\n", "", 15<<20))
	scalar := whole("scalar.yaml", many("a: ", "b ", "\n", 15<<20))
	aliases := whole("aliases.yaml", many("a: &a {b: c}\nd:\n", "- <<: *a\n", "", 3<<20))
	entries := whole("entries.json", many(`{"schema":"urn:scaleadvise:baseline:v1","findings":[`, "{},", "{}]}", 15<<20))
	numbers := whole("numbers.json", many(`{"architectures":["LlamaForCausalLM"],"x":[`, "1,", "1]}", 3<<20))
	os.Mkdir(at("rules"), 0o700)
	packed(t, at("rules/r.yaml"), "id: x\nwhen: '", "a", large)
	os.Mkdir(at("catalog"), 0o700)
	packed(t, at("catalog/models.csv"), "id,kind\n", "x,y\n", large)
	for _, c := range []struct {
		args  string
		limit uint64 // of the file, MiB
	}{
		{"advise --qps 5 --plan " + list, 4}, {"advise --qps 5 --plan " + short, 4}, {"advise --qps 5 --plan " + zero, 4}, {"advise --qps 5 --plan " + line, 4},
		{"check " + dense, 16}, {"check " + denser, 16}, {"check " + scalar, 16}, {"check " + aliases, 16}, {"advise --qps 5 --plan " + dense, 4},
		{"observe --prometheus http://localhost:1 --prometheus-config " + dense, 1},
		{"check --baseline " + numbers + " " + dense, 16}, {"check --baseline " + entries + " " + dense, 16}, {"capacity --gpu h100 --model-config " + numbers, 4},
		{"check " + list, 16}, {"check " + zero, 16}, {"check --baseline " + deep + " " + dir, 16}, {"check --baseline " + text + " " + dir, 16},
		{"simulate --gpu l4 --trace " + line, 1}, {"simulate --gpu l4 --trace " + quote, 1}, {"simulate --gpu l4 --trace " + zero, 1},
		{"capacity --gpu h100 --model llama-3.1-8b --input-tokens " + line, 1}, {"capacity --gpu h100 --model llama-3.1-8b --input-tokens " + rows, 256},
		{"capacity --gpu h100 --model llama-3.1-8b --input-tokens " + quote, 1},
		{"capacity --gpu h100 --model-config " + deep, 4}, {"capacity --gpu h100 --model-config " + text, 4},
		{"capacity --gpu l4 --scaling-data " + rows, 1}, {"capacity --gpu l4 --scaling-data " + line, 1},
		{"validate " + line, 1}, {"validate " + rows, 256}, {"validate " + deep, 16}, {"validate " + text, 16},
		{"observe --metrics-file " + deep, 64}, {"observe --metrics-file " + text, 64}, {"observe --metrics-file " + page, 64},
		{"observe --metrics-file " + labels, 64}, {"observe --metrics-file " + line, 64},
		{"advise --qps 5 --rules " + at("rules"), 1}, {"advise --qps 5 --catalog " + at("catalog"), 8}, {"observe --profiles " + at("rules") + " --metrics-file " + page, 1},
		{"quiz --answers " + line, 1}, {"quiz --answers " + zero, 1}, {"advise --qps 5 --prometheus http://localhost:1 --prometheus-config " + line, 1},
	} {
		t.Run(strings.ReplaceAll(c.args, dir, ""), func(t *testing.T) {
			s := newStage()
			s.env["SCALEADVISE_NOW"] = ""
			held := watchMemory()
			began := time.Now()
			code := s.run(strings.Fields(c.args)...)
			took, most := time.Since(began), held()
			if code != exitUsage && code != exitUnknown {
				t.Errorf("exit code %d", code)
			}
			if most > (c.limit+64)<<20 {
				t.Errorf("%d MiB were held, the limit is %d MiB", most>>20, c.limit)
			}
			if took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
			if text := s.err.String(); text == "" || len(text) > 2000 || foreign.MatchString(text) {
				t.Errorf("stderr %.400q", text)
			}
		})
	}
}

// foreign are words that libraries say to programmers.
var foreign = regexp.MustCompile(`bufio\.|strconv\.|unexpected EOF|invalid character|malformed|token too long|looking for beginning|cannot unmarshal|flate:|gzip:|encoding/`)

// watchMemory looks at how much the heap holds, and gives the function that says by how much
// more than before it was at most.
func watchMemory() (most func() uint64) {
	usual := debug.SetGCPercent(100) // whatever the tests run with
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC()
	before := heap()
	var highest atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			highest.Store(max(highest.Load(), heap()))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		debug.SetGCPercent(usual)
		return max(highest.Load(), before) - before
	}
}
