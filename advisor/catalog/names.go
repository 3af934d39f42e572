package catalog

import (
	"slices"
	"strings"

	"scaleadvise/advisor/pattern"
)

// names finds rows by forgiving spellings.
type names struct {
	exact    map[string]string // normal form → id
	squeezed map[string]string // the same without separators → id; "" where two ids collide
	defaults map[string]string // a short name and its normal form → id of the part it is taken for
	known    []string          // spellings worth suggesting
}

func newNames() *names {
	return &names{exact: map[string]string{}, squeezed: map[string]string{}, defaults: map[string]string{}}
}

// add makes id known under a spelling and under its normal and squeezed forms. The first
// id keeps a form; the tests see to it that no two ask for the same one.
func (n *names) add(id, form, tight string) {
	if _, taken := n.exact[form]; !taken {
		n.exact[form] = id
	}
	if old, taken := n.squeezed[tight]; taken && old != id {
		id = ""
	}
	n.squeezed[tight] = id
}

// find looks a form up, then its squeezed form.
func (n *names) find(form, tight string) (id string, ok bool) {
	if id, ok = n.exact[form]; ok {
		return id, true
	}
	id = n.squeezed[tight]
	return id, id != ""
}

var (
	socket   = pattern.Of(`sxm\d\b`)
	gigabyte = pattern.Of(`^(\d+)g(ib)?$`)
)

// noise are words of an accelerator's name that do not tell parts apart: vendors, brands,
// MLPerf's marks of a custom cooling solution and of a raised power limit, and what the
// Kubernetes device plugin appends when it shares a device in time.
var noise = map[string]bool{
	"nvidia": true, "amd": true, "intel": true, "google": true, "aws": true, "amazon": true, "qualcomm": true, "habana": true,
	"tesla": true, "geforce": true, "instinct": true, "tensor": true, "core": true, "gpu": true, "accelerator": true, "cloud": true,
	"cts": true, "500w": true, "hbm2": true, "hbm2e": true, "shared": true, "generation": true, "edition": true, "oam": true,
}

// partTokens splits the name of an accelerator into the words that tell parts apart.
func partTokens(name string) []string {
	name = socket.ReplaceAllString(strings.ToLower(strings.ReplaceAll(name, "_", "-")), "sxm")
	words := strings.FieldsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	var kept []string
	for _, w := range words {
		if !noise[w] {
			kept = append(kept, gigabyte.ReplaceAllString(w, "${1}gb"))
		}
	}
	return kept
}

// partForms is the normal form of an accelerator's name, in which the order of the words
// does not matter ("A100 80GB PCIe", "A100-PCIe-80GB"), and its squeezed form, in which
// the separators do not ("rtx4090").
func partForms(name string) (form, tight string) {
	tokens := partTokens(name)
	tight = strings.Join(tokens, "")
	slices.Sort(tokens)
	return strings.Join(tokens, " "), tight
}

// acceleratorNames indexes every spelling of the table of accelerators.
func acceleratorNames(rows []Accelerator) *names {
	n := newNames()
	for _, a := range rows {
		for _, spelling := range append([]string{a.ID, a.Name}, a.Aliases...) {
			form, tight := partForms(spelling)
			n.add(a.ID, form, tight)
		}
		for _, short := range a.Defaults {
			form, _ := partForms(short)
			n.defaults[form], n.defaults[short] = a.ID, a.ID
		}
		n.known = append(n.known, a.ID)
		n.known = append(n.known, a.Aliases...)
		n.known = append(n.known, a.Defaults...)
	}
	n.known = sorted(n.known)
	return n
}

// variants are words of a model's published name that change neither its size nor its shape.
var variants = map[string]bool{
	"meta": true, "instruct": true, "chat": true, "it": true, "hf": true, "thinking": true, "preview": true, "reasoning": true,
	"uncased": true, "cased": true, "mlperf": true, "original": true, "bnb": true, "unsloth": true, "gguf": true, "mlx": true, "pt": true, "qat": true,
	"dynamic": true, "kv": true, "block": true, "0324": true, "0528": true, "0905": true, "2507": true,
}

// precisionWords are words of a published name that say the precision of its weights; a
// method of quantization yields to a number of bits ("GPTQ-Int8").
var precisionWords = map[string]string{
	"fp16": "fp16", "bf16": "bf16", "fp8": "fp8", "int8": "int8", "8bit": "int8", "w8a8": "int8", "quantized.w8a8": "int8", "w8a16": "int8",
	"quantized.w8a16": "int8", "6bit": "int8", "5bit": "int8", "3bit": "int4", "2bit": "int4", "int4": "int4", "4bit": "int4", "w4a16": "int4", "quantized.w4a16": "int4", "q4": "int4",
	"fp4": "fp4", "nvfp4": "fp4", "mxfp4": "fp4",
}

// methods are methods of quantization that names state; the precision that they give unless a name says otherwise
// is that of the word.
var methods = wordSet(`awq gptq nf4 autoround exl2 exl3 aqlm hqq eetq quip`)

// NamedPrecision returns the precision of weights that a model's published name states ("Qwen/Qwen3-32B-FP8"
// is fp8), "" where it states none. Of several the quantized one counts, and fp8 where integer precisions
// only state bits.
func NamedPrecision(name string) string {
	method, stated := "", ""
	for _, word := range nameWords(name) {
		p, ok := precisionWords[word]
		if methods[word] {
			method, _ = SpelledPrecision(word)
		}
		if ok && (stated == "" || namedRank[p] > namedRank[stated]) {
			stated = p
		}
	}
	switch packed, _ := layoutIn(unpublished(name)); {
	case namedRank[stated] > 0:
		return stated
	case method != "":
		return method
	case packed != "":
		return packed
	}
	return stated
}

// namedRank is which of two precisions in one name is that of the weights.
var namedRank = map[string]int{"int8": 1, "fp8": 2, "int4": 3, "fp4": 4}

// modelForm is the name of a model without case and separators, but for those that make another number
// of a size: "opt-1.3b" is "opt1p3b", which is not "opt-13b", and "llama-2-7b" is "llama2-7b", which is
// not "llama-27b".
func modelForm(name string) string {
	name = strings.ToLower(name)
	form := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case alphanumeric(c):
			form = append(form, c)
		case c == '.' && decimal(name, i):
			form = append(form, 'p')
		case len(form) > 0 && digit(form[len(form)-1]) && sizeAt(name, i+1):
			form = append(form, '-')
		}
	}
	return string(form)
}

func alphanumeric(c byte) bool { return c >= 'a' && c <= 'z' || digit(c) }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// units stand behind the size of a model: parameters or operations.
var units = []string{"b", "m", "t", "gf", "mf"}

// decimal reports whether the separator at i of a name in lower case is the point of a size: "1.3b".
func decimal(name string, i int) bool {
	return i > 0 && digit(name[i-1]) && ofUnit(name[i+1:])
}

// sizeAt reports whether a size begins at i of a name in lower case.
func sizeAt(name string, i int) bool {
	whole := strings.TrimLeft(name[i:], "0123456789")
	point := len(name) - len(whole)
	return ofUnit(name[i:]) || point > i && point < len(name) && name[point] == '.' && decimal(name, point)
}

// ofUnit reports whether a text begins with digits and a unit, and no word follows.
func ofUnit(text string) bool {
	rest := strings.TrimLeft(text, "0123456789")
	return len(rest) < len(text) && slices.ContainsFunc(units, func(unit string) bool {
		after, ok := strings.CutPrefix(rest, unit)
		return ok && (after == "" || !alphanumeric(after[0]))
	})
}

// pointed writes the point of a size where a published name has an underscore: "regnet_y_3_2gf".
func pointed(name string) string {
	name = strings.ToLower(name)
	out := []byte(name)
	for i := range out {
		if out[i] == '_' && decimal(name, i) {
			out[i] = '.'
		}
	}
	return string(out)
}

// unpublished is the name of a model without its publisher, "org/", or the library and its modules, "torchvision.models.".
func unpublished(name string) string {
	name = name[strings.LastIndex(name, "/")+1:]
	for _, library := range []string{"torchvision.", "timm."} {
		if strings.HasPrefix(name, library) {
			return name[strings.LastIndex(name, ".")+1:]
		}
	}
	return name
}

// nameWords are the words of a model's published name without its publisher.
func nameWords(name string) []string {
	return strings.FieldsFunc(unpublished(strings.ToLower(name)), func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
}

// plainModel is a model's name without publisher and the words of its variant.
func plainModel(name string) string {
	return strings.Join(slices.DeleteFunc(nameWords(name), func(w string) bool {
		_, precision := precisionWords[w]
		_, method := methods[w]
		return variants[w] || precision || method
	}), "-")
}

// modelNames indexes every spelling of the table of models.
func modelNames(rows []Model) *names {
	n := newNames()
	var own [][2]string // names without their publisher, which yield to others as they are spelt
	for _, m := range rows {
		for _, spelling := range append([]string{m.ID, m.Name}, m.Aliases...) {
			form := modelForm(spelling)
			n.add(m.ID, form, form)
		}
		for _, alias := range m.Aliases {
			own = append(own, [2]string{modelForm(unpublished(alias)), m.ID})
		}
		n.known = append(n.known, m.ID)
		n.known = append(n.known, m.Aliases...)
	}
	for _, o := range own {
		if _, taken := n.exact[o[0]]; !taken {
			n.add(o[1], o[0], o[0])
		}
	}
	n.known = sorted(n.known)
	return n
}
