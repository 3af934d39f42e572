package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

func versionCommand() command {
	return command{
		name: "version", group: "Setup", summary: "show the version",
		examples: []string{"scaleadvise version", "scaleadvise --version"},
		run:      version,
	}
}

func version(c *call) error {
	return c.deliver(func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "scaleadvise %s (%s, %s/%s)\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	})
}

// buildVersion is the module version the binary was built from, else its commit.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "commit " + s.Value[:12]
		}
	}
	return "built from source"
}
