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

// run prints the tables and writes them and their summary into each file.
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
	ordinary, err := ordinaryModels()
	if err != nil {
		return err
	}
	simulated, err := againstSimulation(context.Background())
	if err != nil {
		return err
	}
	tails, err := languageTails(context.Background(), known)
	if err != nil {
		return err
	}
	table := markdown(lines) + ordinaryTable(ordinary) + languageTable(language) + simulated + tails
	fmt.Print(table)
	for _, name := range files {
		if err := write(name, section{"accuracy", table}, section{"accuracy-summary", summary(lines, language)}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// write puts the sections into a file.
func write(name string, sections ...section) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	changed, err := insert(string(text), sections...)
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(changed), 0o666)
}
