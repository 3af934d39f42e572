package validation

import (
	"bytes"
	"context"
	"errors"
	"io"

	"scaleadvise/advisor/bounded"
)

// longestLine bounds a line of the CSV, bytes.
const longestLine = 64 << 10

// sourceLimits are those of what is read, a table or a report.
var sourceLimits = bounded.Limits{
	What: "file of measurements", Remedy: "give the summary alone, without single requests", Bytes: largestSource, Packed: largestSource, Binary: true,
}

// largestSource bounds what is read, bytes.
const largestSource = 256 << 20

// content is the stream and whether it is JSON.
type content struct {
	*bounded.Reader
	json bool
}

// open looks at how the stream begins. The error says what it is instead of a table or a report.
func open(ctx context.Context, r io.Reader) (content, error) {
	in := bounded.NewReader(ctx, r, sourceLimits)
	head, err := in.Peek(512)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return content{}, err
	}
	if len(head) == 0 && in.Fault() != nil {
		return content{}, in.Fault()
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
