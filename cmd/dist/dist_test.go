package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
)

var packedFiles = []file{{"scaleadvise", 0o755, []byte("binary")}, {"man/man1/scaleadvise.1", 0o644, []byte(".TH")}}

// TestArchives: what was packed comes out, executable where it was, and the same files give the
// same bytes.
func TestArchives(t *testing.T) {
	for name, pack := range map[string]func(string, []file) ([]byte, error){"tar": tarball, "zip": zipped} {
		once, err := pack("scaleadvise-linux-amd64", packedFiles)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := pack("scaleadvise-linux-amd64", packedFiles)
		if !bytes.Equal(once, again) {
			t.Errorf("%s: two archives of the same files differ", name)
		}
		unpack := untar
		if name == "zip" {
			unpack = unzip
		}
		got, err := unpack(once)
		if err != nil {
			t.Fatal(err)
		}
		want := "scaleadvise-linux-amd64/scaleadvise 755 binary; scaleadvise-linux-amd64/man/man1/scaleadvise.1 644 .TH; "
		if got != want {
			t.Errorf("%s holds %q", name, got)
		}
	}
}

func untar(content []byte) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for r := tar.NewReader(z); ; {
		head, err := r.Next()
		if err == io.EOF {
			return all.String(), nil
		}
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%s %o %s; ", head.Name, head.Mode, text)
	}
}

func unzip(content []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%s %o %s; ", f.Name, f.Mode().Perm(), text)
	}
	return all.String(), nil
}

// TestManual: every command of the overview has its section, and no line is taken for a macro.
func TestManual(t *testing.T) {
	say := func(args ...string) (string, error) {
		switch strings.Join(args, " ") {
		case "help":
			return "what it is\n\nExamples\n  scaleadvise --qps 5\n\nAdvice\n  advise      recommend\n  explain [RULE|QUANTITY]\n              how\n\nManual, scaleadvise help TOPIC\n  traits      what\n", nil
		case "version":
			return "scaleadvise v2 (go)\n", nil
		}
		return "flags of " + args[0] + "\n.dotted \\ line\n", nil
	}
	page, err := manual(say)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{".TH SCALEADVISE 1 \"\" \"scaleadvise v2\"", ".SH ADVISE\n", ".SH EXPLAIN\n", "flags of explain", "\n\\&.dotted \\e line", `\-\-qps`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, ".SH TRAITS") || strings.Contains(page, ".SH SCALEADVISE\n") {
		t.Error("what is no command has a section")
	}
}
