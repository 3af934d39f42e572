package bounded

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
)

// Limits says how much a reader accepts. A limit of 0 is no limit.
type Limits struct {
	What   string // what is read, as an error names it: "trace", "rule file"
	Remedy string // what to do when a limit is exceeded: "cut the trace shorter"

	Bytes  int64 // after decompression
	Packed int64 // before decompression
	Line   int   // bytes between line ends
	Record int   // bytes of a CSV record: lines within one pair of quotes count together
	Value  int   // bytes between two calls of Reader.Next: one value of a JSON document

	Binary bool // NUL bytes are content, not a sign of the wrong file
}

// window is the size of the buffers, B.
const window = 64 << 10

// The first bytes that tell what follows.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	byteMark  = []byte{0xef, 0xbb, 0xbf} // of UTF-8, which spreadsheets write
)

// Reader is a stream within limits: decompressed where it was compressed by gzip, and without
// a byte order mark. It fails with a *Fault beyond a limit and with the context's error once
// that is done.
type Reader struct {
	*bufio.Reader
	guard *guard
}

// NewReader returns a reader of r within the limits. Nothing is read before the first Read, since r may be a
// terminal.
func NewReader(ctx context.Context, r io.Reader, l Limits) *Reader {
	packed := &counter{ctx: ctx, r: r, left: l.Packed, over: Fault{Limits: l, Kind: Packed, Limit: l.Packed}}
	g := &guard{ctx: ctx, limits: l, r: &opening{packed: bufio.NewReaderSize(packed, window)}}
	return &Reader{bufio.NewReaderSize(g, window), g}
}

// Next begins another value, whose bytes Limits.Value bounds. Bytes that are already in the buffers count
// towards no value.
func (r *Reader) Next() { r.guard.value = 0 }

// ReadAll returns all that r holds within the limits.
func ReadAll(ctx context.Context, r io.Reader, l Limits) ([]byte, error) {
	return io.ReadAll(NewReader(ctx, r, l))
}

// Fault returns why the stream ended before its end; nil where it did not. A parser that words its own
// errors must look at it first, since a broken stream looks like a broken file.
func (r *Reader) Fault() error { return r.guard.fault }

// opening finds at the first read what the stream is, and reads it from there.
type opening struct {
	packed *bufio.Reader
	text   *bufio.Reader // nil before the first read
	unzips bool
}

func (o *opening) Read(b []byte) (int, error) {
	if o.text == nil {
		if err := o.open(); err != nil {
			return 0, err
		}
	}
	return o.text.Read(b)
}

func (o *opening) open() error {
	text := o.packed
	if begins(text, gzipMagic) {
		o.unzips = true
		unzipped, err := gzip.NewReader(text)
		if err != nil {
			return err
		}
		text = bufio.NewReaderSize(unzipped, window)
	}
	if begins(text, byteMark) {
		text.Discard(len(byteMark)) // cannot fail: the bytes were peeked
	}
	o.text = text
	return nil
}

// begins reports whether a stream begins with these bytes. It asks for no more of them than
// it must: a terminal gives a line at a time.
func begins(r *bufio.Reader, with []byte) bool {
	for n := 1; n <= len(with); n++ {
		if have, _ := r.Peek(n); !bytes.Equal(have, with[:n]) {
			return false
		}
	}
	return true
}

// counter bounds the bytes before decompression.
type counter struct {
	ctx  context.Context
	r    io.Reader
	left int64
	over Fault
}

func (c *counter) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if c.over.Limit == 0 {
		return c.r.Read(b)
	}
	if c.left <= 0 {
		return 0, c.atEnd()
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

// atEnd tells a stream of exactly the limit from a longer one.
func (c *counter) atEnd() error {
	var one [1]byte
	if n, err := io.ReadFull(c.r, one[:]); n == 0 {
		return err
	}
	return &c.over
}

// guard bounds what comes after decompression, and remembers why it ended.
type guard struct {
	ctx    context.Context
	limits Limits
	r      *opening
	fault  error

	bytes  int64
	line   int64 // lines ended
	in     int   // bytes of the line
	record int   // bytes of the record
	value  int   // bytes of the value
	quoted bool  // inside a pair of quotes
}

func (g *guard) Read(b []byte) (int, error) {
	if g.fault != nil {
		return 0, g.fault
	}
	if err := g.ctx.Err(); err != nil {
		return 0, g.end(err)
	}
	n, err := g.r.Read(b)
	if fault := g.look(b[:n]); fault != nil {
		return 0, g.end(fault)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, g.end(g.broken(err))
	}
	return n, err
}

func (g *guard) end(err error) error {
	g.fault = err
	return err
}

// broken says in our words what a compressed stream has.
func (g *guard) broken(err error) error {
	var over *Fault
	switch {
	case errors.As(err, &over) && over.Kind == Packed && !g.r.unzips:
		return g.over(Bytes, over.Limit) // there is but one size
	case errors.As(err, &over), g.ctx.Err() != nil, !g.r.unzips:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Fault{Limits: g.limits, Kind: CutShort}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), isCorrupt(err):
		return &Fault{Limits: g.limits, Kind: Corrupt}
	}
	return err
}

// look counts bytes, lines and records. The line that breaks a limit is named.
func (g *guard) look(b []byte) error {
	l := g.limits
	if g.bytes += int64(len(b)); l.Bytes > 0 && g.bytes > l.Bytes {
		return g.over(Bytes, l.Bytes)
	}
	if g.value += len(b); l.Value > 0 && g.value > l.Value {
		return g.over(Value, int64(l.Value))
	}
	if !l.Binary && bytes.IndexByte(b, 0) >= 0 {
		return g.over(NUL, 0)
	}
	if l.Line == 0 && l.Record == 0 {
		return nil
	}
	for len(b) > 0 {
		text, rest, ended := bytes.Cut(b, []byte{'\n'})
		if err := g.lookLine(text, ended); err != nil {
			return err
		}
		b = rest
	}
	return nil
}

func (g *guard) lookLine(text []byte, ended bool) error {
	l := g.limits
	if g.in += len(text); l.Line > 0 && g.in > l.Line {
		return g.over(Line, int64(l.Line))
	}
	if l.Record > 0 {
		g.quoted = g.quoted != (bytes.Count(text, []byte{'"'})%2 == 1)
		if g.record += len(text); g.record > l.Record {
			return g.over(Record, int64(l.Record))
		}
	}
	if ended {
		g.line++
		g.in = 0
		if !g.quoted {
			g.record = 0
		}
	}
	return nil
}

func (g *guard) over(kind Kind, limit int64) error {
	return &Fault{Limits: g.limits, Kind: kind, Limit: limit, Line: g.line + 1}
}
