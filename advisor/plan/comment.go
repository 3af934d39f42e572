package plan

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"scaleadvise/advisor/origin"
)

// ignoreMark starts a comment that ignores a rule:
//
//	# scaleadvise:ignore single-zone dev only until 2027-03-01
const ignoreMark = "scaleadvise:ignore"

// ignoreComment is such a comment, or what is wrong with it.
type ignoreComment struct {
	Ignore
	ends  int // line of the separator behind it; beyond the last line for the last document
	fault *Error
}

// ignoreComments finds the comments of a file. They are looked for in the text: a YAML
// parser does not say where a comment stands.
func ignoreComments(content []byte, file string) []ignoreComment {
	var all []ignoreComment
	pending, number := 0, 0
	for line := range bytes.Lines(content) {
		number++
		text := strings.TrimRight(string(line), "\r\n")
		if text == "---" || strings.HasPrefix(text, "--- ") {
			for ; pending < len(all); pending++ {
				all[pending].ends = number
			}
		}
		before, after, found := strings.Cut(text, ignoreMark)
		if !found || !opensComment(before) {
			continue
		}
		column := utf8.RuneCountInString(before[:strings.LastIndexByte(before, '#')]) + 1
		at := origin.Origin{Kind: origin.Plan, Name: "ignore", File: file, Line: number, Column: column}
		all = append(all, ignoreOf(after, at))
	}
	for ; pending < len(all); pending++ {
		all[pending].ends = number + 1
	}
	return all
}

// opensComment reports whether what stands before the mark makes it a comment's first word.
func opensComment(before string) bool {
	rest, ok := strings.CutSuffix(strings.TrimRight(before, " \t"), "#")
	return ok && (rest == "" || strings.HasSuffix(rest, " ") || strings.HasSuffix(rest, "\t"))
}

// ignoreOf reads "rule reason", with "until 2027-03-01", or the date alone, at its end where
// it shall end.
func ignoreOf(text string, at origin.Origin) ignoreComment {
	fail := func(format string, args ...any) ignoreComment {
		return ignoreComment{fault: &Error{File: at.File, Line: at.Line, Column: at.Column, Message: ignoreMark + ": " + fmt.Sprintf(format, args...)}}
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return fail("no rule is named: expected its id and a reason, such as %s single-zone dev only until 2027-03-01", ignoreMark)
	}
	i := Ignore{Rule: words[0], Origin: at}
	reason := words[1:]
	if n := len(reason); n > 0 {
		day, err := time.Parse(time.DateOnly, reason[n-1])
		until := n >= 2 && reason[n-2] == "until"
		switch {
		case err == nil && until:
			i.Until, reason = day, reason[:n-2]
		case err == nil:
			i.Until, reason = day, reason[:n-1]
		case until:
			return fail("%q is not a date: expected YYYY-MM-DD, such as 2027-03-01", clip(reason[n-1]))
		}
	}
	i.Reason = strings.Join(reason, " ")
	if i.Reason == "" {
		return fail("no reason for ignoring %s: expected one, so that others can judge it", clip(i.Rule))
	}
	return ignoreComment{Ignore: i}
}
