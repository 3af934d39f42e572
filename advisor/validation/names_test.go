package validation

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"

	"scaleadvise/advisor/engine"
)

// TestEverySpelling: testdata/spellings.csv lists every spelling in the classic measurements
// (MLPerf Inference result logs v0.5 to v5.1) and in published tables of language models.
func TestEverySpelling(t *testing.T) {
	f, err := os.Open("testdata/spellings.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := newNamer(embedded(t))
	understood := map[string]func(string) error{
		"accelerator": func(name string) error {
			if _, _, err := n.hardware(name); err != nil && memoryIn(name) == 0 {
				return err
			}
			return nil
		},
		"model": func(name string) error { _, _, err := n.model(name); return err },
		"engine": func(name string) error {
			known := engine.Measured(engineOf(name)).Spellings != nil
			if !known && name != "unspecified" {
				return fmt.Errorf("the engine %s is not known", name)
			}
			return nil
		},
		"precision": func(word string) error { _, err := class(word); return err },
	}
	for _, row := range rows[1:] {
		if check := understood[row[0]]; check != nil {
			if err := check(row[1]); err != nil {
				t.Errorf("%s: %v", row[0], err)
			}
		}
	}
}
