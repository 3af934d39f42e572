package rules

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/rule"
)

func load(tb testing.TB) *rule.Set {
	tb.Helper()
	set, err := Load()
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func TestCatalogueLoads(t *testing.T) {
	const least = 25
	if n := len(load(t).Rules()); n < least {
		t.Errorf("the catalogue has %d rules, at least %d are wanted", n, least)
	}
}

func TestFixtures(t *testing.T) {
	for _, result := range load(t).Test(context.Background()) {
		if !result.OK() {
			t.Error(result)
		}
	}
}

// The catalogue's order is what the files state, and none states the place of another.
func TestOrderIsTheFiles(t *testing.T) {
	before := &rule.Rule{}
	for _, r := range load(t).Rules() {
		if r.Order <= before.Order {
			t.Errorf("%s has the order %d behind %d of %s", r.ID, r.Order, before.Order, before.ID)
		}
		before = r
	}
}

// Ids that rules had stay valid wherever a rule is named.
func TestFormerIDsAreValid(t *testing.T) {
	const former = `
		adding-costs-more bound-missed-alone cheaper-hardware cheaper-model cost-increase data-disk data-memory
		fast-when-optimized first-token-alone fits-when-optimized horizontal-sharing hpa-bounds-crossed
		hpa-min-below-redundancy hpa-min-single hpa-target-near-knee hpa-target-past-knee ignore-expired
		ignore-unused job-misses-window loss-not-survived loss-overloads manifest-incomplete margin-too-thin
		memory-exceeded more-are-cheaper more-redundancy past-the-peak priced-hardware-holds runway-too-short
		stronger-is-cheaper today-holds survives-losses today-over-budget over-provisioned token-alone token-bound-missed tokens-predicted
		tokens-slow-everywhere upgrading-costs-more vertical-costly`
	renamed := load(t).Renamed()
	for _, id := range strings.Fields(former) {
		if renamed[id] == "" {
			t.Errorf("%s is no former id of a rule", id)
		}
	}
}

func TestEveryPrincipleIsCited(t *testing.T) {
	principles, err := Lesson()
	if err != nil {
		t.Fatal(err)
	}
	cited := map[string]bool{}
	for _, r := range load(t).Rules() {
		for _, id := range r.Principles {
			cited[id] = true
		}
	}
	for _, p := range principles {
		if !cited[p.ID] {
			t.Errorf("no rule cites %s", p.ID)
		}
	}
}

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// A finding without a number is an opinion. A plan in words has its replicas; what says that
// something is not known has none to show.
func TestEveryMessageHasANumber(t *testing.T) {
	unknown := []string{"model-assumed", "nothing-serves"}
	for _, r := range load(t).Rules() {
		numbers := 0
		if slices.Contains(unknown, r.ID) || strings.Contains(r.Message, "{param.") {
			continue
		}
		for _, m := range placeholder.FindAllStringSubmatch(r.Message, -1) {
			name, _, _ := strings.Cut(m[1], "|")
			f, ok := fact.Named(name)
			if ok && (f.Type == fact.Double || f.Type == fact.Int || strings.HasSuffix(f.Name, ".words")) {
				numbers++
			}
		}
		if numbers == 0 {
			t.Errorf("%s: the message shows no number: %s", r.ID, r.Message)
		}
	}
}

// Facts are computed with parameters that rules have.
func TestFactsReadParametersThatExist(t *testing.T) {
	for _, f := range fact.All() {
		for _, name := range f.Params {
			if v, ok := load(t).Param(name); !ok || v == 0 {
				t.Errorf("%s is computed with %s, which no rule has", f.Name, name)
			}
		}
	}
	for _, name := range fact.Judging() {
		if v, ok := load(t).Param(name); !ok || v == 0 {
			t.Errorf("the computation goes by %s, which no rule has", name)
		}
	}
}

// What a rule judges by is a parameter: no condition holds another number than 0 and 1, and no
// text spells one.
func TestThresholdsAreParameters(t *testing.T) {
	number := regexp.MustCompile(`(?:^|[^\w.])(\d+(?:\.\d+)?)`)
	spelled := regexp.MustCompile(`(?i)\b(half|halves|(third|quarter|fifth|sixth|eighth|tenth)s?|twice|thrice|doubled?|triple|` +
		`three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|hundreds?|thousands?|per ?cent)\b`)
	for _, r := range load(t).Rules() {
		for _, m := range number.FindAllStringSubmatch(r.When+" "+r.ErrorWhen, -1) {
			if v, err := strconv.ParseFloat(m[1], 64); err != nil || v != 0 && v != 1 {
				t.Errorf("%s: the condition compares with %s: make it a parameter", r.ID, m[1])
			}
		}
		for _, text := range []string{r.Title, r.Message, r.Remedy} {
			if word := spelled.FindString(text); word != "" {
				t.Errorf("%s: %q is spelled in %q: show the parameter", r.ID, word, text)
			}
		}
	}
}

// Digits of a message outside of placeholders are either the name of a thing (p99, int8) or
// invented.
func TestMessagesInventNoNumbers(t *testing.T) {
	number := regexp.MustCompile(`(^|[\s(~])[$]?\d[\d.,]*`)
	for _, r := range load(t).Rules() {
		for _, text := range []string{r.Message, r.Remedy} {
			if found := number.FindString(placeholder.ReplaceAllString(text, "")); found != "" {
				t.Errorf("%s: the number%s is not a fact: %s", r.ID, found, text)
			}
		}
	}
}

func TestFoldersThatAreRefused(t *testing.T) {
	const principle = "principles: [{id: a, title: A, text: T, source: ours}]\n"
	tests := []struct {
		name   string
		folder map[string]string
		want   string
	}{
		{"no lesson", map[string]string{"x.yaml": "id: x"}, "the lesson is missing"},
		{"unknown key", map[string]string{"lesson.yaml": principle + "order: [x]"}, "order"},
		{"key twice", map[string]string{"lesson.yaml": principle + principle}, "principles"},
		{"nothing", map[string]string{"lesson.yaml": "principles: []"}, "no principles"},
		{"no source", map[string]string{"lesson.yaml": "principles: [{id: a, title: A, text: T}]"}, "(a) has no source"},
		{"half a practice", map[string]string{"lesson.yaml": "principles: [{id: a, title: A, text: T, source: S, practice: {idea: I}}]"}, "no practice.level"},
		{"half a mistake", map[string]string{"lesson.yaml": "principles: [{id: a, title: A, text: T, source: S, mistakes: [{said: I}]}]"}, "no mistakes.why_wrong"},
		{"id twice", map[string]string{"lesson.yaml": "principles: [{id: a, title: A, text: T, source: S}, {id: a, title: A, text: T, source: S}]"}, "taken by an earlier"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := fstest.MapFS{}
			for name, text := range tt.folder {
				folder[name] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := read(folder, seal{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, wanted one with %q", err, tt.want)
			}
		})
	}
}

func TestFolder(t *testing.T) {
	c, err := read(fstest.MapFS{
		"lesson.yaml": {Data: []byte("principles: [{id: a, title: A, text: T, source: S, check: C, practice: {level: easy, idea: I}}]")},
		"b.yaml":      {Data: []byte("id: b")},
		"z.yaml":      {Data: []byte("id: z")},
	}, seal{})
	if err != nil {
		t.Fatal(err)
	}
	if c.sources[0].Name != "rules/b.yaml" || c.sources[1].Name != "rules/z.yaml" {
		t.Errorf("the files are %v", c.sources)
	}
	if ids := c.principles(); !slices.Equal(ids, []string{"a"}) || c.lesson.Principles[0].Practice.Level != "easy" {
		t.Errorf("the lesson is %+v", c.lesson)
	}
}

func BenchmarkLoad(b *testing.B) {
	n := 0
	for b.Loop() {
		set, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		n += len(set.Rules())
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rules/s")
}

func BenchmarkEvaluate(b *testing.B) {
	set := load(b)
	n := 0
	for b.Loop() {
		if _, err := set.Evaluate(context.Background(), fact.Advise, nil); err != nil {
			b.Fatal(err)
		}
		n += len(set.Rules())
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rules/s")
}

// Checks put a few facts to all rules, about an ignore entry or the total: those that they do
// not concern stay silent.
func TestNothingIsFoundInNothing(t *testing.T) {
	for _, stage := range []fact.Stage{fact.Search, fact.Check} {
		fired, err := load(t).Evaluate(context.Background(), stage, fact.Map{})
		if err != nil || len(fired) > 0 {
			t.Errorf("%s: %v, error %v", stage, fired, err)
		}
	}
}
