package gate

import (
	"context"
	"errors"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/plan"
)

// text is a source with what was read in it.
type text struct {
	source  Source
	content []byte // nil where nothing in it can be shown
	reading plan.Reading
	err     error

	unscanned bool // the content was read, and what stands in it was not
}

// read reads the content of a source.
func read(ctx context.Context, s Source) text {
	if s.unrendered != "" {
		return text{source: s, reading: s.hint()}
	}
	content, err := s.read(ctx)
	var over *bounded.Fault
	if errors.As(err, &over) {
		return text{source: s, reading: plan.Refused(over, s.Shown)}
	}
	if err != nil {
		return text{source: s, err: err}
	}
	return text{source: s, content: content, unscanned: true}
}

// scan reads what stands in the sources, as many at a time as there are processors. What objects of one
// refer to may stand in another.
func (r Review) scan(ctx context.Context, texts []text) {
	configs := plan.Configs{}
	for _, t := range texts {
		configs.Add(t.content, folderOf(t.source))
	}
	beside := map[string]plan.Beside{}
	for _, t := range texts {
		if folder := folderOf(t.source); beside[folder].Configs == nil {
			beside[folder] = plan.Beside{Layouts: r.Layouts, Configs: configs.In(folder)}
		}
	}
	atOnce(ctx, len(texts), func(i int) {
		t := &texts[i]
		if !t.unscanned {
			return
		}
		t.reading = beside[folderOf(t.source)].Scan(t.content, t.source.Shown)
		if len(t.reading.Documents)+len(t.reading.Scalers)+len(t.reading.Fleets)+len(t.reading.Faults) == 0 {
			t.content = nil
		}
	})
}

// attach gives the objects of all files the autoscalers that scale them: those of their own
// folder, else those of others where the object is the only one of its name. Autoscalers that
// scale nothing of what was read become documents that cannot be judged.
func attach(texts []text) {
	byFolder, byTarget, owners := map[string][]plan.Scaler{}, map[string][]plan.Scaler{}, map[string]int{}
	var seen []plan.Reference
	for _, t := range texts {
		folder := folderOf(t.source)
		byFolder[folder] = append(byFolder[folder], t.reading.Scalers...)
		for _, s := range t.reading.Scalers {
			byTarget[s.TargetName] = append(byTarget[s.TargetName], s)
		}
		seen = append(seen, t.reading.Seen...)
	}
	for _, o := range seen {
		owners[o.Kind+" "+o.Name]++
	}
	index := plan.NewIndex(seen)
	var readings []*plan.Reading
	for i := range texts {
		r := &texts[i].reading
		r.Attach(byFolder[folderOf(texts[i].source)])
		for _, d := range r.Documents {
			if o := d.Object; o != nil && owners[o.Kind+" "+o.Name] == 1 {
				r.Attach(byTarget[o.Name])
			}
		}
		r.Documents = append(r.Documents, index.Aimless(r.Scalers)...)
		readings = append(readings, r)
	}
	plan.Surround(readings)
}
