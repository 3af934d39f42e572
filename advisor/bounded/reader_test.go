package bounded

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

func zipped(t testing.TB, r io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := io.Copy(z, r); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// noise does not compress.
type noise struct{ random *rand.Rand }

func (n noise) Read(b []byte) (int, error) {
	for i := range b {
		if b[i] = byte(128 + n.random.IntN(128)); i%50 == 0 {
			b[i] = '\n'
		}
	}
	return len(b), nil
}

// endless is one byte for ever.
type endless byte

func (e endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(e)
	}
	return len(b), nil
}

func TestLimits(t *testing.T) {
	trace := Limits{What: "trace", Remedy: "cut it shorter", Bytes: 1 << 20, Packed: 1 << 16, Line: 100, Record: 200}
	for name, c := range map[string]struct {
		in   io.Reader
		want string // "" reads to the end
	}{
		"within":            {strings.NewReader("a,b\n1,2\n"), ""},
		"empty":             {strings.NewReader(""), ""},
		"no last line end":  {strings.NewReader("a,b\n1,2"), ""},
		"zipped":            {bytes.NewReader(zipped(t, strings.NewReader("a,b\n"))), ""},
		"exactly packed":    {strings.NewReader(strings.Repeat("123456789012345\n", 1<<12)), ""},
		"packed":            {strings.NewReader(strings.Repeat("1234567\n", 1<<14)), "larger than 64 KiB; cut it shorter"},
		"packed and zipped": {bytes.NewReader(zipped(t, io.LimitReader(noise{rand.New(rand.NewPCG(1, 1))}, 1<<17))), "larger than 64 KiB before decompression; cut it shorter"},
		"bomb":              {bytes.NewReader(zipped(t, io.LimitReader(lines("12345678901234567890\n"), 2<<20))), "larger than 1 MiB; cut it shorter"},
		"line":              {io.MultiReader(strings.NewReader("a\nb\n"), endless('c')), "line 3 is longer than 100 B; this is not a trace"},
		"zipped line":       {bytes.NewReader(zipped(t, io.LimitReader(endless('c'), 1<<20))), "line 1 is longer than 100 B; this is not a trace"},
		"quote":             {io.MultiReader(strings.NewReader("a,b\n\"1,2\n"), lines("3,4\n")), "a quoted value runs on for more than 200 B; is a closing quote missing?"},
		"NUL":               {strings.NewReader("a,b\n1,\x00\n"), "holds a NUL byte; this is a binary file, not a trace"},
		"cut short":         {bytes.NewReader(zipped(t, strings.NewReader("a,b\n"))[:20]), "the compressed file ends too early; copy it again, whole"},
		"damaged":           {bytes.NewReader([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff}), "the compressed file is damaged; compress it again with gzip"},
		"no gzip":           {bytes.NewReader([]byte{0x1f, 0x8b, 1, 1, 1, 1, 1, 1, 1, 1}), "the compressed file is damaged; compress it again with gzip"},
	} {
		r := NewReader(context.Background(), c.in, trace)
		_, err := io.Copy(io.Discard, r)
		switch {
		case c.want == "" && (err != nil || r.Fault() != nil):
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		case c.want != "" && r.Fault() == nil:
			t.Errorf("%s: no fault is remembered", name)
		}
	}
}

// lines is a line for ever.
type lines string

func (l lines) Read(b []byte) (int, error) {
	text := strings.Repeat(string(l), len(b)/len(l)+1)
	return copy(b, text[:max(min(1, len(b)), len(b)/len(l)*len(l))]), nil
}

func TestByteOrderMark(t *testing.T) {
	for _, in := range [][]byte{[]byte("\ufeffa,b\n"), zipped(t, strings.NewReader("\ufeffa,b\n"))} {
		got, err := ReadAll(context.Background(), bytes.NewReader(in), Limits{})
		if err != nil || string(got) != "a,b\n" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestQuotedLinesAreOneRecord(t *testing.T) {
	in := "a,b\n" + strings.Repeat("\"1\n2\",3\n", 1000)
	r := NewReader(context.Background(), strings.NewReader(in), Limits{Record: 20})
	if rows, err := csv.NewReader(r).ReadAll(); err != nil || len(rows) != 1001 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	r := NewReader(ctx, lines("1,2\n"), Limits{Line: 100})
	if _, err := io.CopyN(io.Discard, r, 1<<20); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
		t.Errorf("%v after the context is done", err)
	}
}

// What a parser makes of an endless line must not grow with it.
func TestMemory(t *testing.T) {
	bomb := zipped(t, io.LimitReader(endless('a'), 256<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows := csv.NewReader(NewReader(context.Background(), bytes.NewReader(bomb), Limits{What: "trace", Line: 1 << 20}))
	if _, err := rows.Read(); err == nil {
		t.Fatal("an endless line was read")
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d MiB were allocated", used>>20)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"), 10, 20)
	f.Add(zipped(f, strings.NewReader("\ufeffa,\"b\nc\"\n")), 3, 6)
	f.Fuzz(func(t *testing.T, in []byte, line, record int) {
		l := Limits{What: "x", Bytes: 1 << 16, Packed: 1 << 16, Line: line & 0xfff, Record: record & 0xfff}
		r := NewReader(context.Background(), bytes.NewReader(in), l)
		got, err := io.ReadAll(r)
		if err != nil && r.Fault() == nil {
			t.Fatalf("%v without a fault", err)
		}
		if len(got) > 1<<16 {
			t.Fatalf("%d bytes", len(got))
		}
		for _, text := range bytes.Split(got, []byte("\n")) {
			if l.Line > 0 && len(text) > l.Line+window {
				t.Fatalf("a line of %d bytes, limit %d", len(text), l.Line)
			}
		}
	})
}
