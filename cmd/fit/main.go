package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm/step"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}

// run does what doc.go says.
func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("fit", flag.ContinueOnError)
	rounds := flags.Int("tune", 0, "rounds of tuning the kernel")
	scratch := flags.Bool("scratch", false, "start the tuning from the beginning")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("name the folder of package step")
	}
	c, err := catalog.Embedded()
	if err != nil {
		return err
	}
	rows, err := catalog.LLMMeasurements()
	if err != nil {
		return err
	}
	trials, err := step.Trials(c, rows)
	if err != nil {
		return err
	}
	kernels := step.Learn().Kernels
	if *scratch || kernels == (step.Kernels{}) {
		kernels = startKernels()
	}
	e := step.Fit(trials, kernels)
	if *rounds > 0 {
		tune(e, trials, *rounds)
		e.Weigh()
	}
	e.Calibrate(trials)
	report(out, e, trials)
	return save(filepath.Join(flags.Arg(0), "fitted"), e)
}

// save writes the two files where a number changed.
func save(folder string, e *step.Evidence) error {
	coefficients, err := e.MarshalJSON()
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "coefficients.json")
	text := string(coefficients) + "\n"
	if old, err := os.ReadFile(path); err != nil || !alike(string(old), text) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return pack(filepath.Join(folder, "series.tsv.gz"), e.Series())
}

// pack writes a text with gzip where a number of it changed.
func pack(path, text string) error {
	if old, err := os.ReadFile(path); err == nil {
		if before, err := catalog.Unpack(path, old); err == nil && alike(before, text) {
			return nil
		}
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, packed.Bytes(), 0o644)
}
