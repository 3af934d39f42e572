package channel

import "strings"

// FaultLines returns the errors of a run without the program's name; continuations keep their line.
func FaultLines(text string) []string {
	var all []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		rest, first := strings.CutPrefix(line, "scaleadvise: ")
		if strings.HasPrefix(rest, "note: ") {
			continue
		}
		if n := len(all); !first && n > 0 {
			all[n-1] += "\n" + line
			continue
		}
		if rest != "" {
			all = append(all, rest)
		}
	}
	return all
}
