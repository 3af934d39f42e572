package export

import (
	"bytes"
	"slices"

	"scaleadvise/advisor/pattern"
)

// mostCells bounds the table of a comparison of lines.
const mostCells = 16 << 20

// merged applies to a text what changed between two other forms of it, line by line: before is how
// the text is written without its author's blank lines and habits, after the same with changes. The
// caller checks the result: where the forms differ too much it may mean something else.
func merged(text, before, after []byte) []byte {
	own, from, to := lines(text), lines(before), lines(after)
	place := matches(from, own)
	kept := matches(from, to)
	if place == nil || kept == nil {
		return after
	}
	var out [][]byte
	i, j, k := 0, 0, 0 // in from, to and own
	for i < len(from) || j < len(to) {
		if i < len(from) && kept[i] == j {
			k = through(&out, own, place, i, k)
			i, j = i+1, j+1
			continue
		}
		end := i
		for end < len(from) && kept[end] < 0 {
			end++
		}
		until := len(to)
		if end < len(from) {
			until = kept[end]
		}
		for ; i < end; i++ { // these lines are gone
			if place[i] >= k {
				out = append(out, own[k:place[i]]...)
				k = place[i] + 1
			}
		}
		for ; j < until; j++ {
			out = append(out, indented(to, j, kept, from, own, place))
		}
	}
	return bytes.Join(append(out, own[min(k, len(own)):]...), nil)
}

// indented is a new line at the column where the author has what stands at the same one in the
// other form, by the nearest line that both have.
func indented(to [][]byte, j int, kept []int, from, own [][]byte, place []int) []byte {
	column := margin(to[j])
	shift, distance := 0, 3*len(to)
	for i, at := range kept {
		if at < 0 || place[i] < 0 {
			continue
		}
		apart := max(at-j, j-at)
		if margin(from[i]) != column {
			apart += len(to) // any line of the same column is better
		}
		if apart < distance {
			shift, distance = margin(own[place[i]])-margin(from[i]), apart
		}
	}
	return append(bytes.Repeat([]byte(" "), max(column+shift, 0)), to[j][column:]...)
}

// margin is how many blanks a line begins with.
func margin(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// through takes over the author's lines up to the one that stands for line i.
func through(out *[][]byte, own [][]byte, place []int, i, k int) int {
	if place[i] < k {
		return k
	}
	*out = append(*out, own[k:place[i]+1]...)
	return place[i] + 1
}

// lines cuts a text behind each line break; the last line gets one.
func lines(text []byte) [][]byte {
	all := bytes.SplitAfter(text, []byte("\n"))
	if n := len(all) - 1; len(all[n]) == 0 {
		return all[:n]
	}
	all[len(all)-1] = append(slices.Clone(all[len(all)-1]), '\n')
	return all
}

// spaced is the room before a comment or at the end of a line.
var spaced = pattern.Of(`[ \t]+(#|\r?\n$)`)

// plain are lines without what their author and the emitter do differently.
func plain(all [][]byte) [][]byte {
	out := make([][]byte, len(all))
	for i, l := range all {
		out[i] = spaced.Regexp().ReplaceAll(bytes.TrimLeft(l, " "), []byte(" $1"))
	}
	return out
}

// matches tells for each line of a the line of b that it corresponds to, -1 for none, by a longest
// common subsequence; nil where the texts are too long to compare.
func matches(a, b [][]byte) []int {
	a, b = plain(a), plain(b)
	if (len(a)+1)*(len(b)+1) > mostCells {
		return nil
	}
	width := len(b) + 1
	longest := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if bytes.Equal(a[i], b[j]) {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	out := make([]int, len(a))
	i, j := 0, 0
	for i < len(a) {
		switch {
		case j < len(b) && bytes.Equal(a[i], b[j]):
			out[i] = j
			i, j = i+1, j+1
		case j < len(b) && longest[(i+1)*width+j] < longest[i*width+j+1]:
			j++
		default:
			out[i] = -1
			i++
		}
	}
	return out
}
