package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// loopback are streams of a run that listens; said is what it says on stderr.
func loopback(in io.Reader, out io.Writer) (s streams, said <-chan string) {
	lines := make(chan string, 16)
	return streams{In: in, Out: out, Err: teller(lines), Env: func(string) (string, bool) { return "", false }, Now: func() time.Time { return time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC) }}, lines
}

type teller chan<- string

func (t teller) Write(p []byte) (int, error) { t <- string(p); return len(p), nil }

// TestServe holds the page's answers to the command's, byte for byte, and the end of the server
// to the contract.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	plan, secret := filepath.Join(dir, "plan.yaml"), filepath.Join(dir, "secret.csv")
	for name, text := range map[string]string{plan: "version: 1\nworkload: {model: resnet50}\ndeploy: {gpu: l4, replicas: 4}\n", secret: "input_tokens\nhunter2\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, interrupt := context.WithCancel(t.Context())
	var out bytes.Buffer
	s, said := loopback(strings.NewReader(""), &out)
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--plan", plan, "--qps", "900"}, s)
	}()
	_, rest, _ := strings.Cut(<-said, "http://")
	address, _, _ := strings.Cut(rest, "/")
	get := func(target string) (int, string) {
		t.Helper()
		answer, err := http.Get("http://" + address + target)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	var want bytes.Buffer
	direct := s
	direct.Out, direct.Err = &want, io.Discard
	if code := run(t.Context(), []string{"advise", "--plan", plan, "--qps", "700", "-o", "json"}, direct); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	if code, got := get("/v1/advise?qps=700"); code != http.StatusOK || !sameAnswer(t, got, want.String()) {
		t.Errorf("%d: the API and the command differ\n%s\n%s", code, got, want.String())
	}
	if code, got := get("/"); code != http.StatusOK || !strings.Contains(got, `value="900"`) || !strings.Contains(got, "L4") {
		t.Errorf("%d: the first page does not start from the flags: %.400s", code, got)
	}
	for _, target := range []string{"/v1/advise?qps=700&input_tokens=" + secret + "&model=bert-large", "/?qps=700&model=bert-large&input_tokens=" + secret, "/v1/capacity?gpu=a10&model_config=" + dir} {
		if _, got := get(target); strings.Contains(got, "hunter2") || !strings.Contains(got, "may not be read from here") {
			t.Errorf("%s: %.600s", target, got)
		}
	}
	interrupt()
	if code := <-done; code != exitInterrupted || out.Len() > 0 {
		t.Errorf("exit code %d, on stdout %q", code, out.String())
	}
}

// sameAnswer compares two documents but for how each was asked for.
func sameAnswer(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y map[string]any
	if err := errors.Join(json.Unmarshal([]byte(a), &x), json.Unmarshal([]byte(b), &y)); err != nil {
		t.Fatal(err)
	}
	delete(x, "run")
	delete(y, "run")
	one, _ := json.Marshal(x)
	other, _ := json.Marshal(y)
	return bytes.Equal(one, other)
}

// TestServeRefuses: what cannot be served says so at once.
func TestServeRefuses(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"serve", "--listen", "8090"}, exitUsage, "127.0.0.1:8090"},
		{[]string{"serve", "--listen", "192.0.2.1:1"}, exitUnknown, "choose another"},
		{[]string{"serve", "--plan", "missing.yaml"}, exitUsage, "missing.yaml"},
		{[]string{"serve", "--qps", "x"}, exitUsage, "--qps"},
		{[]string{"serve", "extra"}, exitUsage, "extra"},
	} {
		var errs bytes.Buffer
		s, _ := loopback(strings.NewReader(""), io.Discard)
		s.Err = &errs
		if code := run(t.Context(), tt.args, s); code != tt.code || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%q: exit code %d, %q", tt.args, code, errs.String())
		}
	}
}

// TestAssistant holds a session as an assistant does: the tools answer what the commands answer.
func TestAssistant(t *testing.T) {
	t.Chdir(t.TempDir())
	manifest := "version: 1\nworkload: {model: bert-large, qps: 9000}\ndeploy: {gpu: l4, replicas: 1}\n"
	if err := os.WriteFile("plan.yaml", []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	s, _ := loopback(fromClient, toClient)
	done := make(chan int, 1)
	go func() { done <- run(t.Context(), []string{"mcp"}, s) }()
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.IOTransport{Reader: fromServer, Writer: toServer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		tool      string
		arguments map[string]any
		want      string // in the structured content; "" for a fault
	}{
		{"advise", map[string]any{"qps": 5000, "gpu": "a10"}, `"urn:scaleadvise:advice:v2"`},
		{"advise", map[string]any{"plan": "plan.yaml"}, `"strategy"`},
		{"capacity", map[string]any{"gpu": "l4", "model": "resnet50"}, `"sustainable_qps"`},
		{"check", map[string]any{"paths": []string{"plan.yaml"}}, `"over-capacity"`},
		{"check", map[string]any{"content": manifest}, `"over-capacity"`},
		{"compare", map[string]any{"plans": []any{"plan.yaml", map[string]any{"qps": 9000, "gpu": "a10"}}}, `"urn:scaleadvise:comparison:v1"`},
		{"fleet", map[string]any{"content": "version: 1\nkind: fleet\nservices:\n  - {name: a, workload: {model: bert-large, qps: 90}, deploy: {gpu: l4}}\n"}, `"urn:scaleadvise:fleet:v1"`},
		{"explain", map[string]any{"topic": "replicas", "qps": 900, "gpu": "l4"}, `"steps"`},
		{"catalog", map[string]any{"table": "accelerators", "search": "h100"}, `H100`},
		{"advise", map[string]any{"qps": "x"}, ""},
		{"advise", map[string]any{"plan": "/etc/passwd"}, ""},
	} {
		result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tt.tool, Arguments: tt.arguments})
		if err != nil {
			t.Fatalf("%s: %v", tt.tool, err)
		}
		text, _ := json.Marshal(result.StructuredContent)
		if result.IsError != (tt.want == "") || !strings.Contains(string(text), tt.want) || len(result.Content) == 0 {
			t.Errorf("%s %v: error %v, %d parts, %.300s", tt.tool, tt.arguments, result.IsError, len(result.Content), text)
		}
	}
	session.Close()
	toServer.Close()
	if code := <-done; code != exitDone {
		t.Errorf("exit code %d", code)
	}
}
