package main

import "testing"

func TestInsert(t *testing.T) {
	table, summary := section{"accuracy", "| new |\n"}, section{"accuracy-summary", "in short"}
	for name, test := range map[string]struct{ document, want string }{
		"replaced": {"a\n" + table.begin() + "\nold\n" + table.end() + "\nb\n", "a\n" + table.begin() + "\n| new |\n" + table.end() + "\nb\n"},
		"empty":    {table.begin() + table.end(), table.begin() + "\n| new |\n" + table.end()},
		"summary":  {"a\n" + summary.begin() + "\n" + summary.end(), "a\n" + summary.begin() + "\nin short\n" + summary.end()},
	} {
		got, err := insert(test.document, table, summary)
		if err != nil || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, test.want)
		}
		if again, _ := insert(got, table, summary); again != got {
			t.Errorf("%s: inserting twice changes the document: %q", name, again)
		}
	}
}

func TestInsertRefuses(t *testing.T) {
	table := section{"accuracy", "x"}
	for _, document := range []string{table.begin(), table.end(), table.end() + table.begin(), "no place"} {
		if got, err := insert(document, table); err == nil {
			t.Errorf("%q became %q", document, got)
		}
	}
}
