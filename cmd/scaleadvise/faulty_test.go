package main

import (
	"compress/gzip"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Secrets that must never be printed, as they stand in the configuration of the tests.
const (
	password = "hunter2-password"
	tenant   = "tenant-secret-42"
)

// fine answers as a healthy server would: one counter, 10 requests a second.
func fine(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.HasSuffix(r.URL.Path, "/values"):
		fmt.Fprint(w, `{"status":"success","data":["http_requests_total"]}`)
	case strings.HasSuffix(r.URL.Path, "/series"):
		fmt.Fprint(w, `{"status":"success","data":[{"__name__":"http_requests_total"}]}`)
	case strings.HasSuffix(r.URL.Path, "/query"):
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
	default:
		matrix(w, r, "10")
	}
}

// matrix answers a range query by one series of the same value.
func matrix(w io.Writer, r *http.Request, value string) {
	from, _ := strconv.ParseFloat(r.FormValue("start"), 64)
	to, _ := strconv.ParseFloat(r.FormValue("end"), 64)
	step, _ := strconv.ParseFloat(r.FormValue("step"), 64)
	fmt.Fprint(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[`)
	for i := 0; from+float64(i)*step <= to; i++ {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, `[%.0f,%q]`, from+float64(i)*step, value)
	}
	fmt.Fprint(w, `]}]}}`)
}

// on answers range queries by a fault, and the rest as a healthy server does.
func on(fault http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/query_range") {
			fault(w, r)
			return
		}
		fine(w, r)
	}
}

// said answers with a body of JSON.
func said(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// settings writes a configuration with credentials and gives the file's name.
func settings(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "client.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const credentials = "basic_auth: {username: me, password: " + password + "}\n" +
	"http_headers: {X-Scope-OrgID: {values: [" + tenant + "]}}\n"

// observed runs observe against a server and gives what came of it.
func observed(t *testing.T, address string, more ...string) (code int, out, complaint string) {
	t.Helper()
	s := newStage()
	words := append([]string{"observe", "--prometheus", address, "--now", "2026-07-01", "--history", "3d",
		"--prometheus-config", settings(t, credentials)}, more...)
	code = s.run(words...)
	out, complaint = s.out.String(), s.err.String()
	for _, secret := range []string{password, tenant, "bWU6aHVudGVyMi1wYXNzd29yZA=="} {
		if strings.Contains(out+complaint, secret) {
			t.Errorf("%s was printed:\n%s%s", secret, out, complaint)
		}
	}
	return code, out, complaint
}

func TestFaultyServers(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"fails for good":    {on(said(503, `{"status":"error","errorType":"unavailable","error":"no room for `+password+`"}`)), "503 unavailable: no room for <secret>; try again later"},
		"refuses":           {said(401, `{"status":"error","error":"who are you"}`), "401: who are you; give credentials with --prometheus-config"},
		"refuses silently":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, "403; give credentials with --prometheus-config"},
		"bad query":         {on(said(400, `{"status":"error","errorType":"bad_data","error":"parse error"}`)), "400 bad_data: parse error"},
		"bad query, 422":    {on(said(422, `{"status":"error","errorType":"422","error":"cannot parse"}`)), "422 422: cannot parse"},
		"truncated":         {on(said(200, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"val`)), "the answer ends in the middle"},
		"not JSON":          {on(said(200, `<html>login</html>`)), "invalid JSON at byte 0"},
		"a page":            {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>login</html>") }, `answers "text/html; charset=utf-8", not JSON`},
		"an error with 200": {on(said(200, `{"status":"error","errorType":"timeout","error":"too slow"}`)), "200 timeout: too slow"},
		"twice the series":  {on(said(200, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[]},{"metric":{},"values":[]}]}}`)), "holds several series"},
		"an odd time":       {on(said(200, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}}`)), "outside the times that were asked for"},
		"deep":              {on(said(200, `{"x":`+strings.Repeat("[", 20000))), "nests too deep at byte"},
		"nothing there":     {said(200, `{"status":"success","data":[]}`), "no metrics of any known serving system"},
		"all NaN": {on(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			matrix(w, r, "NaN")
		}), "has no values"},
		"no values":       {on(said(200, `{"status":"success","data":{"resultType":"matrix","result":[]}}`)), "has no values"},
		"a gzip bomb":     {on(bomb), "one value is longer than 16 MiB; narrow it with --selector"},
		"an endless body": {on(endless), "one value is longer than 16 MiB; narrow it with --selector"},
		"slow":            {on(silent), "within 1 s"},
		"asked too often": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(429)
		}, "the server answered 429, too many requests; try again in 2 min, as it asks"},
		"is no HTTP":      {on(raw("HTTP/1.1 200 OK\r\nno header\r\n\r\n")), "is not an HTTP server; is the address right?"},
		"breaks off":      {on(raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")), "the server closed the connection in the middle of its answer"},
		"closes the line": {on(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "ended the connection without an answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.handler)
			defer server.Close()
			limit := "30s"
			if name == "slow" {
				limit = "1s"
			}
			code, out, complaint := observed(t, server.URL, "--timeout", limit)
			if code != exitUnknown || !strings.Contains(complaint, test.says) || out != "" {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %q", code, out, complaint, test.says)
			}
			if strings.Count(complaint, "\n") != 1 {
				t.Errorf("several lines: %q", complaint)
			}
		})
	}
}

// raw answers with bytes that may be no HTTP, and closes the connection.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(connection, answer)
		connection.Close()
	}
}

// silent takes a request and says nothing. It reads the request first, else it would not
// notice that no one waits any more.
func silent(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// bomb is small on the wire and large unpacked.
func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	defer z.Close()
	fill(z, 80<<20)
}

// endless sends as much as is taken, up to 10 GB.
func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fill(w, 10e9)
}

func fill(w io.Writer, bytes int) {
	fmt.Fprint(w, `{"status":"success","infos":[`)
	piece := []byte(strings.Repeat(`"xxxxxxxx",`, 4096))
	for sent := 0; sent < bytes; sent += len(piece) {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(fine))
	server.Close()
	code, _, complaint := observed(t, server.URL)
	if code != exitUnknown || !strings.Contains(complaint, "refused; is it running, and is the address right?") {
		t.Errorf("exit code %d, stderr %q", code, complaint)
	}
}

// TestRecovers: a failure that passes leaves no trace, and credentials came with each request.
func TestRecovers(t *testing.T) {
	var failures atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, secret, _ := r.BasicAuth(); user != "me" || secret != password || r.Header.Get("X-Scope-OrgID") != tenant {
			t.Errorf("%s came without credentials", r.URL.Path)
		}
		if failures.Add(1) <= 2 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		fine(w, r)
	}))
	defer server.Close()
	code, out, complaint := observed(t, server.URL)
	if code != exitDone || !strings.Contains(out, "  qps: 10  # mean over 3 days to 2026-07-01") {
		t.Errorf("exit code %d, stdout %s, stderr %s", code, out, complaint)
	}
}

// TestRedirect: a redirect to another host is told, and nothing is sent there.
func TestRedirect(t *testing.T) {
	var visits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 307, 308} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/login?token="+tenant, status)
		}))
		code, _, complaint := observed(t, server.URL)
		server.Close()
		if code != exitUnknown || !strings.Contains(complaint, "redirects to "+elsewhere.URL+"/login, where credentials do not follow") {
			t.Errorf("%d: exit code %d, stderr %q", status, code, complaint)
		}
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("%d requests followed", n)
	}
}

// TestOnlyGet: a proxy that takes no POST is asked by GET.
func TestOnlyGet(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		fine(w, r)
	}))
	defer server.Close()
	if code, _, complaint := observed(t, server.URL+"/prom/"); code != exitDone {
		t.Errorf("exit code %d, stderr %s", code, complaint)
	}
}

// TestNoLoad: counters that stand still are an answer, and no advice without a demand.
func TestNoLoad(t *testing.T) {
	server := httptest.NewServer(on(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		matrix(w, r, "0")
	}))
	defer server.Close()
	code, out, complaint := observed(t, server.URL)
	if code != exitDone || !strings.Contains(complaint, "no load") || strings.Contains(out, "  qps:") {
		t.Errorf("exit code %d, stdout %s, stderr %s", code, out, complaint)
	}
	s := newStage()
	if code := s.run("--prometheus", server.URL, "--gpu", "t4"); code != exitUsage || !strings.Contains(s.err.String(), "scaleadvise: no load: not a single request came, so there is nothing to size") {
		t.Errorf("exit code %d, stderr %s", code, s.err.String())
	}
}

// TestGentle: the server sees some dozens of requests, never more than four at once.
func TestGentle(t *testing.T) {
	var asked, now, most atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		n := now.Add(1)
		defer now.Add(-1)
		for before := most.Load(); n > before && !most.CompareAndSwap(before, n); before = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		fine(w, r)
	}))
	defer server.Close()
	if code, _, complaint := observed(t, server.URL, "--history", "90d"); code != exitDone {
		t.Fatalf("exit code %d, stderr %s", code, complaint)
	}
	if asked.Load() > 80 || most.Load() > 4 { // a history is asked for by two days at a time: 45 requests, and what else there is to ask
		t.Errorf("%d requests, %d of them at once", asked.Load(), most.Load())
	}
}

// TestConfigurationsSayNoSecret: what is wrong with a configuration is told without it.
func TestConfigurationsSayNoSecret(t *testing.T) {
	for _, text := range []string{
		"basic_auth: " + password,
		"basic_auth: {username: me, password: [" + password + "]}",
		"authorization: {type: basic, credentials: " + password + "}",
		"bearer_token: " + password + "\nbasic_auth: {username: me}",
		"pasword: " + password,
		"tls_config: {ca: " + password + "}",
		"oauth2: {client_id: me, client_secret: " + password + "}",
		"http_headers: {Authorization: {values: [" + password + "]}}",
		"{" + password,
		"enable_http2: " + password,
		"bearer_token: *" + password,
	} {
		s := newStage()
		code := s.run("observe", "--prometheus", "http://127.0.0.1:1", "--timeout", "1s", "--prometheus-config", settings(t, text))
		if complaint := s.err.String(); strings.Contains(complaint, password) || code != exitUsage && code != exitUnknown || complaint == "" {
			t.Errorf("%s: exit code %d, stderr %s", text, code, complaint)
		}
	}
}

func TestAddresses(t *testing.T) {
	for address, says := range map[string]string{
		"localhost:9090":                         "is not an address of HTTP",
		"prometheus":                             "not an address; write it as http://localhost:9090",
		"ftp://host":                             `"ftp" is not an address of HTTP`,
		"http://":                                "is not an address of HTTP",
		"http://me:" + password + "@[":           "not an address",
		"http://me:" + password + "@127.0.0.1:1": "http://127.0.0.1:1: ",
	} {
		s := newStage()
		code := s.run("observe", "--prometheus", address, "--timeout", "2s")
		if complaint := s.err.String(); !strings.Contains(complaint, says) || strings.Contains(complaint, password) || code == exitDone {
			t.Errorf("%s: exit code %d, stderr %s", address, code, complaint)
		}
	}
}

// TestCredentials: each way of --prometheus-config reaches the server, files beside the
// configuration included, over TLS; and a wrong authority is refused with what to do.
func TestCredentials(t *testing.T) {
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.FormValue("client_secret") != password {
			if _, secret, _ := r.BasicAuth(); secret != password {
				w.WriteHeader(http.StatusUnauthorized)
				fmt.Fprintf(w, `{"error":"invalid_client","error_description":"%s is wrong"}`, r.FormValue("client_secret"))
				return
			}
		}
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, tenant)
	}))
	defer tokens.Close()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+tenant {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fine(w, r)
	}))
	defer server.Close()
	dir := t.TempDir()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, content := range map[string][]byte{"ca.pem": authority, "token": []byte(tenant + "\n"), "wrong": []byte(password)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		text, says string
		code       int
	}{
		"inline":       {"authorization: {credentials: " + tenant + "}\ntls_config: {ca_file: ca.pem}", "", exitDone},
		"file":         {"authorization: {credentials_file: token}\ntls_config: {ca_file: ca.pem}", "", exitDone},
		"bearer":       {"bearer_token_file: token\ntls_config: {ca_file: ca.pem}", "", exitDone},
		"oauth2":       {"oauth2: {client_id: me, client_secret: " + password + ", token_url: '" + tokens.URL + "'}\ntls_config: {ca_file: ca.pem}", "", exitDone},
		"wrong token":  {"authorization: {credentials_file: wrong}\ntls_config: {ca_file: ca.pem}", "401; give credentials with --prometheus-config", exitUnknown},
		"wrong secret": {"oauth2: {client_id: me, client_secret: not-" + password + ", token_url: '" + tokens.URL + "'}\ntls_config: {ca_file: ca.pem}", "", exitUnknown},
		"no authority": {"authorization: {credentials_file: token}", "name the authority in tls_config.ca_file of --prometheus-config", exitUnknown},
		"no file":      {"authorization: {credentials_file: nosuch}\ntls_config: {ca_file: ca.pem}", "nosuch", exitUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".yaml")
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := newStage()
			code := s.run("observe", "--prometheus", server.URL, "--prometheus-config", file, "--history", "3d", "--now", "2026-07-01")
			said := s.out.String() + s.err.String()
			if code != test.code || !strings.Contains(said, test.says) {
				t.Errorf("exit code %d, %s", code, said)
			}
			if strings.Contains(said, tenant) || strings.Contains(said, password) {
				t.Errorf("a secret was printed: %s", said)
			}
		})
	}
}
