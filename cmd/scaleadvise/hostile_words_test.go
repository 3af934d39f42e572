package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestHostileSurroundings: nor does what stands in the environment, in arguments, in the
// configuration of a client, or in what a server answers. NUL and bytes that are no UTF-8 are
// among it.
func TestHostileSurroundings(t *testing.T) {
	words := []string{hostile, hostile + "\x00", "\x00", "\u202e" + hostile, "::error::x", "##[error]y", "\xff\xfe" + hostile, "x\n::error::x\n##[error]y"}
	t.Chdir(t.TempDir())
	plain := func(words ...string) question { return question{words: words, env: map[string]string{}} }
	var all []question
	for _, word := range words {
		all = append(all, plain(word), plain("--"+word), plain("--"+word+"=1", "--qps", "5"), plain("check", word), plain("rules", "show", word),
			plain("help", word), plain("--qps", "5", "--gpu", "a10", "--output-file", filepath.Join("none", word)))
		for _, name := range []string{"qps", "gpu", "model", "output", "plan", "set", "now", "prometheus", "prometheus-config", "selector", "profile", "catalog", "load-test"} {
			q := plain("advise")
			q.env[optionVariable(name)] = word
			all = append(all, q, plain("advise", "--"+name, word))
		}
	}
	for i, text := range configurations() {
		name := fmt.Sprintf("client%d.yaml", i)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		all = append(all, plain("observe", "--prometheus", "ftp://127.0.0.1", "--prometheus-config", name))
	}
	server := httptest.NewServer(http.HandlerFunc(hostileServer))
	defer server.Close()
	for status := range 6 {
		all = append(all, plain("observe", "--prometheus", server.URL+"/"+strconv.Itoa(status)), plain("--prometheus", server.URL+"/"+strconv.Itoa(status), "--gpu", "a10"))
	}
	for _, q := range all {
		for _, terminal := range []bool{false, true} {
			s := newStage()
			for name, value := range q.env {
				s.env[name] = value
			}
			s.env["GITHUB_ACTIONS"], s.IsTTY, s.ErrIsTTY, s.Width = "true", terminal, terminal, 60
			s.run(q.words...)
			held(t, q.words, s.out.String(), false, false)
			held(t, q.words, s.err.String(), false, false)
		}
	}
}

// optionVariable is the name of the variable that stands for a flag.
func optionVariable(flag string) string { return option{name: flag}.variable() }

// configurations are files of a client with hostile headers, credentials and names.
func configurations() []string {
	quoted := strconv.Quote(strings.ReplaceAll(hostile, "\u2066", ""))
	quoted = strings.NewReplacer(`\x1b`, `\e`, `\x07`, `\a`).Replace(quoted)
	return []string{
		"http_headers: {" + quoted + ": {values: [x]}}\n",
		"http_headers: {X-Team: {values: [" + quoted + "]}}\n",
		"authorization: {type: " + quoted + ", credentials: x}\n",
		"authorization: {credentials_file: " + quoted + "}\n",
		"proxy_url: " + quoted + "\n",
		"tls_config: {ca_file: " + quoted + ", server_name: " + quoted + "}\n",
		quoted + ": 1\n",
	}
}

// hostileServer answers with hostile headers and bodies; the last part of the path says how.
func hostileServer(w http.ResponseWriter, r *http.Request) {
	text := strings.Map(func(r rune) rune {
		if r == '\n' {
			return ' '
		}
		return r
	}, hostile)
	for _, name := range []string{"Server", "Content-Type", "WWW-Authenticate", "Location", "X-Team"} {
		w.Header().Set(name, text)
	}
	body := `{"status":"error","errorType":` + strconv.Quote(text) + `,"error":` + strconv.Quote(text) + `}`
	switch {
	case strings.HasPrefix(r.URL.Path, "/0"):
		w.WriteHeader(http.StatusUnprocessableEntity)
	case strings.HasPrefix(r.URL.Path, "/1"):
		w.WriteHeader(http.StatusUnauthorized)
		body = text
	case strings.HasPrefix(r.URL.Path, "/2"):
		w.WriteHeader(http.StatusFound)
	case strings.HasPrefix(r.URL.Path, "/3"):
		body = text + "\n::error::x\n##[error]y\n\x00"
	case strings.HasPrefix(r.URL.Path, "/4"):
		w.Header().Set("Content-Type", "application/json")
		body = `{"status":"success","warnings":[` + strconv.Quote(text) + `],"data":{"resultType":` + strconv.Quote(text) + `,"result":[]}}`
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
	fmt.Fprint(w, body)
}
