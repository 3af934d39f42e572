package gate

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"scaleadvise/advisor/bounded"
)

// IgnoreFile is a file with patterns of files and folders that every check skips.
const IgnoreFile = ".scaleadviseignore"

// SkippedFile bounds the size of an IgnoreFile.
var SkippedFile = bounded.Limits{
	What: "list of files to skip", Remedy: "skip a folder instead of its files, one pattern a line",
	Bytes: 1 << 20, Packed: 1 << 20, Line: 4096,
}

// Patterns returns the lines of an IgnoreFile without comments. The error names the line of each that
// is not a pattern.
func Patterns(content []byte) ([]string, error) {
	var all []string
	var faults []error
	number := 0
	for line := range strings.Lines(string(content)) {
		number++
		if line = strings.TrimSuffix(strings.TrimSpace(line), "/"); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if _, err := path.Match(line, ""); err != nil {
			faults = append(faults, fmt.Errorf("%s:%d: %q is not a pattern; write one like '**/charts/**'", IgnoreFile, number, bounded.Excerpt(line)))
		}
		all = append(all, line)
	}
	return all, errors.Join(faults...)
}
