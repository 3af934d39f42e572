package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Speculation is speculative decoding as an engine is started with it; the zero value is none.
type Speculation struct {
	Method     string  // of Methods
	Tokens     float64 // drafted for a step; 0 = the method's usual number
	Model      string  // that drafts, "" where none is named
	Acceptance float64 // share of the drafted tokens that are kept; 0 = what is usual for the method
}

// Method is a way to draft tokens.
type Method struct {
	Name   string
	Drafts float64 // tokens of a step unless stated otherwise

	// Share is the probability that a drafted token is kept if those before it were: low, usual, high.
	Share [3]float64

	Layers float64 `zero:"heads on the last state, or none"` // of the model, that each drafted token passes besides the output layer
	Model  bool    `zero:"it needs no other model"`          // a smaller model drafts
	Lookup bool    `zero:"a network drafts"`                 // drafts are found in the text
	Heads  string  `zero:"it fits any model"`                // of config.json, that says that a model was released with what drafts

	Source string
}

// Methods are the ways to draft tokens.
var Methods = []Method{
	{Name: "draft", Drafts: 4, Share: [3]float64{0.55, 0.7, 0.85}, Model: true, Source: "Leviathan et al. 2023, table 3: 0.53 to 0.9 by draft model and temperature; runs of llama.cpp keep 75 to 81 %"},
	{Name: "eagle", Drafts: 3, Share: [3]float64{0.5, 0.58, 0.72}, Layers: 1, Source: "vLLM V1 on MT-bench, 2025-04: 1.89 tokens a step with 2 drafted, 2.08 with 4; 1.63 with 1 by a reduced vocabulary"},
	{Name: "eagle3", Drafts: 3, Share: [3]float64{0.6, 0.74, 0.82}, Layers: 1, Source: "InferenceX on SPEED-Bench coding, 2026: 2.75 to 2.97 tokens a step with 3 drafted, 3.5 to 4.1 with 8; less on other texts"},
	{Name: "medusa", Drafts: 3, Share: [3]float64{0.4, 0.52, 0.65}, Source: "Cai et al. 2024: heads that hit in 60 % of steps and less with each further token"},
	{Name: "mtp", Drafts: 1, Share: [3]float64{0.7, 0.8, 0.88}, Layers: 1, Heads: "num_nextn_predict_layers, mtp_num_layers or mtp_num_hidden_layers", Source: "InferenceX on SPEED-Bench coding, 2026: 1.79 to 1.93 tokens a step with 1 drafted, 2.5 to 3.4 with 3; DeepSeek-V3 2024, 5.4.3: 85 to 90 % of second tokens"},
	{Name: "ngram", Drafts: 4, Share: [3]float64{0.05, 0.3, 0.65}, Lookup: true, Source: "Saxena 2023: much where answers repeat their prompt, nothing where they do not"},
}

// methodWords are the words of engines for methods, without separators, the longest first.
var methodWords = []struct{ word, method string }{
	{"mlpspeculator", "medusa"}, {"promptlookup", "ngram"}, {"draftmodel", "draft"}, {"standalone", "draft"}, {"lookahead", "ngram"}, {"speculator", "eagle3"},
	{"nextn", "mtp"}, {"dspark", "eagle3"}, {"dflash", "eagle3"}, {"suffix", "ngram"}, {"eagle3", "eagle3"}, {"medusa", "medusa"}, {"hydra", "medusa"}, {"eagle", "eagle"}, {"ngram", "ngram"}, {"draft", "draft"}, {"mtp", "mtp"},
}

// MethodOf returns the method that an engine's word, or the name of a model that drafts, means; "" for none.
func MethodOf(word string) string {
	form := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(word))
	for _, w := range methodWords {
		if strings.Contains(form, w.word) {
			return w.method
		}
	}
	return ""
}

// String returns what is stated: the method, the tokens of a step, or both.
func (s Speculation) String() string {
	text := s.Method
	if s.Tokens > 0 {
		text = strings.TrimSpace(fmt.Sprintf("%s %.0f tokens a step", text, s.Tokens))
	}
	return text
}

// With returns the row of the method; ok is false without speculation.
func (s Speculation) With() (m Method, ok bool) {
	for _, m := range Methods {
		if m.Name == s.Method {
			return m, true
		}
	}
	return Method{}, false
}

// MethodNames are the methods, for messages.
func MethodNames() string {
	names := make([]string, len(Methods))
	for i, m := range Methods {
		names[i] = m.Name
	}
	return strings.Join(names, ", ")
}

// mostDrafted bounds the tokens that one step verifies.
const mostDrafted = 128

// ParseSpeculation reads METHOD, METHOD:TOKENS or METHOD:TOKENS:ACCEPTANCE, such as eagle3:3:70%.
func ParseSpeculation(text string) (Speculation, error) {
	parts := strings.Split(text, ":")
	s := Speculation{Method: MethodOf(parts[0])}
	if s.Method == "" || len(parts) > 3 {
		return Speculation{}, fmt.Errorf("%q: expected METHOD:TOKENS:ACCEPTANCE, such as eagle3:3:70%%; the methods are %s", text, MethodNames())
	}
	if len(parts) > 1 {
		if err := put(&s.Tokens, "the number of drafted tokens", strings.TrimSpace(parts[1]), false); err != nil {
			return Speculation{}, err
		}
	}
	if len(parts) > 2 {
		number, percent := strings.CutSuffix(strings.TrimSpace(parts[2]), "%")
		v, err := strconv.ParseFloat(number, 64)
		if percent {
			v /= 100
		}
		if err != nil || !(v > 0 && v <= 1) {
			return Speculation{}, fmt.Errorf("%q: give the share of drafted tokens that are kept, above 0 and up to 100%%, such as eagle3:3:70%%", text)
		}
		s.Acceptance = v
	}
	return s, s.check()
}

func (s Speculation) check() error {
	if s.Tokens > mostDrafted {
		return fmt.Errorf("%.0f drafted tokens a step; at most %d are understood", s.Tokens, mostDrafted)
	}
	return nil
}

// speculative takes an argument about speculative decoding; ok is false where it is about something else.
func (s *Settings) speculative(name, value string) (ok bool, err error) {
	x := &s.Speculation
	switch name {
	case "speculative-config", "sc":
		return true, x.config(value)
	case "speculative-algorithm", "speculative-method":
		return true, x.method(name, value)
	case "speculative-model", "speculative-draft-model-path", "speculative-draft-model", "model-draft", "md":
		x.Model = value
		if x.Method == "" {
			x.Method = "draft"
			if m := MethodOf(value); m != "" {
				x.Method = m
			}
		}
	case "num-speculative-tokens", "speculative-num-steps", "draft-max", "draft-n", "spec-draft-n-max", "num-nextn-predict-layers", "speculate":
		if err = put(&x.Tokens, name, value, false); err == nil && x.Method == "" {
			x.Method = map[string]string{"speculate": "ngram", "num-nextn-predict-layers": "mtp"}[name]
		}
	default:
		key, nested := strings.CutPrefix(name, "speculative-config.")
		if !nested {
			return false, nil
		}
		return true, x.config(`{"` + strings.ReplaceAll(key, "-", "_") + `":` + quoted(value) + `}`)
	}
	if err == nil {
		err = x.check()
	}
	return true, err
}

// quoted is a value as JSON writes it.
func quoted(value string) string {
	if json.Valid([]byte(value)) {
		return value
	}
	text, _ := json.Marshal(value) // a string always has its form
	return string(text)
}

func (s *Speculation) method(name, value string) error {
	m := MethodOf(value)
	if m == "" {
		return fmt.Errorf("%s is %q; the methods are %s", name, value, MethodNames())
	}
	s.Method = m
	return nil
}

// config reads vLLM's object.
func (s *Speculation) config(value string) error {
	var c struct {
		Method string      `json:"method"`
		Model  string      `json:"model"`
		Tokens json.Number `json:"num_speculative_tokens"`
	}
	if err := json.Unmarshal([]byte(value), &c); err != nil || !strings.HasPrefix(strings.TrimSpace(value), "{") {
		return errors.New(`speculative-config is a JSON object, such as {"method":"eagle3","num_speculative_tokens":3}; mind the quotes of your shell`)
	}
	if c.Model != "" {
		s.Model = c.Model
	}
	switch {
	case c.Method != "":
		if err := s.method("the method of speculative-config", c.Method); err != nil {
			return err
		}
	case s.Method == "" && c.Model != "":
		if s.Method = MethodOf(c.Model); s.Method == "" {
			s.Method = "draft"
		}
	}
	if c.Tokens == "" {
		return nil
	}
	if err := put(&s.Tokens, "num_speculative_tokens", c.Tokens.String(), false); err != nil {
		return err
	}
	return s.check()
}
