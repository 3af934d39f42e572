package page

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/comparison"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/report"
)

// view is what the page shows.
type view struct {
	Title, Version string
	Strip          []string
	Form           []fieldset
	Set, Guessed   int
	Answer         template.HTML
	Empty          bool // nothing was asked yet
	Faults         []string
	Command        string
	Query, Pin     string // queries of the plan shown and of the pinned one
	Pinned         *pinned
	Saves          []save
	Status         string
	Partial        bool // only the answer, to replace the one shown
}

// pinned is a plan that was kept to compare others with.
type pinned struct {
	Name, Change string
	Table        template.HTML
	Unpin        string
}

type save struct{ Name, Link string }

var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(files, "html/page.gohtml")
})

// page answers /: the whole page, or for htmx what of it changes.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	t, err := pageTemplate()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if r.URL.RawQuery == "" && len(s.Start) > 0 {
		http.Redirect(w, r, "/?"+query(s.Start).Encode(), http.StatusFound)
		return
	}
	if !s.enter(r.Context()) {
		return
	}
	began := s.Now()
	v := s.view(r)
	s.leave()
	if v.Answer != "" {
		v.Status = fmt.Sprintf("answered in %d ms", s.Now().Sub(began).Milliseconds())
	}
	name := "page.gohtml"
	if v.Partial {
		name = "partial"
		w.Header().Set("HX-Push-Url", "/?"+address(v.Query, v.Pin))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "HX-Request")
	var text strings.Builder
	if err := t.ExecuteTemplate(&text, name, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, text.String())
}

// view answers the question of a request.
func (s *server) view(r *http.Request) view {
	asked := r.URL.Query()
	v := view{Version: s.Version, Title: "scaleadvise", Pin: asked.Get("pin"), Partial: r.Header.Get("HX-Request") == "true"}
	words, err := Words(asked)
	v.Query = query(words).Encode()
	v.Command = commandLine(append(slices.Clone(s.Base), words...))
	var a *advice.Advice
	switch {
	case err != nil:
		v.Faults = []string{err.Error()}
	case len(words)+len(s.Base) == 0:
		v.Empty = true
	default:
		a, v.Faults = s.Advise(r.Context(), append(slices.Clone(s.Base), words...))
	}
	assumed := map[string]string{}
	if a != nil {
		assumed = report.Assumed(a)
		v.show(a)
		v.Pinned = s.pinned(r.Context(), a, v.Query, v.Pin)
	}
	v.Form, v.Set, v.Guessed = form(words, assumed, v.Faults), len(words), len(assumed)
	for _, format := range []string{"html", "json", "csv", "markdown", "yaml"} {
		v.Saves = append(v.Saves, save{format, "/download/" + format + "?" + v.Query})
	}
	return v
}

// show takes over what an answer says.
func (v *view) show(a *advice.Advice) {
	text, err := report.AnswerHTML(a)
	if err != nil {
		v.Faults = []string{err.Error()}
		return
	}
	v.Answer, v.Strip = text, report.Strip(a)
	v.Title = report.Title(a)
}

// pinned sets the answer beside the pinned plan; nil without one, or where it has no answer.
func (s *server) pinned(ctx context.Context, a *advice.Advice, shown, pin string) *pinned {
	values, err := url.ParseQuery(pin)
	if pin == "" || err != nil {
		return nil
	}
	words, err := Words(values)
	if err != nil {
		return nil
	}
	before, _ := s.Advise(ctx, append(slices.Clone(s.Base), words...))
	if before == nil {
		return nil
	}
	sides := []advice.Side{comparison.Recommended("pinned", before), comparison.Recommended("shown", a)}
	table, err := report.ComparisonTables(comparison.Compare(sides))
	if err != nil {
		return nil
	}
	return &pinned{Name: commandLine(words), Change: report.Against(before, a), Table: table, Unpin: "/?" + shown}
}

// address is the query of a plan with a pinned one.
func address(query, pin string) string {
	if pin == "" {
		return query
	}
	return query + "&pin=" + url.QueryEscape(pin)
}

// PinLink returns the address that shows the plan with itself pinned.
func (v view) PinLink() string { return "/?" + address(v.Query, v.Query) }

// commandLine is what to type for the same answer.
func commandLine(words []string) string {
	line := []string{"scaleadvise"}
	for _, w := range words {
		name, value, attached := strings.Cut(w, "=")
		line = append(line, name)
		if attached {
			line = append(line, origin.Quoted(value))
		}
	}
	return strings.Join(line, " ")
}
