//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := benchmark(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// benchmark measures the binary and writes the table into the documents.
func benchmark(args []string) error {
	if len(args) == 0 {
		return errors.New("which binary? make bench names it")
	}
	binary, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "benchmark")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := prepare(binary, folder); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("| command | CPU, ms | memory, MiB |\n|---|---:|---:|\n")
	for _, row := range rows {
		cost, err := measure(binary, folder, strings.Fields(row))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "| `%s` | %d | %d |\n", row, cost.cpu.Milliseconds(), cost.memory>>20)
	}
	fmt.Print(b.String())
	for _, name := range args[1:] {
		if err := insert(name, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// prepare writes the plan that some commands read.
func prepare(binary, folder string) error {
	plan, err := exec.Command(binary, "init", "--qps", "5000", "--gpu", "a10", "--replicas", "15").Output()
	if err != nil {
		return fmt.Errorf("init: %w", err)
	}
	return os.WriteFile(filepath.Join(folder, "plan.yaml"), plan, 0o600)
}

// cost is what one run takes.
type cost struct {
	cpu    time.Duration // of all cores together
	memory int64         // B, the most that it held
}

// times is how often each command is run.
const times = 5

// measure runs a command several times in a folder; the least counts.
func measure(binary, folder string, args []string) (least cost, err error) {
	for i := range times {
		command := exec.Command(binary, args...)
		command.Dir = folder
		out, err := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); err != nil && code != 1 {
			return least, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
		}
		one := cost{command.ProcessState.UserTime() + command.ProcessState.SystemTime(), held(command)}
		if i == 0 || one.cpu < least.cpu {
			least.cpu = one.cpu
		}
		if i == 0 || one.memory < least.memory {
			least.memory = one.memory
		}
	}
	return least, nil
}

// held is the most memory that a finished process held, B.
func held(command *exec.Cmd) int64 {
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}

const (
	begin = "<!-- benchmark:begin -->\n"
	end   = "<!-- benchmark:end -->"
)

// insert puts the table between its lines of a document.
func insert(name, table string) error {
	document, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, opened := strings.Cut(string(document), begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return fmt.Errorf("%s needs the line %s and, below it, %s", name, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(name, []byte(before+begin+"\n"+table+"\n"+end+after), 0o644)
}
