package page

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/report"
)

//go:embed html
var files embed.FS

// Config is what the page needs from the program.
type Config struct {
	// Advise returns advice for flags, or a line for each fault in them.
	Advise func(ctx context.Context, words []string) (*advice.Advice, []string)
	// Run runs any command line with the given stdin. It returns the result, a line for each fault, and the
	// exit code.
	Run func(ctx context.Context, words []string, stdin string) (out []byte, faults []string, code int)
	// Base is the flags that every question starts from.
	Base []string
	// Start is the flags of the first question, where the URL has none.
	Start []string
	// Names are the host names under which the page may be requested, besides those of loopback.
	Names []string
	// Version is the program's version.
	Version string
	// Now is the clock that times answers.
	Now func() time.Time
}

// server answers requests; at once no more than it has places.
type server struct {
	Config
	places chan struct{}
}

// Handler answers the page under / and the API under /v1/.
func Handler(c Config) http.Handler {
	s := &server{Config: c, places: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /download/{format}", s.download)
	mux.HandleFunc("GET /assets/{name}", s.asset)
	s.api(mux)
	// Browsers of other pages must not ask: cross-origin requests other than plain reading are refused.
	return s.guarded(http.NewCrossOriginProtection().Handler(mux))
}

// policy admits nothing but what the server itself sends.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets the headers of every answer, and refuses hosts by which the page is not known: a
// foreign name that resolves to this machine (DNS rebinding) would let its page read the answers.
func (s *server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !s.knows(r.Host) {
			http.Error(w, "scaleadvise: this page is not known by that host name; open it by the address that serve printed", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// largestBody bounds what a request may bring, in bytes.
const largestBody = 4 << 20

func (s *server) knows(host string) bool {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	name = strings.Trim(name, "[]")
	if ip := net.ParseIP(name); ip != nil || strings.EqualFold(name, "localhost") {
		return true
	}
	for _, known := range s.Names {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	return false
}

// asset is a file that pages refer to.
func (s *server) asset(w http.ResponseWriter, r *http.Request) {
	kinds := map[string]string{"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8"}
	name := r.PathValue("name")
	if name == "report.css" {
		style, err := report.Stylesheet()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kinds["page.css"])
		w.Write([]byte(style))
		return
	}
	text, err := files.ReadFile("html/" + name)
	if err != nil || kinds[name] == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kinds[name])
	w.Write(text)
}

// enter waits for a place, and reports whether the request is still wanted.
func (s *server) enter(ctx context.Context) bool {
	select {
	case s.places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *server) leave() { <-s.places }

// formats are those a plan can be saved in, with the type and the ending of the file.
var formats = map[string][2]string{
	"json": {"application/json", "json"}, "yaml": {"application/yaml", "yaml"}, "csv": {"text/csv; charset=utf-8", "csv"},
	"markdown": {"text/markdown; charset=utf-8", "md"}, "html": {"text/html; charset=utf-8", "html"},
}

// download is the answer in a format of the command line, as a file.
func (s *server) download(w http.ResponseWriter, r *http.Request) {
	format := r.PathValue("format")
	kind, known := formats[format]
	words, err := Words(r.URL.Query())
	switch {
	case !known:
		http.NotFound(w, r)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	case !s.enter(r.Context()):
		return
	}
	defer s.leave()
	text, faults, code := s.Run(r.Context(), append(s.line("advise", words), "--output="+format), "")
	if len(text) == 0 {
		http.Error(w, strings.Join(faults, "\n"), status(code))
		return
	}
	w.Header().Set("Content-Type", kind[0])
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="advice.%s"`, kind[1]))
	w.Write(text)
}

// line is the command line of a request.
func (s *server) line(command string, words []string) []string {
	return append(append([]string{command, "--quiet"}, s.Base...), words...)
}

// errUnknownKey is a query key that is no trait flag.
var errUnknownKey = errors.New("unknown key")
