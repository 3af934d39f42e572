package catalog

import "testing"

func TestLanguageModelsWereMeasuredOnWhatIsKnown(t *testing.T) {
	rows, err := LLMMeasurements()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 6000 {
		t.Errorf("%d rows; expected more than 6000", len(rows))
	}
	for _, m := range rows {
		if _, ok := c.Accelerator(m.Accelerator); !ok {
			t.Errorf("row %d: accelerator %q is not in the catalogue", m.ID, m.Accelerator)
		}
		if known, ok := c.Model(m.Model); !ok || known.Kind != "llm" {
			t.Errorf("row %d: %q is not a language model of the catalogue", m.ID, m.Model)
		}
		if m.Source == "" || m.Dataset == "" {
			t.Errorf("row %d has no source", m.ID)
		}
		if m.Load == LoadClosed && m.Concurrency == 0 || m.Load == LoadOpen && m.Rate == 0 {
			t.Errorf("row %d: load %s without how much", m.ID, m.Load)
		}
	}
}
