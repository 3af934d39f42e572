package architecture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/unit"
)

// maxConfig bounds a file, B; the largest published ones have some 300 kB.
const maxConfig = 4 << 20

// Open opens a file by its name.
type Open func(name string) (io.ReadCloser, error)

// ErrLanguage reports the config of a model that generates tokens one by one: its service is planned in
// tokens.
var ErrLanguage = errors.New("a language model")

// NamedError reports a config, of timm, that names its model but not its layers.
type NamedError struct{ File, Model string }

func (e *NamedError) Error() string {
	return fmt.Sprintf("%s: a config of timm, which names %q and not its layers, and no model of that name is known; export it to ONNX and give --model-file, or describe it by --params 25M --gmacs 4", e.File, e.Model)
}

// Read describes the model of a config.json, a model_index.json, or a folder that holds one of
// them. file is its name, name that of the model. Where the config is that of a language model
// the error is ErrLanguage; any other says what is wrong, where, and what to do.
func Read(open Open, file, name string) (*shape.Model, error) {
	text, err := readFile(open, file)
	if err != nil {
		file, text, err = inFolder(open, file, err)
	}
	if err != nil {
		return nil, err
	}
	c, err := parse(text, file)
	if err != nil {
		return nil, err
	}
	if class := c.word("_class_name"); class != "" {
		return diffusion(open, c, class, name)
	}
	return transformer(open, c, name)
}

// inFolder reads the file that describes the model of a folder. What is no folder either has
// the error of the first reading.
func inFolder(open Open, folder string, because error) (file string, text []byte, err error) {
	for _, name := range []string{"model_index.json", "config.json", "0_Transformer/config.json"} {
		file = path.Join(folder, name)
		if text, err = readFile(open, file); err == nil {
			return file, text, nil
		}
	}
	return "", nil, because
}

func readFile(open Open, file string) ([]byte, error) {
	source, err := open(file)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	// The opener's files end with its own context.
	text, err := bounded.ReadAll(context.Background(), source, bounded.Limits{
		What: "config.json", Remedy: "a config.json has a few kB, this may be the weights", Bytes: maxConfig, Packed: maxConfig, Binary: true,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return text, nil
}

// transformer describes a model of transformers or sentence-transformers.
func transformer(open Open, c *config, name string) (*shape.Model, error) {
	kind := c.word("model_type")
	f, ok := familyOf(kind)
	if !ok {
		return nil, unknown(c, kind)
	}
	modules, err := readFile(open, path.Join(path.Dir(c.file), "modules.json"))
	sentences := err == nil && strings.Contains(string(modules), "sentence_transformers")
	if slices.Contains(decoders.types, kind) && !sentences && !scores(c) {
		return nil, ErrLanguage
	}
	m, err := f.describe(c, name)
	if err == nil && sentences && m.Kind == "encoder" && m.Subkind != "reranker" {
		m.Subkind = "embedding"
	}
	return m, err
}

// scores reports whether a decoder puts out a vector or a score instead of tokens.
func scores(c *config) bool {
	return c.builds("ForSequenceClassification") || len(c.words("architectures")) > 0 && !c.builds("ForCausalLM", "LMHeadModel")
}

// unknown says what is known instead of a model_type, and how to describe it otherwise.
func unknown(c *config, kind string) error {
	architecture, names := c.word("architecture"), c.words("architectures")
	layered := c.has("num_hidden_layers") || c.has("n_layer") || c.has("text_config")
	switch {
	case kind == "" && architecture != "":
		return &NamedError{c.file, clip(architecture)}
	case kind == "" && (layered || len(names) > 0):
		return ErrLanguage
	case kind == "":
		return fmt.Errorf("%s: no model_type; give the config.json of transformers or the model_index.json of diffusers, or export the model to ONNX and give --model-file", c.file)
	case layered && (len(names) == 0 || c.builds("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")):
		return ErrLanguage
	}
	near := unit.Near(kind, types())
	hint := "known are those of " + knownFamilies()
	if len(near) > 0 {
		hint = "the nearest that are known are " + strings.Join(near[:min(3, len(near))], ", ")
	}
	return fmt.Errorf("%s: unknown architecture %q; %s; or describe it by --model-file (ONNX), or --params 110M --gmacs 11", c.file, clip(kind), hint)
}

func knownFamilies() string {
	var names []string
	for _, f := range families {
		names = append(names, f.name)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// clip shortens foreign text for a message and keeps it on one line.
func clip(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// describe reads a config of the family.
func (f family) describe(c *config, name string) (*shape.Model, error) {
	n := f.read(c)
	if err := c.fault(); err != nil {
		return nil, err
	}
	m := &shape.Model{
		Name: name, Kind: f.kind, Subkind: subkind(c, f, name), Source: c.file, Notes: *c.notes,
		Precision: precision(c), Uses: f.uses, Usual: n.usual,
		Walk: func(r shape.Request) ([]shape.Pass, error) { return n.passes(name, r) },
	}
	m.Params = n.params(f.uses)
	if m.Params > mostParams {
		return nil, fmt.Errorf("%s: %.3g parameters by its sizes; one of the widths and layers cannot be right", c.file, m.Params)
	}
	return m, nil
}

// mostParams bounds the parameters of an ordinary model.
const mostParams = 1e12

// passes are those of a request, which must not be longer than the model reads.
func (n network) passes(name string, r shape.Request) ([]shape.Pass, error) {
	if n.longest > 0 && float64(r.Tokens) > n.longest {
		return nil, fmt.Errorf("%s reads at most %g tokens, not %d; give --input-tokens %g or fewer", name, n.longest, r.Tokens, n.longest)
	}
	return n.walk(r), nil
}

// params counts every parameter once, of all that a request may run.
func (n network) params(uses []shape.Dimension) float64 {
	r := n.usual
	if slices.Contains(uses, shape.Tokens) && r.Tokens == 0 {
		r.Tokens = 1
	}
	sum := -n.tied
	for _, p := range n.walk(r) {
		sum += p.Params
	}
	return sum
}

// precision is that of the stored weights.
func precision(c *config) string {
	for _, key := range []string{"dtype", "torch_dtype"} {
		switch c.word(key) {
		case "float32":
			return "fp32"
		case "float16":
			return "fp16"
		case "bfloat16":
			return "bf16"
		}
	}
	return ""
}
