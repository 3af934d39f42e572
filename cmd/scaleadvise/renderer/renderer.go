package renderer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
)

// How long one rendering may take, and all of a run together.
const (
	longest  = 30 * time.Second
	together = 2 * time.Minute
)

// tools are commands that render, by what they render; the first that is on the path does.
var tools = map[string][][]string{
	gate.Chart:         {{"helm", "template", "release"}},
	gate.Kustomization: {{"kustomize", "build"}, {"kubectl", "kustomize"}},
}

// New returns a function that renders folders within the time of a run.
func New(ctx context.Context) func(kind, dir string) ([]byte, error) {
	within := sync.OnceValues(func() (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, together) })
	return func(kind, dir string) ([]byte, error) {
		for _, tool := range tools[kind] {
			if path, err := exec.LookPath(tool[0]); err == nil {
				all, _ := within()
				return render(all, path, append(tool[1:len(tool):len(tool)], dir), strings.Join(tool[:2], " "))
			}
		}
		by := tools[kind][0]
		return nil, fmt.Errorf("%s, which renders it, is not on the path; where it is: %s %s | scaleadvise check -", by[0], strings.Join(by, " "), unit.Word(dir))
	}
}

// render runs a tool.
func render(ctx context.Context, path string, args []string, words string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	c := exec.CommandContext(ctx, path, args...)
	c.Env, c.WaitDelay = offline(os.Environ()), time.Second
	var said bytes.Buffer
	c.Stderr = &limited{to: &said}
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", words, err)
	}
	text, errRead := bounded.ReadAll(ctx, out, bounded.Limits{What: "rendering", Remedy: "render it in parts", Bytes: plan.Scanned.Bytes, Binary: true})
	if errRead != nil {
		cancel()
	}
	errRun := c.Wait()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("%s did not end within %s", words, unit.Format(unit.Duration, longest.Seconds()))
	case errRead != nil:
		return nil, fmt.Errorf("%s: %w", words, errRead)
	case errRun != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("%s: %s", words, bounded.Excerpt(strings.TrimPrefix(first, "Error: ")))
	}
	return text, nil
}

// offline is an environment in which no tool reaches the network: proxies lead nowhere, and git takes
// local repositories alone.
func offline(environment []string) []string {
	var all []string
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if upper := strings.ToUpper(name); !strings.HasSuffix(upper, "_PROXY") && !strings.HasPrefix(upper, "GIT_") && upper != "KUBECONFIG" {
			all = append(all, entry)
		}
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		all = append(all, name+"=http://127.0.0.1:9")
	}
	return append(all, "GIT_ALLOW_PROTOCOL=file", "GIT_TERMINAL_PROMPT=0", "KUBECONFIG="+os.DevNull)
}

// limited keeps the first of what is written to it.
type limited struct{ to *bytes.Buffer }

func (l *limited) Write(b []byte) (int, error) {
	if room := 4096 - l.to.Len(); room > 0 {
		l.to.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}
