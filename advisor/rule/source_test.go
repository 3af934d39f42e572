package rule

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestFilesThatAreNotRules(t *testing.T) {
	sound := ruleFile("x", "plan.replicas == 1").Text
	tests := []struct {
		name string
		text []byte
		want string
	}{
		{"nothing", nil, "x.yaml: the file is empty"},
		{"binary", []byte("id: x\x00"), "x.yaml: the file is not text"},
		{"Latin-1", []byte("title: gr\xfc\xdfe"), "x.yaml: the file is not text"},
		{"control characters", []byte("id: \x01"), "x.yaml:1:"},
		{"too large", append(bytes.Clone(sound), bytes.Repeat([]byte("# padding\n"), 30_000)...), "x.yaml: the file has 293 KiB; a rule file has at most 256 KiB"},
		{"deep", []byte(strings.Repeat("[", 100_000)), "x.yaml:1:"},
		{"many keys", []byte(strings.Repeat("{a: ", 5_000)), "x.yaml:1:257: nested deeper than 64 levels"},
		{"only an anchor", []byte("&a"), "x.yaml: the file is empty"},
		{"undefined alias", []byte("title: *nobody"), "x.yaml:1:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := Load([]Source{{"x.yaml", tt.text}}, principles)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || set != nil {
				t.Errorf("error %v, wanted one that begins %q", err, tt.want)
			}
		})
	}
}

func TestLargestFileLoads(t *testing.T) {
	text := ruleFile("x", "plan.replicas == 1").Text
	text = append(text, bytes.Repeat([]byte{'#'}, maxFile-len(text))...)
	if _, err := Load([]Source{{"x.yaml", text}}, principles); err != nil {
		t.Error(err)
	}
}

func TestWindowsLineEnds(t *testing.T) {
	text := bytes.ReplaceAll(ruleFile("x", "plan.replicas == 1\n  && demand.qpss > 1").Text, []byte("\n"), []byte("\r\n"))
	_, err := Load([]Source{{"x.yaml", text}}, principles)
	if err == nil || !strings.HasPrefix(err.Error(), "x.yaml:7:6: unknown fact") {
		t.Errorf("error %v", err)
	}
}

// Every fault of every file is told at once, in the order of the files and of their lines.
func TestAllFaultsAreTold(t *testing.T) {
	first := bytes.Replace(ruleFile("z", "plan.replica == 1").Text, []byte("warning"), []byte("grave"), 1)
	_, err := Load([]Source{{"z.yaml", first}, ruleFile("ok", "plan.replicas == 1"), {"a.yaml", []byte("- 1")}}, principles)
	var places []string
	for _, line := range strings.Split(err.Error(), "\n") {
		places = append(places, line[:strings.Index(line, ": ")])
	}
	if got := strings.Join(places, " "); got != "z.yaml:3:11 z.yaml:6:3 a.yaml:1:1" {
		t.Errorf("places %s\n%v", got, err)
	}
	var p *Problem
	if !errors.As(err, &p) || p.Line != 3 || p.Remedy == "" {
		t.Errorf("the first problem is %+v", p)
	}
}
