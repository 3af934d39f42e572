package report

import "time"

// Run is what a document says about the run that made it.
type Run struct {
	Version     string
	CatalogDate string // date of the newest embedded price, YYYY-MM-DD
	At          time.Time
	Catalogs    []string // overlay folders, the lowest precedence first
	Command     []string // command that asks the same again, without flags that only concern the output
}

// runDoc is the run as machines read it.
type runDoc struct {
	Version     string   `json:"version"`
	CatalogDate string   `json:"catalog_date"`
	Catalogs    []string `json:"catalogs"`
	At          *string  `json:"at"`
	Command     []string `json:"command"`
}

// stamped is the part that all documents share. Its run is null where that is not known.
type stamped struct {
	Run *runDoc `json:"run"`
}

// stamp notes the run; nil notes nothing.
func (s *stamped) stamp(r *Run) {
	if r == nil {
		return
	}
	s.Run = &runDoc{Version: clean(r.Version), CatalogDate: clean(r.CatalogDate), Catalogs: cleanAll(r.Catalogs), Command: cleanAll(r.Command)}
	if !r.At.IsZero() {
		at := r.At.UTC().Format(time.RFC3339)
		s.Run.At = &at
	}
}

// stampable is a document that says which run made it.
type stampable interface{ stamp(*Run) }

// made is the document of a result, with the run that made it.
func made[T, D any](document func(*T) D, x *T, o Options) *D {
	d := document(x)
	if s, ok := any(&d).(stampable); ok {
		s.stamp(o.Run)
	}
	return &d
}
