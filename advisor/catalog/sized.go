package catalog

import (
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/pattern"
)

var (
	// pixels are the sides of images that names of models state. Of those that are usual 160 and 320 are amounts of
	// work in names of RegNets.
	pixels = pattern.Of(`^(?:224|240|256|288|299|300|336|380|384|448|456|475|512|518|528|560|600|640|768|800|896|1024|1280)$`)
	// pictured are the pictures that weights were trained on, behind the size.
	pictured = pattern.Of(`^(?:in|ft|pt)?\d+k$|^in\d+k?ft\d+k$|^ft$`)
	windowed = pattern.Of(`^(?:window|win)\d+$`)
)

// SizeIn returns the side of the images that the name of a model states, 384 of
// "convnext_base.fb_in22k_ft_in1k_384"; 0 where it states none.
func SizeIn(name string) int {
	for _, form := range []string{strings.ToLower(unpublished(name)), Untagged(name)} {
		if words, at := sizeWord(form); at >= 0 {
			side, _ := strconv.Atoi(words[at])
			return side
		}
	}
	return 0
}

// sizeWord returns the words of a name, and which of them is the size of images: the last, but for what weights were
// trained on. −1 where there is none.
func sizeWord(name string) (words []string, at int) {
	words = strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
	for at = len(words) - 1; at > 0; at-- {
		switch {
		case pixels.MatchString(words[at]):
			return words, at
		case !pictured.MatchString(words[at]):
			return words, -1
		}
	}
	return words, -1
}

// OfOtherSize finds the model of images whose published name is another one but for the size of its images, and
// of the windows that it attends within.
func (c *Catalog) OfOtherSize(name string) (Model, bool) {
	words, at := sizeWord(Untagged(name))
	if at < 0 {
		return Model{}, false
	}
	bare := words[:at]
	plain := slices.DeleteFunc(slices.Clone(bare), windowed.MatchString)
	further := slices.DeleteFunc(slices.Clone(plain), func(w string) bool { return pictured.MatchString(w) || w == "distilled" })
	for _, tried := range [][]string{append(slices.Clone(bare), "224"), append(slices.Clone(bare), "256"), plain, append(slices.Clone(plain), "224"), further, append(slices.Clone(further), "224")} {
		form := modelForm(strings.Join(tried, "-"))
		if id, ok := c.modelNames().find(form, form); ok {
			if m, _ := c.Model(id); m.Kind == "vision" {
				return m, true
			}
		}
	}
	return Model{}, false
}
