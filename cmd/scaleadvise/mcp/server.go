package mcp

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Output is what a run of a command line gave.
type Output struct {
	Out, Err []byte
	Code     int
}

// Config is what the server needs of the program.
type Config struct {
	// Run runs a command line with that text as its stdin.
	Run func(ctx context.Context, words []string, stdin string) Output
	// Version is the program's.
	Version string
}

const instructions = "scaleadvise decides whether an ML service should scale vertically, horizontally, both, or get a cheaper model: with numbers, cost and reasons. Quantities carry their unit (\"5000/s\", \"80ms\", \"8%/month\", \"12mo\"); a bare qps is per second. An exit code of 1 means that no plan holds or that a check found errors; the answer is complete."

// Serve answers an assistant over a pair of streams until it hangs up or ctx ends.
func Serve(ctx context.Context, c Config, in io.ReadCloser, out io.WriteCloser) error {
	return newServer(c).Run(ctx, &sdk.IOTransport{Reader: in, Writer: out})
}

func newServer(c Config) *sdk.Server {
	server := sdk.NewServer(&sdk.Implementation{Name: "scaleadvise", Title: "scaleadvise", Version: c.Version},
		&sdk.ServerOptions{Instructions: instructions, Logger: slog.New(slog.DiscardHandler)})
	for _, t := range tools() {
		row := &sdk.Tool{
			Name: t.Name, Title: t.Title, Description: t.About, InputSchema: t.inputSchema(),
			Annotations: &sdk.ToolAnnotations{Title: t.Title, ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: new(bool)},
		}
		if schema := c.schema(t); schema != nil {
			row.OutputSchema = schema
		}
		server.AddTool(row, func(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			return c.call(ctx, t, r.Params.Arguments), nil
		})
	}
	return server
}

// schema is the output schema of a tool, nil where there is none.
func (c Config) schema(t tool) json.RawMessage {
	if t.Schema == "" {
		return nil
	}
	got := c.Run(context.Background(), []string{"schema", t.Schema}, "")
	if got.Code != 0 || !json.Valid(got.Out) {
		return nil
	}
	return got.Out
}

// call runs the command of a tool twice: for people, and as structured content.
func (c Config) call(ctx context.Context, t tool, raw json.RawMessage) *sdk.CallToolResult {
	ln, err := newLine(t, raw)
	if err != nil {
		return failed(err.Error())
	}
	run := func(format string) Output {
		return c.Run(ctx, slices.Concat([]string{t.Name, "--quiet", "--output=" + format}, ln.words, ln.arguments), ln.stdin)
	}
	document := run("json")
	if len(document.Out) == 0 {
		return failed(faults(document.Err))
	}
	result := &sdk.CallToolResult{StructuredContent: json.RawMessage(document.Out)}
	text := run(t.Text)
	for _, part := range []string{string(text.Out), faults(text.Err)} {
		if part = strings.TrimSpace(part); part != "" {
			result.Content = append(result.Content, &sdk.TextContent{Text: part})
		}
	}
	return result
}

// faults are the errors of a run without the program's name.
func faults(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "scaleadvise: ")
	}
	return strings.Join(lines, "\n")
}

func failed(text string) *sdk.CallToolResult {
	return &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: text}}}
}
