package rule

import (
	"errors"
	"fmt"
	"slices"
)

// Problem is one fault of a rule file: where it is, what is wrong, and what to do.
type Problem struct {
	File         string
	Line, Column int // 1-based; 0 when the whole file is meant
	What         string
	Remedy       string
}

// Error renders the problem on one line: "file:line:column: what; remedy".
func (p *Problem) Error() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Remedy == "" {
		return place + ": " + p.What
	}
	return place + ": " + p.What + "; " + p.Remedy
}

// joinProblems makes one error of all problems, ordered by place within each file; nil when
// there are none. The files keep the order in which they were read.
func joinProblems(problems []*Problem) error {
	order := map[string]int{}
	for _, p := range problems {
		if _, seen := order[p.File]; !seen {
			order[p.File] = len(order)
		}
	}
	slices.SortStableFunc(problems, func(a, b *Problem) int {
		if a.File != b.File {
			return order[a.File] - order[b.File]
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	joined := make([]error, len(problems))
	for i, p := range problems {
		joined[i] = p
	}
	return errors.Join(joined...)
}
