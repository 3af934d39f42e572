package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// WriteObservation writes what was read from a running service as a plan file: caveats, its traits with the
// query of each, and below, as comments, further observations, and what stays unknown with a way to supply
// it.
func WriteObservation(w io.Writer, seen *prom.Observation, wl *workload.Workload, doubts []string) error {
	var out bytes.Buffer
	if warnings := slices.Concat(doubts, seen.Warnings); len(warnings) > 0 {
		out.WriteString("# Warnings:\n")
		for _, text := range warnings {
			fmt.Fprintf(&out, "#   %s\n", line(text))
		}
		out.WriteString("#\n")
	}
	if err := plan.Write(&out, wl); err != nil {
		return err
	}
	remarks(&out, "Read from", []string{readFrom(seen)})
	remarks(&out, "Also seen, but not part of a plan", each(seen.Facts, seenFact))
	remarks(&out, "Not in the metrics", each(seen.Unknown, untold))
	_, err := out.WriteTo(w)
	return err
}

// remarks writes lines as comments under a heading, and nothing without lines.
func remarks(out *bytes.Buffer, heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(out, "#\n# %s:\n", heading)
	for _, text := range lines {
		fmt.Fprintf(out, "#   %s\n", line(text))
	}
}

func readFrom(seen *prom.Observation) string {
	const minute = "2006-01-02 15:04"
	text := seen.Source
	if len(seen.Profiles) > 0 {
		text += ", profile " + strings.Join(seen.Profiles, ",")
	}
	if len(seen.Selector) > 0 {
		text += ", {" + seen.Selector.String() + "}"
	}
	if len(seen.Demand.Values) > 0 {
		text += ", " + seen.Span.From.UTC().Format(minute) + " to " + seen.Span.To.UTC().Format(minute) + " UTC"
	}
	return text
}

func seenFact(f prom.Fact) string {
	value := f.Text
	if value == "" {
		value = unit.Format(f.Kind, f.Value)
	}
	return fmt.Sprintf("%s: %s  (%s)", f.Title, value, f.Query)
}

func untold(u prom.Unknown) string {
	return fmt.Sprintf("%s: %s; give it by %s", u.Trait, u.Why, u.Remedy)
}
