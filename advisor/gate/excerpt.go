package gate

import (
	"bytes"
	"context"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/plan"
)

// excerpt gives findings the lines that they are about. content is that of the source; an
// autoscaler may stand in another file of its folder.
func excerpt(ctx context.Context, plans []advice.Checked, s Source, content []byte) {
	wanted := map[string]map[int][]*advice.Place{}
	add := func(p *advice.Place) {
		if p.Line == 0 {
			return
		}
		if wanted[p.File] == nil {
			wanted[p.File] = map[int][]*advice.Place{}
		}
		wanted[p.File][p.Line] = append(wanted[p.File][p.Line], p)
	}
	for i := range plans {
		for j := range plans[i].Findings {
			add(&plans[i].Findings[j].Place)
		}
		for j := range plans[i].Suppressed {
			add(&plans[i].Suppressed[j].Place)
		}
	}
	for file, places := range wanted {
		text := content
		if file != s.Shown {
			other := s
			other.Name = file
			text, _ = other.read(ctx) // without it the finding has no excerpt
		}
		fillPlaces(places, text)
	}
}

func fillPlaces(places map[int][]*advice.Place, content []byte) {
	number := 0
	for line := range bytes.Lines(content) {
		number++
		for _, p := range places[number] {
			p.Text = plan.Line(line)
			p.Length = plan.TokenLength(p.Text, p.Column)
		}
	}
}
