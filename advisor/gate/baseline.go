package gate

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
)

// baselineSchema names the shape of a baseline file.
const baselineSchema = "urn:scaleadvise:baseline:v1"

// Baseline is the findings that existed when it was written.
type Baseline struct {
	known map[string]bool // fingerprints
}

type baselineFile struct {
	Schema   string          `json:"schema"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	File        string `json:"file"`
	Name        string `json:"name"`
	Rule        string `json:"rule"`
}

// largestBaseline bounds a baseline file: a hundred thousand findings and more.
const largestBaseline = 16 << 20

// mostEntries bounds its findings.
const mostEntries = 200_000

// ReadBaseline reads the output of WriteBaseline. The error says what is wrong with it.
func ReadBaseline(ctx context.Context, r io.Reader) (*Baseline, error) {
	in := bounded.NewReader(ctx, r, bounded.Limits{What: "baseline", Remedy: "this is not a baseline", Bytes: largestBaseline, Packed: largestBaseline})
	b := &Baseline{known: map[string]bool{}}
	entries := json.NewDecoder(in)
	schema, err := b.read(entries)
	switch {
	case in.Fault() != nil:
		return nil, fmt.Errorf("cannot be read: %w", in.Fault())
	case err != nil:
		return nil, fmt.Errorf("not a baseline: %w; --write-baseline makes one", bounded.JSONAt(err, entries.InputOffset()))
	case schema != baselineSchema:
		return nil, fmt.Errorf("not a baseline: its schema is %q, expected %q; --write-baseline makes one", bounded.Excerpt(schema), baselineSchema)
	}
	return b, nil
}

// read reads the one object of a file. Its entries are read one by one: together they may take
// a hundred times the file.
func (b *Baseline) read(in *json.Decoder) (schema string, err error) {
	if err := expect(in, '{'); err != nil {
		return "", err
	}
	for in.More() && err == nil {
		var key json.Token
		if key, err = in.Token(); err != nil {
			break
		}
		switch key {
		case "schema":
			err = in.Decode(&schema)
		case "findings":
			err = b.entries(in)
		default:
			err = in.Decode(new(json.RawMessage))
		}
	}
	if err != nil {
		return "", err
	}
	if _, err = in.Token(); err != nil {
		return "", err
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("more stands behind it")
	}
	return schema, nil
}

func (b *Baseline) entries(in *json.Decoder) error {
	if err := expect(in, '['); err != nil {
		return err
	}
	for in.More() {
		var e baselineEntry
		if err := in.Decode(&e); err != nil {
			return err
		}
		if b.known[e.Fingerprint] = true; len(b.known) > mostEntries {
			return errors.New("it holds more than 200,000 findings")
		}
	}
	_, err := in.Token()
	return err
}

// expect reads the sign that opens an object or an array.
func expect(in *json.Decoder, sign json.Delim) error {
	t, err := in.Token()
	if err == nil && t != sign {
		return fmt.Errorf("%s is missing at byte %d", sign, in.InputOffset())
	}
	return err
}

// WriteBaseline writes the findings of a check, those that a baseline suppressed among
// them, sorted so that the file changes only where findings do. It returns the writer's
// error.
func WriteBaseline(w io.Writer, c *advice.Check) error {
	file := baselineFile{Schema: baselineSchema, Findings: []baselineEntry{}}
	for _, p := range c.Plans {
		if p.Outcome == advice.Invalid {
			continue // it has to be mended, not remembered
		}
		for _, f := range present(p) {
			file.Findings = append(file.Findings, baselineEntry{f.Fingerprint, p.File, p.Name, f.Rule})
		}
	}
	slices.SortFunc(file.Findings, func(a, b baselineEntry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(file); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

// present are the findings of a plan that are not ignored.
func present(p advice.Checked) []advice.Located {
	all := slices.Clone(p.Findings)
	for _, s := range p.Suppressed {
		if s.By == ByBaseline {
			all = append(all, s.Located)
		}
	}
	return all
}

func (b *Baseline) has(fingerprint string) bool { return b != nil && b.known[fingerprint] }

// Gone returns how many entries of the baseline no finding of the check has any more.
func (b *Baseline) Gone(c *advice.Check) int {
	if b == nil {
		return 0
	}
	left := len(b.known)
	for _, p := range c.Plans {
		for _, s := range p.Suppressed {
			if s.By == ByBaseline {
				left--
			}
		}
	}
	return left
}

// fingerprint names each finding of a plan. Findings that would share a name are numbered.
func fingerprint(p *advice.Checked) {
	seen := map[string]int{}
	for i := range p.Findings {
		f := &p.Findings[i]
		key := identity(*f)
		seen[key]++
		f.Fingerprint = digest(p, key, seen[key])
	}
}

// digest is the fingerprint of the nth finding of a plan with one identity.
func digest(p *advice.Checked, key string, n int) string {
	h := sha256.New()
	for _, part := range []string{p.File, p.Name, key, strconv.Itoa(n)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// covers reports whether the baseline has a finding of a plan, under its rule's id or under one
// that the rule had when the baseline was written.
func (b *Baseline) covers(p *advice.Checked, i int, formerly []string) bool {
	f := p.Findings[i]
	if b == nil || b.has(f.Fingerprint) {
		return b != nil
	}
	n, key := 0, identity(f)
	for _, earlier := range p.Findings[:i+1] {
		if identity(earlier) == key {
			n++
		}
	}
	return slices.ContainsFunc(formerly, func(id string) bool {
		f.Rule = id
		return b.has(digest(p, identity(f), n))
	})
}

// identity is what makes a finding of a plan the same finding: its rule and what it is
// about. A fault of the file itself is known by its words.
func identity(f advice.Located) string {
	if f.Subject == "" && len(f.Evidence) == 0 {
		return f.Rule + "\x00" + f.Message
	}
	return f.Rule + "\x00" + f.Subject
}
