package main

import (
	"context"
	"fmt"
	"os"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/service"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(3)
	}
}

// run prints the table and writes it into each file.
func run(files []string) error {
	known, err := catalog.Embedded()
	if err != nil {
		return err
	}
	lines := service.Learn(known).Accuracy()
	if err := complete(lines); err != nil {
		return err
	}
	language, err := languageModels(known)
	if err != nil {
		return err
	}
	simulated, err := againstSimulation(context.Background())
	if err != nil {
		return err
	}
	table := markdown(lines) + language + simulated
	fmt.Print(table)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		changed, err := insert(string(text), table)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(name, []byte(changed), 0o666); err != nil {
			return err
		}
	}
	return nil
}
