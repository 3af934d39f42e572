package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// today is the date of every test; prices and roadmaps reckon from it.
const today = "2026-07-01"

var update = flag.Bool("update", false, "rewrite scripts and documents with what is printed")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"scaleadvise": main})
}

// scripts is the folder of sessions at a shell: one behavior a file, grouped by command.
var scripts = filepath.Join(root, "testdata", "script")

// TestScript runs the scripts, each of which is a session at a shell.
func TestScript(t *testing.T) {
	groups, err := os.ReadDir(scripts)
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := filepath.Abs(filepath.Join(root, "testdata", "metrics"))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := filepath.Abs(filepath.Join(root, "testdata", "cases"))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		t.Run(group.Name(), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:                filepath.Join(scripts, group.Name()),
				UpdateScripts:      *update,
				RequireUniqueNames: true,
				Setup: func(e *testscript.Env) error {
					e.Setenv("SCALEADVISE_NOW", today)
					e.Setenv("METRICS", metrics)
					e.Setenv("CASES", cases)
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"exits":   exits,
					"sparse":  sparse,
					"absent":  absent,
					"strange": strange,
				},
			})
		})
	}
}

// exits runs a command that must end with a code: exits 2 scaleadvise --foo.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE command args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
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
		"crlf.yaml":   "\ufeffversion: 1\r\nworkload: {model: bert-large, qps: 300}\r\ndeploy: {gpu: a10, replicas: 1}\r\n",
		"binary.yaml": "version: 1\x00\x01",
		"latin.yaml":  "version: 1\nname: caf\xe9\n",
	} {
		ts.Check(os.WriteFile(ts.MkAbs("strange/"+name), []byte(content), 0o666))
	}
}
