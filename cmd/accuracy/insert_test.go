package main

import (
	"strings"
	"testing"
)

func TestInsert(t *testing.T) {
	for name, test := range map[string]struct{ document, want string }{
		"replaced": {"a\n" + begin + "\nold\n" + end + "\nb\n", "a\n" + begin + "\n| new |\n" + end + "\nb\n"},
		"empty":    {begin + end, begin + "\n| new |\n" + end},
	} {
		got, err := insert(test.document, "| new |\n")
		if err != nil || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, test.want)
		}
		if again, _ := insert(got, "| new |\n"); again != got {
			t.Errorf("%s: inserting twice changes the document: %q", name, again)
		}
	}
}

func TestInsertMakesASection(t *testing.T) {
	got, err := insert("# title\n\n\n", "| new |\n")
	if err != nil || !strings.HasPrefix(got, "# title\n\n## Accuracy\n") || !strings.HasSuffix(got, begin+"\n| new |\n"+end+"\n") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestInsertBeforeTheLicense(t *testing.T) {
	got, err := insert("# title\n\n## License\n\nfree\n", "| new |\n")
	if err != nil || !strings.HasPrefix(got, "# title\n\n## Accuracy\n") || !strings.HasSuffix(got, end+"\n\n## License\n\nfree\n") {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestInsertRefusesHalfAPair(t *testing.T) {
	for _, document := range []string{begin, end, end + begin} {
		if got, err := insert(document, "x"); err == nil {
			t.Errorf("%q became %q", document, got)
		}
	}
}
