package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// violations are the promises that a run broke, each as "promise: how".
func violations(q question, r result) []string {
	if r.hung {
		return []string{fmt.Sprintf("hangs: more than %v, and does not end when it is interrupted", hung)}
	}
	var all []string
	say := func(promise, format string, args ...any) {
		all = append(all, promise+": "+fmt.Sprintf(format, args...))
	}
	ended(q, r, say)
	wording(q, r, say)
	characters(r, say)
	impossibly(q, r, say)
	if r.code == exitDone || r.code == exitInfeasible {
		formatted(q, r, say)
	}
	return all
}

type complainer func(promise, format string, args ...any)

// format is the format that the run was asked for, and whether the result went into a file.
func (q question) format() (command, format string, filed bool) {
	value := func(name string) string { return q.env[option{name: name}.variable()] }
	ln, _ := newVocabulary(commands()).parse(q.words)
	format, filed = value("output"), value("output-file") != ""
	for _, f := range ln.flags {
		name, text, _ := strings.Cut(f, "=")
		switch name {
		case "--output":
			format = text
		case "--output-file", "--output-dir":
			filed = text != ""
		}
	}
	command = "advise"
	if c, err := choose(commands(), &ln); err == nil {
		command = c.name
	}
	return command, format, filed
}

// ended holds the exit code against the streams.
func ended(q question, r result, say complainer) {
	command, format, filed := q.format()
	mayBeEmpty := filed || command == "check" && slices.Contains([]string{"github"}, format)
	switch r.code {
	case exitDone, exitInfeasible:
		if r.out == "" && !mayBeEmpty {
			say("a result on stdout", "exit code %d without one; stderr %.300q", r.code, r.err)
		}
	case exitUsage:
		if r.out != "" && command != "check" && command != "rules" && command != "quiz" {
			say("no result beside exit code 2", "%.300q", r.out)
		}
		complained(r, say)
	case exitUnknown:
		if r.err == "" && r.out == "" {
			say("exit code 3 says what could not be told", "nothing on either stream")
		}
	case exitInterrupted:
		if q.interrupt == 0 && !r.slow {
			say("130 is for an interrupt", "there was none")
		}
	default:
		say("exit codes", "%d is none of them", r.code)
	}
}

// remedies are words of a line that says what to do.
var remedies = regexp.MustCompile(`(?i); | expected| must |needs? |did you mean|write |give |name |say |add |one of|leave|takes|allowed|more than|too |choose|cannot|wanted|not valid YAML|starts with| is a |not (a|an|one|known) |unknown`)

// complained holds the lines of a complaint against their form.
func complained(r result, say complainer) {
	if r.err == "" {
		say("exit code 2 says what is wrong", "nothing on stderr")
	}
	for line := range strings.Lines(r.err) {
		line = strings.TrimRight(line, "\n")
		text, ours := strings.CutPrefix(line, "scaleadvise: ")
		switch {
		case !ours && !strings.HasPrefix(line, "  "):
			say("lines of stderr begin with the program's name", "%.300q", line)
		case ours && !strings.HasPrefix(text, "note: ") && !remedies.MatchString(text):
			say("an error says what to do", "%.300q", line)
		}
	}
}

// jargon are words that only the program's makers understand, and numbers that are none.
var jargon = regexp.MustCompile(`internal error|goroutine \d|runtime error|panic:|strconv\.|bufio\.|(?:^|[^.\w])(?:json|yaml|xml|csv|strconv|gzip|flate|http|net/http): |unmarshal|nil pointer|%!|<nil>|unexpected EOF|` +
	`context (deadline|canceled)|malformed MIME|\b0xc0[0-9a-f]{6}|map\[|&\{|PathError|interface \{\}|invalid character '|\bNaN\b|[+-]Inf\b|\bInf\b|ErrNo|looking for beginning of|cannot unmarshal|\bint64\b|\bfloat64\b|\bstruct\b|after top-level value`)

// wording looks for words that no user should meet, unless the user brought them along.
func wording(q question, r result, say complainer) {
	for _, text := range []string{r.out, r.err} {
		for _, word := range jargon.FindAllString(text, -1) {
			if !q.brought(word) {
				at := strings.Index(text, word)
				say("words of the trade", "%q in %.300q", word, text[max(0, at-100):min(len(text), at+100)])
				break
			}
		}
	}
	if q.env["GITHUB_ACTIONS"] == "" {
		return
	}
	_, format, _ := q.format()
	for line := range strings.Lines(r.out + "\n" + r.err) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "##[") || strings.HasPrefix(line, "::") && format != "github" {
			say("nothing forged in a workflow's log", "%.200q", line)
		}
	}
}

// impossible are values that nothing can have: the zero date, dates beyond four digits, and
// less than no memory, time, money or rate. Money that is saved stands as a change.
var impossible = regexp.MustCompile(`\b0001-01-01|\b\d{5,}-(0[1-9]|1[0-2])-\d\d\b|(?:^|[\s(=:])[-−]\d[\d.,]* ?(?:GiB|MiB|GB|TB|tokens|replicas|servers|ms|/s)\b|` +
	`"(?:[a-z_]*_(?:gib|bytes|seconds|qps|ms|replicas)|replicas)": -\d`)

// impossibly looks for values that nothing can have, unless the user brought them along.
func impossibly(q question, r result, say complainer) {
	for _, text := range []string{r.out, r.err} {
		for _, at := range impossible.FindAllStringIndex(text, -1) {
			value := strings.TrimLeft(text[at[0]:at[1]], " \n(=:")
			number, _, _ := strings.Cut(strings.TrimLeft(value, "-−"), " ")
			if !q.brought(number) {
				say("no impossible values", "%q in %.200q", value, text[max(0, at[0]-80):min(len(text), at[1]+40)])
				break
			}
		}
	}
}

// brought reports whether the word stands in what the user gave.
func (q question) brought(word string) bool {
	lower := strings.ToLower(strings.Trim(word, "+-: ")) // "yaml" given as a word stands before a colon where it is wrong
	holds := func(text string) bool { return strings.Contains(strings.ToLower(text), lower) }
	if slices.ContainsFunc(q.words, holds) || holds(q.stdin) {
		return true
	}
	for _, text := range q.env {
		if holds(text) {
			return true
		}
	}
	for _, text := range q.files {
		if holds(text) {
			return true
		}
	}
	return false
}

// characters looks for what would steer a terminal, or is no text.
func characters(r result, say complainer) {
	for name, text := range map[string]string{"stdout": r.out, "stderr": r.err} {
		if !utf8.ValidString(text) {
			say("the streams are UTF-8", "%s: %.300q", name, text)
		}
		for i, c := range text {
			if unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r' || unicode.Is(unicode.Bidi_Control, c) {
				say("no control characters in a pipe", "%s: %q in %.200q", name, c, text[max(0, i-80):min(len(text), i+80)])
				break
			}
		}
	}
}

// formatted holds a result against its format.
func formatted(q question, r result, say complainer) {
	command, format, filed := q.format()
	if filed || r.out == "" || slices.Contains(q.words, "--dry-run") { // which prints queries
		return
	}
	var err error
	switch format {
	case "json", "sarif", "gitlab":
		err = isJSON(command, format, r.out, say)
	case "yaml", "yml":
		var v any
		err = yaml.Unmarshal([]byte(r.out), &v)
	case "csv":
		_, err = csv.NewReader(strings.NewReader(r.out)).ReadAll()
	case "junit", "checkstyle":
		err = isXML(r.out)
	}
	if err != nil {
		say("the result is "+format, "%v in %.300q", err, r.out)
	}
}

func isXML(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// lists are the commands whose JSON is a list of rows or a document of another's shape.
var lists = []string{"catalog", "rules", "profiles", "lesson", "schema", "help", "version", "completion"}

func isJSON(command, format, text string, say complainer) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows it")
	}
	if format != "json" || slices.Contains(lists, command) {
		return nil
	}
	document, _ := v.(map[string]any)
	if name, _ := document["schema"].(string); !strings.HasPrefix(name, "urn:scaleadvise:") {
		say("JSON names its schema", "%.200q", text)
	}
	sensible("", v, say)
	return nil
}

// shares are the keys of fractions that cannot exceed one.
var shares = []string{"busy", "coverage90", "slo_attainment", "prefix_hit", "used_share"}

var (
	amounts = regexp.MustCompile(`(_ms|_qps|_gib|_s|_usd|usd_per_month|^replicas|^requests|^utilization|^cost_ratio|^batch|^instances|^machines)$`)
	signed  = regexp.MustCompile(`change|saves|deficit|margin|bias|swing`)
	dates   = regexp.MustCompile(`(^|_)(date|until|as_of)$`)
)

// sensible walks a document: fractions are fractions, amounts are not negative and no number
// is too large to be one, dates are dates.
func sensible(key string, v any, say complainer) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if name == "evidence" || name == "traits" { // raw values, and what was given
				continue
			}
			sensible(name, inner, say)
		}
	case []any:
		for _, inner := range v {
			sensible(key, inner, say)
		}
	case json.Number:
		x, err := v.Float64()
		switch {
		case err != nil || math.IsNaN(x) || math.Abs(x) > 1e300:
			say("numbers are finite", "%s is %s", key, v)
		case slices.Contains(shares, key) && (x < 0 || x > 1+1e-9):
			say("fractions lie between 0 and 1", "%s is %s", key, v)
		case x < 0 && amounts.MatchString(key) && !signed.MatchString(key):
			say("amounts are not negative", "%s is %s", key, v)
		}
	case string:
		if dates.MatchString(key) && !isDate(v) {
			say("dates are dates", "%s is %q", key, v)
		}
	}
}

func isDate(text string) bool {
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Year() >= 2000
		}
	}
	return false
}

// TestImpossibleValuesAreSeen: what the promise looks for, and what looks like it and is none.
func TestImpossibleValuesAreSeen(t *testing.T) {
	for text, want := range map[string]bool{
		"KV cache -3.2 GiB": true, "holds until 0001-01-01": true, "holds until 10004-05-01": true, `"kv_gib": -1`: true, "carries −5/s": true,
		"from 10-20 ms": false, "holds until 2027-02-03": false, "gcp n2-highmem-4 GB": false, `"change": -3`: false,
	} {
		seen := false
		impossibly(question{}, result{out: text}, func(string, string, ...any) { seen = true })
		if seen != want {
			t.Errorf("%q: seen %v", text, seen)
		}
	}
}
