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

// Config is what the server needs of the program.
type Config struct {
	// Run runs a command line with the given stdin. It returns the result, a line for each fault, and the
	// exit code.
	Run func(ctx context.Context, words []string, stdin string) (out []byte, faults []string, code int)
	// Version is the program's version.
	Version string
}

const instructions = "scaleadvise decides whether an ML service should scale vertically, horizontally, both, or get a cheaper model: with numbers, cost and reasons. Quantities carry their unit (\"5000/s\", \"80ms\", \"8%/month\", \"12mo\"); a bare qps is per second. An exit code of 1 means that no plan holds or that a check found errors; the answer is complete."

// Serve answers an assistant over a pair of streams until it closes them or ctx ends.
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
	text, _, code := c.Run(context.Background(), []string{"schema", t.Schema}, "")
	if code != 0 || !json.Valid(text) {
		return nil
	}
	return text
}

// call runs the command of a tool twice: for people, and as structured content.
func (c Config) call(ctx context.Context, t tool, raw json.RawMessage) *sdk.CallToolResult {
	ln, err := newLine(t, raw)
	if err != nil {
		return failed(err.Error())
	}
	run := func(format string) (out []byte, faults []string) {
		out, faults, _ = c.Run(ctx, slices.Concat([]string{t.Name, "--quiet", "--output=" + format}, ln.words, ln.arguments), ln.stdin)
		return out, faults
	}
	document, faults := run("json")
	if len(document) == 0 {
		return failed(strings.Join(faults, "\n"))
	}
	result := &sdk.CallToolResult{StructuredContent: json.RawMessage(document)}
	text, faults := run(t.Text)
	for _, part := range []string{string(text), strings.Join(faults, "\n")} {
		if part = strings.TrimSpace(part); part != "" {
			result.Content = append(result.Content, &sdk.TextContent{Text: part})
		}
	}
	return result
}

func failed(text string) *sdk.CallToolResult {
	return &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: text}}}
}
