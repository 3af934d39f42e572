package page

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// asked is a handler over a program that remembers what it was asked.
type asked struct {
	http.Handler
	lines []string
	stdin string
}

func newAsked(t *testing.T, c Config) *asked {
	t.Helper()
	a := &asked{}
	c.Now = func() time.Time { return time.Time{} }
	c.Advise = func(_ context.Context, words []string) (*advice.Advice, []string) {
		a.lines = append(a.lines, strings.Join(words, " "))
		if strings.Contains(a.lines[len(a.lines)-1], "bad") {
			return nil, []string{`--qps: "bad<script>" is not a number`}
		}
		plan := candidate.Evaluation{Config: candidate.Config{Accelerator: "l4", Replicas: len(words)}, CapacityQPS: 900, Utilization: 0.5}
		return &advice.Advice{Feasible: true, Plan: plan, Assumptions: []advice.Assumption{{Trait: "model", Value: "bert-large"}}}, nil
	}
	c.Run = func(_ context.Context, words []string, stdin string) ([]byte, []string, int) {
		a.lines, a.stdin = append(a.lines, strings.Join(words, " ")), stdin
		switch {
		case strings.Contains(strings.Join(words, " "), "bad"):
			return nil, []string{"--qps: no"}, 2
		case strings.Contains(strings.Join(words, " "), "unknown"):
			return nil, []string{"could not tell"}, 3
		}
		return []byte(`{"schema":"x"}`), nil, 1
	}
	a.Handler = Handler(c)
	return a
}

func (a *asked) get(target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "127.0.0.1:8090"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func TestWords(t *testing.T) {
	values, err := url.ParseQuery("replicas=2&qps=5000&allow_gpu=a10&allow-gpu=l4&p99=&pin=x")
	if err != nil {
		t.Fatal(err)
	}
	words, err := Words(values)
	if got, want := strings.Join(words, " "), "--qps=5000 --replicas=2 --allow-gpu=a10 --allow-gpu=l4"; got != want && got != "--qps=5000 --replicas=2 --allow-gpu=l4 --allow-gpu=a10" || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	for _, key := range []string{"plan", "catalog", "rules", "output-file", "prometheus", "qsp", "metrics-file", "set", "output"} {
		if _, err := Words(url.Values{key: {"x"}}); err == nil {
			t.Errorf("%s is admitted", key)
		}
	}
}

func TestPageWithoutQuery(t *testing.T) {
	a := newAsked(t, Config{})
	if w := a.get("/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "How should it scale?") || len(a.lines) > 0 {
		t.Errorf("%d, asked %q: %s", w.Code, a.lines, w.Body)
	}
	start := newAsked(t, Config{Start: []string{"--qps=900", "--gpu=l4"}})
	if w := start.get("/"); w.Code != http.StatusFound || w.Header().Get("Location") != "/?gpu=l4&qps=900" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestPage(t *testing.T) {
	a := newAsked(t, Config{Base: []string{"--plan=p.yaml"}})
	w := a.get("/?qps=900&gpu=l4")
	text := w.Body.String()
	for _, want := range []string{`name="qps" value="900"`, "<h1>", "△ assumed bert-large", "scaleadvise --plan p.yaml --qps 900 --gpu l4", `href="/download/html?gpu=l4&amp;qps=900"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if a.lines[0] != "--plan=p.yaml --qps=900 --gpu=l4" {
		t.Errorf("asked %q", a.lines[0])
	}
	partial := a.get("/?qps=900&gpu=l4", "HX-Request", "true")
	if text := partial.Body.String(); strings.Contains(text, "<form") || !strings.Contains(text, `id="o-model" hx-swap-oob="true"`) || partial.Header().Get("HX-Push-Url") != "/?gpu=l4&qps=900" {
		t.Errorf("the part: %v\n%s", partial.Header(), text)
	}
}

func TestPageFaults(t *testing.T) {
	text := newAsked(t, Config{}).get("/?qps=bad<script>").Body.String()
	if strings.Contains(text, "<script>\"") || strings.Contains(text, "bad<script>") || !strings.Contains(text, `role="alert"`) || !strings.Contains(text, `aria-invalid="true"`) {
		t.Error(text)
	}
	if text := newAsked(t, Config{}).get("/?plan=/etc/passwd").Body.String(); !strings.Contains(text, "unknown key") {
		t.Error(text)
	}
}

func TestPinned(t *testing.T) {
	a := newAsked(t, Config{})
	text := a.get("/?qps=900&gpu=l4&pin=qps%3D5").Body.String()
	if !strings.Contains(text, "Against the pinned plan") || !strings.Contains(text, `href="/?gpu=l4&amp;qps=900"`) || len(a.lines) != 2 || a.lines[1] != "--qps=5" {
		t.Errorf("asked %q: %s", a.lines, text)
	}
	for _, pin := range []string{"qps%3Dbad", "plan%3D/etc/passwd", "%25zz"} {
		if w := newAsked(t, Config{}).get("/?qps=900&pin=" + pin); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Against") {
			t.Errorf("pin=%s: %d %s", pin, w.Code, w.Body)
		}
	}
}

func TestHosts(t *testing.T) {
	a := newAsked(t, Config{Names: []string{"advisor.internal"}})
	for host, want := range map[string]int{"localhost:8090": 200, "[::1]:8090": 200, "10.1.2.3": 200, "advisor.internal": 200, "evil.example": 421, "evil.example:8090": 421, "127.0.0.1.evil.example": 421} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		if a.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%s: %d, want %d", host, w.Code, want)
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: headers %v", host, w.Header())
		}
	}
}

func TestNothingCanBeChanged(t *testing.T) {
	a := newAsked(t, Config{})
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		r := httptest.NewRequest(method, "/?qps=1", strings.NewReader(""))
		r.Host = "localhost"
		w := httptest.NewRecorder()
		if a.ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/check", strings.NewReader("a: 1"))
	r.Host = "localhost"
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	if a.ServeHTTP(w, r); w.Code != http.StatusForbidden || len(a.lines) > 0 {
		t.Errorf("from another site: %d, asked %q", w.Code, a.lines)
	}
}

func TestAPI(t *testing.T) {
	for _, tt := range []struct {
		target, line string
		code         int
	}{
		{"/v1/advise?qps=5&input_tokens=9&now=2026-01-01", "advise --quiet --plan=p.yaml --output=json --qps=5 --input-tokens=9 --now=2026-01-01", 200},
		{"/v1/capacity?gpu=l4", "capacity --quiet --plan=p.yaml --output=json --gpu=l4", 200},
		{"/v1/whatif?qps=5&vary=qps%3D1..9", "whatif --quiet --plan=p.yaml --output=json --qps=5 --vary=qps=1..9", 200},
		{"/v1/explain?topic=replicas&qps=5", "explain --quiet --plan=p.yaml --output=json --qps=5 replicas", 200},
		{"/v1/catalog?table=models&search=bert", "catalog --quiet --output=json models bert", 200},
		{"/v1/compare?plan=qps%3D5%26gpu%3Dl4&plan=qps%3D5", "compare --quiet --output=json --qps 5 --gpu l4 --qps 5", 200},
		{"/v1/advise?qps=bad", "advise --quiet --plan=p.yaml --output=json --qps=bad", 400},
		{"/v1/advise?model=unknown", "advise --quiet --plan=p.yaml --output=json --model=unknown", 422},
		{"/v1/advise?plan=/etc/passwd", "", 400},
		{"/v1/advise?output=html", "", 400},
		{"/v1/explain?topic=--plan%3Dx", "", 400},
		{"/v1/catalog?table=models&catalog=/", "", 400},
		{"/v1/compare?plan=qps%3D5", "", 400},
		{"/v1/compare?plan=qps%3D5&plan=prometheus%3Dhttp://10.0.0.1", "", 400},
		{"/v1/compare?plan=qps%3D5&plan=%26", "", 400},
		{"/v1/nothing", "", 404},
	} {
		a := newAsked(t, Config{Base: []string{"--plan=p.yaml"}})
		w := a.get(tt.target)
		if got := strings.Join(a.lines, "|"); w.Code != tt.code || got != tt.line {
			t.Errorf("%s: %d %q, want %d %q: %s", tt.target, w.Code, got, tt.code, tt.line, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: no JSON: %s", tt.target, w.Body)
		}
	}
}

func TestAPICheck(t *testing.T) {
	a := newAsked(t, Config{})
	r := httptest.NewRequest(http.MethodPost, "/v1/check?strict=true", strings.NewReader("version: 1"))
	r.Host = "localhost"
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != http.StatusOK || a.lines[0] != "check --quiet --output=json --strict=true -" || a.stdin != "version: 1" || w.Header().Get("Scaleadvise-Exit-Code") != "1" {
		t.Errorf("%d, %q with %q: %v", w.Code, a.lines, a.stdin, w.Header())
	}
	large := httptest.NewRequest(http.MethodPost, "/v1/check", strings.NewReader(strings.Repeat("a", largestBody+1)))
	large.Host = "localhost"
	w = httptest.NewRecorder()
	if a.ServeHTTP(w, large); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body: %d", w.Code)
	}
}

func TestDownload(t *testing.T) {
	a := newAsked(t, Config{})
	if w := a.get("/download/csv?qps=5"); w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), "advice.csv") || a.lines[0] != "advise --quiet --qps=5 --output=csv" {
		t.Errorf("%d %v, asked %q", w.Code, w.Header(), a.lines)
	}
	for target, want := range map[string]int{"/download/exe?qps=5": 404, "/download/csv?plan=x": 400, "/download/csv?qps=bad": 400, "/assets/page.css": 200, "/assets/report.css": 200, "/assets/page.gohtml": 404, "/assets/htmx.LICENSE": 404, "/assets/..%2fhandler.go": 404} {
		if w := a.get(target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

func TestDescription(t *testing.T) {
	var d struct {
		OpenAPI    string
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(newAsked(t, Config{}).get("/v1/openapi.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.") || len(d.Paths) != len(endpoints) || d.Components.Schemas["advice"] == nil || d.Paths["/v1/check"]["post"] == nil {
		t.Errorf("%+v", d)
	}
}
