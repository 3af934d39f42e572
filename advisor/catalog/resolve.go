package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// longestName bounds the names that are looked up at all.
const longestName = 200

// ResolveAccelerator finds the accelerator that a name means: its id, the spelling of a
// vendor, of MLPerf, DCGM or a Kubernetes label, a short family name, or the type of an
// instance that carries it. The note states an assumption that was made, "" when none was.
func (c *Catalog) ResolveAccelerator(name string) (Accelerator, string, error) {
	if a, ok := c.Accelerator(strings.ToLower(strings.TrimSpace(name))); ok {
		return a, "", nil
	}
	if err := checkName("accelerator", name); err != nil {
		return Accelerator{}, "", err
	}
	if a, note, ok, err := c.partitioned(name); ok {
		return a, note, err
	}
	if isSlice(name) {
		return Accelerator{}, "", fmt.Errorf("%s is a MIG slice without a profile; name it as in h100:1g.10gb", quote(name))
	}
	if a, note, ok := c.part(name); ok {
		return a, note, nil
	}
	if a, note, ok := c.carriedBy(name); ok {
		return a, note, nil
	}
	if several := countFirst.FindStringSubmatch(strings.ToLower(strings.TrimSpace(name))); several != nil {
		if _, _, err := c.ResolveAccelerator(several[2]); err == nil {
			return Accelerator{}, "", fmt.Errorf("%s names several; name one and give their number: --gpu %s --replicas %s, or --gpus-per-replica %[3]s where one replica uses all of them", quote(name), several[2], several[1])
		}
	}
	return Accelerator{}, "", fmt.Errorf("unknown accelerator %s%s; `scaleadvise catalog accelerators` lists them all", quote(name), c.nearestPart(name))
}

// part finds an accelerator by its spellings. A short name is an assumption even where it
// is also the shortest spelling of the part ("h200").
func (c *Catalog) part(name string) (Accelerator, string, bool) {
	names := c.parts()
	form, tight := partForms(name)
	id, assumed := names.defaults[strings.ToLower(strings.TrimSpace(name))]
	if !assumed {
		var ok bool
		if id, ok = names.find(form, tight); !ok {
			id, assumed = names.defaults[form]
		}
	}
	a, ok := c.Accelerator(id)
	if !ok || !assumed {
		return a, "", ok
	}
	return a, fmt.Sprintf("%s is read as %s (%s)", name, a.Name, a.ID), true
}

// carriedBy finds the accelerator of an instance type.
func (c *Catalog) carriedBy(kind string) (Accelerator, string, bool) {
	for _, i := range c.typed(kind) {
		if !strings.EqualFold(i.Type, strings.TrimSpace(kind)) {
			continue
		}
		if a, ok := c.Carried(i); ok {
			return a, fmt.Sprintf("%s is an instance of %s with %s (%s)", i.Type, i.Cloud, a.Name, a.ID), true
		}
	}
	return Accelerator{}, "", false
}

// isSlice reports whether a name has the mark of a MIG slice, "MIG-1g.10gb".
func isSlice(name string) bool { return slices.Contains(partTokens(name), "mig") }

// nearestPart suggests spellings near the name, or near it without vendor and brand.
func (c *Catalog) nearestPart(name string) string {
	if hint := didYouMean(strings.ToLower(name), c.parts().known); hint != "" {
		return hint
	}
	return didYouMean(strings.Join(partTokens(name), "-"), c.parts().known)
}

// ResolveModel finds the model that a name means: its id, its published name with or
// without publisher and variant ("meta-llama/Llama-3.1-70B-Instruct"), or a benchmark of
// MLPerf ("bert-99.9"); "3d-unet" alone is the KiTS19 one. A release of a known family of
// language models is the model whose shape it has, and so is an encoder, a classifier or a transcriber
// that was trained further.
func (c *Catalog) ResolveModel(name string) (Model, error) {
	if m, ok := c.Model(strings.ToLower(strings.TrimSpace(name))); ok {
		return m, nil
	}
	if err := checkName("model", name); err != nil {
		return Model{}, err
	}
	for _, form := range spellings(name) {
		if id, ok := c.modelNames().find(form, form); ok {
			m, _ := c.Model(id)
			return m, nil
		}
	}
	if m, ok := c.generative(name); ok {
		return m, nil
	}
	if m, ok := c.furtherTrained(name); ok {
		return m, nil
	}
	known := c.modelNames().known
	hint := didYouMean(strings.ToLower(name), known)
	if hint == "" {
		hint = didYouMean(plainModel(name), known)
	}
	if hint == "" {
		hint = c.likely(name, kin(name, known))
	}
	return Model{}, fmt.Errorf("unknown model %s%s; `scaleadvise catalog models` lists them all; --model-config, --model-file, or --params and --gmacs describe another", quote(name), hint)
}

// checkName refuses names that cannot be one.
func checkName(what, name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("no " + what + " named; `scaleadvise catalog " + what + "s` lists them all")
	case len(name) > longestName:
		return fmt.Errorf("unknown %s %s; the name is %d bytes long", what, quote(name), len(name))
	}
	return nil
}
