package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// today is the date of every test; prices and roadmaps reckon from it.
const today = "2026-07-01"

var update = flag.Bool("update", false, "rewrite scripts and documents with what is printed")

// TestMain lets the test binary act as the program where it is called by its name, so that
// shells in scripts find it on their path.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "scaleadvise" {
		main()
	}
	os.Exit(withProgramOnPath(m.Run))
}

// withProgramOnPath calls f while the search path leads to a link to the test binary.
func withProgramOnPath(f func() int) int {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "scaleadvise")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Symlink(self, filepath.Join(dir, "scaleadvise")); err != nil {
		panic(err)
	}
	os.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return f()
}

// scripts is the folder of sessions at a shell: one behavior a file, grouped by command.
var scripts = filepath.Join(root, "testdata", "script")

// TestScript runs the scripts, each of which is a session at a shell.
func TestScript(t *testing.T) {
	groups, err := os.ReadDir(scripts)
	if err != nil {
		t.Fatal(err)
	}
	// Absolute, as a run within this process changes its folder.
	testdata, err := filepath.Abs(filepath.Join(root, "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		t.Run(group.Name(), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:                filepath.Join(testdata, "script", group.Name()),
				UpdateScripts:      *update,
				RequireUniqueNames: true,
				Setup: func(e *testscript.Env) error {
					e.Setenv("SCALEADVISE_NOW", today)
					e.Setenv("SCALEADVISE_TIME_LIMIT", "1h") // on a busy machine too
					e.Setenv("METRICS", filepath.Join(testdata, "metrics"))
					e.Setenv("CASES", filepath.Join(testdata, "cases"))
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"scaleadvise": func(ts *testscript.TestScript, neg bool, args []string) {
						if code := within(ts, args); (code != 0) != neg {
							ts.Fatalf("exit code %d", code)
						}
					},
					"exits":   exits,
					"sparse":  sparse,
					"absent":  absent,
					"strange": strange,
				},
			})
		})
	}
}

// folder is the working folder of the process: runs within it take turns.
var folder sync.Mutex

// within runs the program in this process, in the script's folder and environment, without
// anything on stdin. "exec scaleadvise" runs it as a process of its own, with the script's stdin.
func within(ts *testscript.TestScript, args []string) int {
	if n := len(args); n > 0 && strings.HasPrefix(args[n-1], "&") {
		ts.Fatalf("only a process runs in the background: exec scaleadvise ... &")
	}
	folder.Lock()
	defer folder.Unlock()
	before, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	defer os.Chdir(before)
	return run(context.Background(), args, streams{
		In: strings.NewReader(""), Out: ts.Stdout(), Err: ts.Stderr(), Now: time.Now,
		Env: func(name string) (string, bool) {
			value := ts.Getenv(name)
			return value, value != ""
		},
	})
}

// exits runs a command that must end with a code: exits 2 scaleadvise --foo, or as a process
// exits 2 exec scaleadvise --foo.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE command args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var got int
	if args = args[1:]; args[0] == "scaleadvise" {
		got = within(ts, args[1:])
	} else {
		if args[0] == "exec" {
			args = args[1:]
		}
		got = exitCodeOf(ts, args[0], args[1:])
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// exitCodeOf runs a process and returns its exit code.
func exitCodeOf(ts *testscript.TestScript, command string, args []string) int {
	var exit *exec.ExitError
	switch err := ts.Exec(command, args...); {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		ts.Fatalf("%v", err)
		return -1
	}
}

// sparse makes a file of a size that takes no room: sparse big.yaml 1073741824.
func sparse(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: sparse FILE BYTES")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("version: 1\n"), 0o666))
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// absent checks that no file matches a pattern: absent *.tmp.
func absent(ts *testscript.TestScript, _ bool, args []string) {
	for _, pattern := range args {
		found, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		if len(found) > 0 {
			ts.Fatalf("left behind: %v", found)
		}
	}
}

// strange makes the folder strange of files that no script can hold: with a byte order mark
// and CRLF, with zero bytes, and in Latin-1.
func strange(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(os.MkdirAll(ts.MkAbs("strange"), 0o777))
	for name, content := range map[string]string{
		"crlf.yaml":   "\ufeffversion: 1\r\nworkload: {model: bert-large, qps: 300}\r\ndeploy: {gpu: a10, replicas: 1, runtime: mlperf}\r\n",
		"binary.yaml": "version: 1\x00\x01",
		"latin.yaml":  "version: 1\nname: caf\xe9\n",
	} {
		ts.Check(os.WriteFile(ts.MkAbs("strange/"+name), []byte(content), 0o666))
	}
}
