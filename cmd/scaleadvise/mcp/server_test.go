package mcp

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		tool, arguments, want, stdin string
	}{
		{"advise", `{"qps":5000,"gpu":"a10","allow_gpu":["a10","l4"],"input_tokens":384}`, "--qps=5000 --input-tokens=384 --gpu=a10 --allow-gpu=a10 --allow-gpu=l4", ""},
		{"advise", `{"qps":0.25,"plan":"plans/a.yaml"}`, "--qps=0.25 --plan=plans/a.yaml", ""},
		{"capacity", `{"gpu":"a10","plan_text":"version: 1"}`, "--gpu=a10 --plan=-", "version: 1"},
		{"check", `{"paths":["a.yaml","./b/"],"strict":true}`, "--strict a.yaml b", ""},
		{"check", `{"content":"kind: Pod","strict":false}`, "-", "kind: Pod"},
		{"compare", `{"plans":["a.yaml",{"qps":900,"gpu":"t4"}]}`, "a.yaml --qps 900 --gpu t4", ""},
		{"compare", `{"plans":["a.yaml",{"qps":900,"model":"llama-3.1-8b","disaggregate":true}]}`, "a.yaml --qps 900 --model llama-3.1-8b --disaggregate", ""},
		{"fleet", `{"paths":["fleet.yaml"]}`, "fleet.yaml", ""},
		{"fleet", `{"content":"kind: fleet"}`, "-", "kind: fleet"},
		{"explain", `{"topic":"replicas","qps":"900/s"}`, "--qps=900/s replicas", ""},
		{"catalog", `{"search":"bert","table":"models"}`, "models bert", ""},
	} {
		ln, err := newLine(named(t, tt.tool), json.RawMessage(tt.arguments))
		if got := strings.Join(append(ln.words, ln.arguments...), " "); err != nil || got != tt.want || ln.stdin != tt.stdin {
			t.Errorf("%s %s: %q with %q, %v; want %q", tt.tool, tt.arguments, got, ln.stdin, err, tt.want)
		}
	}
}

func TestLineRefuses(t *testing.T) {
	for _, tt := range [][2]string{
		{"advise", `{"qsp":5}`}, {"advise", `{"qps":[1,2]}`}, {"advise", `{"qps":{}}`}, {"advise", `{"plan":"/etc/passwd"}`}, {"advise", `{"plan":"../x.yaml"}`},
		{"advise", `[]`}, {"check", `{"paths":["/etc"]}`}, {"check", `{"paths":["../a"]}`}, {"check", `{"strict":"yes"}`}, {"check", `{"content":1}`},
		{"explain", `{"topic":"--plan=x"}`}, {"catalog", `{}`}, {"compare", `{"plans":"a"}`}, {"compare", `{"plans":[{"plan_text":"x"},{"qps":1}]}`},
		{"compare", `{"plans":[{}, {"qps":1}]}`}, {"compare", `{"plans":[1,2]}`}, {"compare", `{"plans":["--prometheus=http://x","a"]}`}, {"advise", `{"prometheus":"http://x"}`},
	} {
		if ln, err := newLine(named(t, tt[0]), json.RawMessage(tt[1])); err == nil {
			t.Errorf("%s %s: admitted as %v %v", tt[0], tt[1], ln.words, ln.arguments)
		}
	}
}

func named(t *testing.T, name string) tool {
	t.Helper()
	for _, one := range tools() {
		if one.Name == name {
			return one
		}
	}
	t.Fatalf("no tool %s", name)
	return tool{}
}

// TestSession holds a session with the protocol's own client.
func TestSession(t *testing.T) {
	c := Config{Version: "1", Run: func(_ context.Context, words []string, _ string) ([]byte, []string, int) {
		text := strings.Join(words, " ")
		switch {
		case words[0] == "schema":
			return []byte(`{"type":"object"}`), nil, 0
		case strings.Contains(text, "bad"):
			return nil, []string{"--qps: no"}, 2
		case strings.Contains(text, "--output=json"):
			return []byte(`{"line":"` + text + `"}`), nil, 0
		}
		return []byte("## Answer\n"), nil, 0
	}}
	// Two pipes, one a direction.
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(t.Context(), c, fromClient, toClient) }()
	session, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.IOTransport{Reader: fromServer, Writer: toServer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := session.ListTools(t.Context(), nil)
	if err != nil || len(list.Tools) != len(tools()) {
		t.Fatalf("%v, %v", list, err)
	}
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "advise", Arguments: map[string]any{"qps": 900}})
	if err != nil || result.IsError || result.Content[0].(*sdk.TextContent).Text != "## Answer" {
		t.Fatalf("%+v, %v", result, err)
	}
	if got, _ := json.Marshal(result.StructuredContent); string(got) != `{"line":"advise --quiet --output=json --qps=900"}` {
		t.Errorf("structured: %s", got)
	}
	for _, arguments := range []map[string]any{{"qps": "bad"}, {"qsp": 1}} {
		if result, err = session.CallTool(t.Context(), &sdk.CallToolParams{Name: "advise", Arguments: arguments}); err != nil || !result.IsError {
			t.Errorf("%v: %+v, %v", arguments, result, err)
		}
	}
	session.Close()
	toServer.Close()
	if err := <-done; err != nil {
		t.Logf("ended with %v", err)
	}
}
