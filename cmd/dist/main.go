package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// targets are the systems there is an archive for.
var targets = [][2]string{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

// shells are those with completions, and what their files end in.
var shells = []struct{ name, ending string }{{"bash", "bash"}, {"zsh", "zsh"}, {"fish", "fish"}, {"powershell", "ps1"}}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: dist FOLDER [flags of go build...]")
		os.Exit(2)
	}
	if err := release(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(3)
	}
}

// release writes the archives into a folder, which is emptied first.
func release(folder string, flags []string) error {
	work, err := os.MkdirTemp("", "dist")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	native := filepath.Join(work, "scaleadvise")
	if err := build(native, runtime.GOOS, runtime.GOARCH, flags); err != nil {
		return err
	}
	shared, err := beside(native)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o777)); err != nil {
		return err
	}
	var sums strings.Builder
	for _, target := range targets {
		sum, err := archive(folder, work, target[0], target[1], flags, shared)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", target[0], target[1], err)
		}
		sums.WriteString(sum)
		fmt.Print(sum)
	}
	return os.WriteFile(filepath.Join(folder, "checksums.txt"), []byte(sums.String()), 0o666)
}

// archive builds and packs one target, and returns its line of the checksums.
func archive(folder, work, system, machine string, flags []string, shared []file) (string, error) {
	name := "scaleadvise"
	if system == "windows" {
		name += ".exe"
	}
	binary := filepath.Join(work, system+"-"+machine)
	if err := build(binary, system, machine, flags); err != nil {
		return "", err
	}
	text, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	packed := fmt.Sprintf("scaleadvise-%s-%s", system, machine)
	files := append([]file{{name, 0o755, text}}, shared...)
	pack, ending := tarball, ".tar.gz"
	if system == "windows" {
		pack, ending = zipped, ".zip"
	}
	content, err := pack(packed, files)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s  %s\n", checksum(content), packed+ending), os.WriteFile(filepath.Join(folder, packed+ending), content, 0o666)
}

// build makes a static binary.
func build(to, system, machine string, flags []string) error {
	command := exec.Command("go", append(append([]string{"build"}, flags...), "-o", to, "./cmd/scaleadvise")...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
	command.Stderr = os.Stderr
	return command.Run()
}

// beside are the files that come with every binary, made by the native one.
func beside(native string) ([]file, error) {
	var files []file
	for _, name := range []string{"LICENSE", "README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, 0o644, text})
	}
	page, err := manual(func(args ...string) (string, error) { return said(native, args...) })
	if err != nil {
		return nil, err
	}
	files = append(files, file{"man/man1/scaleadvise.1", 0o644, []byte(page)})
	for _, shell := range shells {
		text, err := said(native, "completion", shell.name)
		if err != nil {
			return nil, err
		}
		files = append(files, file{"completions/scaleadvise." + shell.ending, 0o644, []byte(text)})
	}
	return files, nil
}

// said is what the program prints.
func said(native string, args ...string) (string, error) {
	command := exec.Command(native, args...)
	command.Env = append(os.Environ(), "COLUMNS=78", "NO_COLOR=1")
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("scaleadvise %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}
