package prom

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseSelector(t *testing.T) {
	for text, want := range map[string]string{
		``:                                `up`,
		`{}`:                              `up`,
		`namespace="prod"`:                `up{namespace="prod"}`,
		`{namespace="prod", pod=~"a.*",}`: `up{namespace="prod",pod=~"a.*"}`,
		`a!="x",b!~'y'`:                   `up{a!="x",b!~"y"}`,
		"a=`q\"t`":                        `up{a="q\"t"}`,
		` a = "1" `:                       `up{a="1"}`,
		`namespace=prod,b=c-1`:            `up{namespace="prod",b="c-1"}`,
		`"http.route"=~"/v1.*","a"="b"`:   `up{"http.route"=~"/v1.*",a="b"}`,
	} {
		s, err := ParseSelector(text)
		if err != nil || s.over("up", nil) != want {
			t.Errorf("%s: %s, %v", text, s.over("up", nil), err)
		}
	}
}

func TestParseSelectorFaults(t *testing.T) {
	for text, says := range map[string]string{
		`prod`:             "compares nothing",
		`{a="b"`:           "no closing brace",
		`a=(b)`:            `the value of a is not in quotes; write a="value"`,
		`a=b c`:            "a comma belongs between two labels",
		`a="b" c="d"`:      "a comma belongs between two labels",
		`1a="b"`:           `"1a" is not the name of a label`,
		`a=~"("`:           "the pattern of a is invalid",
		`a="b`:             "not in quotes",
		`a!"b"`:            "compared by =, !=, =~ or !~",
		`a="b"} or up{c="`: "a comma belongs",
		`="b"`:             "not the name of a label",
		`a.b="c"`:          `"a.b" is not the name of a label`,
		`"a b"="c"`:        "is not the name of a label",
	} {
		if _, err := ParseSelector(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", text, err, says)
		}
	}
}

// TestSelectorStaysOne: whatever stands in a value, the query holds one selector and reads
// back as the same.
func TestSelectorStaysOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Selector{{"a", rapid.SampledFrom([]string{"=", "!="}).Draw(t, "op"), rapid.String().Draw(t, "value")}}
		again, err := ParseSelector(s.String())
		if err != nil || len(again) != 1 || again[0] != s[0] {
			t.Errorf("%s became %s, %v", s, again, err)
		}
	})
}

func FuzzSelector(f *testing.F) {
	for _, text := range []string{`a="b"`, `{a=~"b.*",c!='d'}`, "a=`b`"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSelector(text)
		if err != nil {
			return
		}
		again, err := ParseSelector(s.String())
		if err != nil || again.String() != s.String() {
			t.Errorf("%q: %s, then %s, %v", text, s, again, err)
		}
	})
}

func TestKept(t *testing.T) {
	s, _ := ParseSelector(`namespace="prod",model="chat"`)
	if got := s.kept([]string{"namespace"}).String(); got != `namespace="prod"` {
		t.Errorf("kept %s", got)
	}
	if got := s.kept(nil).String(); got != s.String() {
		t.Errorf("kept %s of all", got)
	}
	if got := s.kept([]string{}).String(); got != "" {
		t.Errorf("kept %s of none", got)
	}
}
