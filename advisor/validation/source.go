package validation

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// The first bytes that tell the formats apart.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	byteMark  = []byte{0xef, 0xbb, 0xbf} // of UTF-8, which spreadsheets write
)

// longestLine bounds a line of the CSV, bytes.
const longestLine = 64 << 10

// content is the unpacked stream and whether it is JSON.
type content struct {
	*bufio.Reader
	json bool
}

// unpack unpacks gzip, drops a byte order mark and looks at what follows. The error says what
// the stream is instead of a table or a report.
func unpack(r io.Reader) (content, error) {
	in := bufio.NewReaderSize(r, longestLine)
	if head, _ := in.Peek(len(gzipMagic)); bytes.Equal(head, gzipMagic) {
		unzipped, err := gzip.NewReader(in)
		if err != nil {
			return content{}, fmt.Errorf("begins like gzip but cannot be unpacked: %w", err)
		}
		in = bufio.NewReaderSize(unzipped, longestLine)
	}
	if head, _ := in.Peek(len(byteMark)); bytes.Equal(head, byteMark) {
		in.Discard(len(byteMark))
	}
	head, err := in.Peek(512)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return content{}, err
	}
	text := bytes.TrimSpace(head)
	first, _, _ := bytes.Cut(head, []byte("\n"))
	switch {
	case len(text) == 0 && len(head) < 512:
		return content{}, errors.New("is empty; " + expected)
	case bytes.IndexByte(first, 0) >= 0:
		return content{}, errors.New("is binary; " + expected)
	}
	return content{in, len(text) > 0 && (text[0] == '{' || text[0] == '[')}, nil
}

// expected says what a source may be.
const expected = "expected a CSV table whose first line names its columns, for example " +
	"accelerator,model,known_max_qps,bound_ms,measured_qps, or the JSON report of a load tool such as vegeta or guidellm"
