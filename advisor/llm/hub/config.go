package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// maxConfig bounds a config.json, B; the largest published ones have some 300 kB.
const maxConfig = 4 << 20

// mostValues bounds the values of a file, each of which takes many times its bytes.
const mostValues = 200_000

// Config is a model as its publisher's config.json describes it.
type Config struct {
	Model catalog.Model
	Notes []string // assumptions
}

// ReadConfig reads the config.json of a language model as Hugging Face transformers writes
// it: the decoder, which stands under text_config or the like where a model also sees. file
// names the source in errors, id the model. Parameters are counted from the shape, without
// biases, norms, vision towers and layers for multi-token prediction. The error joins one
// for every fault: invalid JSON, a missing key, an impossible value.
func ReadConfig(ctx context.Context, r io.Reader, file, id string) (Config, error) {
	text, err := bounded.ReadAll(ctx, r, bounded.Limits{What: "config.json", Remedy: "a config.json has a few kB, this may be the weights", Bytes: maxConfig, Packed: maxConfig, Binary: true})
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", file, err)
	}
	c := config{file: file}
	if err := c.decode(text); err != nil {
		return Config{}, err
	}
	if err := c.refuse(); err != nil {
		return Config{}, err
	}
	m := c.model(id)
	if len(c.faults) > 0 {
		return Config{}, errors.Join(c.faults...)
	}
	if _, err := llm.ShapeOf(m); err != nil {
		return Config{}, fmt.Errorf("%s: %w", file, err)
	}
	return Config{Model: m, Notes: c.notes}, nil
}

// config is a file on its way to a model.
type config struct {
	file   string
	levels []map[string]any // the decoder's object, then the one around it
	kind   decoder
	faults []error
	notes  []string
}

func (c *config) fail(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s: "+format, append([]any{c.file}, args...)...))
}

func (c *config) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// decode reads the JSON and finds the decoder's object in it.
func (c *config) decode(text []byte) error {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return fmt.Errorf("%s: empty; give the config.json of the model", c.file)
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return fmt.Errorf("%s: binary, not JSON; give the config.json next to the weights", c.file)
	case bounded.JSONValues(text) > mostValues:
		return fmt.Errorf("%s: more than 200,000 values; a config.json has a few dozen, and a label for each class", c.file)
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	var top map[string]any
	if err := in.Decode(&top); err != nil {
		return fmt.Errorf("%s: %w", c.file, explain(err, text))
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		line, column := bounded.Position(text, in.InputOffset())
		return fmt.Errorf("%s:%d:%d: text after the end of the object; keep one config.json", c.file, line, column)
	}
	if top == nil {
		return fmt.Errorf("%s: null, not an object; give the config.json of the model", c.file)
	}
	c.levels = []map[string]any{top}
	for _, key := range []string{"text_config", "llm_config", "language_config"} {
		if inner, ok := top[key].(map[string]any); ok {
			c.levels = []map[string]any{inner, top}
			break
		}
	}
	c.kind = decoderOf(c.word("model_type"))
	return nil
}

// explain says where and how JSON is broken.
func explain(err error, text []byte) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Errorf("is a JSON %s, not an object; give the config.json of the model", bounded.JSONKind(kind))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not JSON: it ends before the object does; fetch it again")
	}
	return fmt.Errorf("%w; give the config.json next to the weights", bounded.JSON(err, text))
}

// refuse names models that this package does not describe.
func (c *config) refuse() error {
	if c.truth("is_encoder_decoder") {
		return fmt.Errorf("%s: an encoder with a decoder (%s), not a decoder alone; its requests are not streams of tokens that can be planned here", c.file, c.word("model_type"))
	}
	if names := c.list("architectures"); len(names) > 0 && !generates(names) {
		return fmt.Errorf("%s: %v writes no tokens; give the config.json of a language model, or name another model by --model", c.file, names[0])
	}
	for _, key := range []string{"ssm_cfg", "mamba_d_state", "mamba_expand", "ssm_state_size", "state_size", "hybrid_override_pattern", "attn_layer_period", "block_configs"} {
		if _, ok := c.lookup(key); ok {
			return fmt.Errorf("%s: has %s: layers of that kind are not understood; give the shape in models.csv of a --catalog folder", c.file, key)
		}
	}
	return nil
}

// generates reports whether one of the architectures writes tokens.
func generates(architectures []any) bool {
	for _, a := range architectures {
		name, _ := a.(string)
		for _, mark := range []string{"CausalLM", "ConditionalGeneration", "LMHead", "GLM", "AquilaModel"} {
			if strings.Contains(name, mark) {
				return true
			}
		}
	}
	return false
}
