package launch

import (
	"path"
	"slices"
	"strings"

	"scaleadvise/advisor/pattern"
)

// Text is a text of the container's description; At is its place, in whatever units the caller uses.
type Text struct {
	Value string
	At    int
}

// Variable is a variable of the environment.
type Variable struct {
	Name string
	Text
	Known bool // false where its value is elsewhere, such as in a secret
}

// Container is what determines how a server starts.
type Container struct {
	Image         string
	Engine        string // the engine where neither its image nor a command names one
	Command, Args []Text
	Hooks         [][]Text // further commands, such as those after the start
	Env           []Variable
	Files         map[string]Text   // files that it finds at a path, such as a script
	Options       map[string][]Text // flags that the file at a path stands for
}

// Key names a setting.
type Key string

// The settings that are read.
const (
	Model            Key = "model"
	TensorParallel   Key = "tensor-parallel size"
	PipelineParallel Key = "pipeline-parallel size"
	DataParallel     Key = "data-parallel size"
	Quantization     Key = "quantization"
	DType            Key = "data type"
	KVDType          Key = "data type of the KV cache"
	MaxLength        Key = "longest sequence"
	MaxSequences     Key = "most sequences at once"
	MemoryFraction   Key = "share of memory"
	Adapters         Key = "adapters"
	Nodes            Key = "machines"
	Executor         Key = "executor"
	ExpertParallel   Key = "expert parallelism"
	AttentionCopies  Key = "data-parallel attention"
	StepTokens       Key = "tokens of a step"
	KeepsPrefixes    Key = "prefix cache"
	DropsPrefixes    Key = "no prefix cache"
	Speculation      Key = "speculative decoding"
	Drafted          Key = "drafted tokens"
	Eager            Key = "steps without CUDA graphs"
	Offload          Key = "weights in the host's memory" // GB per accelerator
	Layers           Key = "layers on the accelerator"
)

// Setting is the value of a setting and the form it was given in: a flag, a variable or the image.
type Setting struct {
	Text, Name string
	At, Line   int // Line counts from the start of the text
}

// switches are settings that stand alone.
var switches = []Key{ExpertParallel, AttentionCopies, KeepsPrefixes, DropsPrefixes, Eager}

// Server is the model server that a container runs.
type Server struct {
	Engine   string // "" where none is recognized
	Version  string // version of the engine, by its image; "" where the image does not say
	Settings map[Key]Setting
	Complete bool // nothing that could hold further settings was left unread
}

// word is one of a command, with the line of its text.
type word struct {
	text     string
	at, line int
}

// Read returns the model server that a container runs; its Engine is "" where it is not a known one.
func Read(c Container) Server {
	s := Server{Settings: map[Key]Setting{}, Complete: true}
	env := c.environment()
	commands, shell := split(append(append([]Text{}, c.Command...), c.Args...), env, c.Files)
	of := byImage(c.Image)
	run := command{}
	for _, words := range commands {
		if found, rest := byCommand(words, of != nil); found != nil {
			of, run = found, command{words: rest, positional: true}
			break
		}
	}
	for d := range dialects {
		if of == nil && dialects[d].name == c.Engine {
			of = &dialects[d]
		}
	}
	if of == nil && len(commands) > 0 {
		of = byFlags(commands[0])
	}
	switch {
	case of == nil:
		return s
	case run.words == nil && len(commands) > 0 && !shell:
		run = command{words: commands[0], positional: len(c.Command) == 0}
	case run.words == nil && shell:
		s.Complete = false // a script starts it
	}
	s.Engine, s.Version = of.name, of.version(c.Image)
	for i, w := range run.words { // what a file says is under what the command says
		name, file, joined := strings.Cut(w.text, "=")
		if plain(name) == "--config" && !joined && i+1 < len(run.words) {
			file = run.words[i+1].text
		}
		if options, known := c.Options[file]; known && plain(name) == "--config" {
			s.arguments(of, command{words: wordsOf(options), read: true})
			run.read = true
		}
	}
	s.arguments(of, run)
	for _, v := range c.Env {
		if key, ok := of.env[v.Name]; ok {
			s.set(key, v.Name, word{referenced(v.Value, env), v.At, 0}, v.Known)
		}
	}
	for _, hook := range c.Hooks {
		more, _ := split(hook, env, c.Files)
		commands = append(commands, more...)
	}
	if of.model != nil {
		of.model(&s, c.Image, commands)
	}
	return s
}

func (c Container) environment() map[string]string {
	env := map[string]string{}
	for _, v := range c.Env {
		if v.Known {
			env[v.Name] = referenced(v.Value, env)
		}
	}
	return env
}

// command is the part of a command line behind what names the server.
type command struct {
	words      []word
	positional bool // its first word may be the model
	read       bool // the file of its options was read
}

func wordsOf(texts []Text) []word {
	var all []word
	for _, t := range texts {
		all = append(all, word{t.Value, t.At, 0})
	}
	return all
}

// arguments reads the flags of a command: "--flag value" and "--flag=value", dashes and
// underscores alike.
func (s *Server) arguments(of *dialect, c command) {
	words := c.words
	if of.positional && len(words) > 0 && words[0].text == "serve" {
		words = words[1:]
	}
	if c.positional && of.positional && len(words) > 0 && !strings.HasPrefix(words[0].text, "-") && words[0].text != "" {
		s.set(Model, "model", words[0], true)
		words = words[1:]
	}
	for i, w := range words {
		name, value, joined := strings.Cut(w.text, "=")
		if !strings.HasPrefix(name, "-") {
			if unresolved(w.text) && strings.HasPrefix(strings.TrimSpace(w.text), "$") {
				s.Complete = false // it may stand for any flags
			}
			continue
		}
		key, known := of.flags[plain(name)]
		if plain(name) == "--config" && !c.read {
			s.Complete = false
		}
		if !known {
			continue
		}
		switch {
		case joined:
		case slices.Contains(switches, key):
			value = "true"
		case i+1 >= len(words):
			continue
		default:
			value, w = words[i+1].text, words[i+1]
		}
		s.set(key, name, word{value, w.at, w.line}, true)
	}
}

// plain writes a flag as the tables do: long ones in dashes.
func plain(flag string) string {
	if strings.HasPrefix(flag, "--") {
		return strings.ToLower(strings.ReplaceAll(flag, "_", "-"))
	}
	return flag
}

// set takes a setting; what was said first stays, save that a later flag replaces an earlier one.
func (s *Server) set(key Key, name string, w word, known bool) {
	if !known || unresolved(w.text) {
		s.Complete = false
		return
	}
	before, said := s.Settings[key]
	if w.text == "" || said && !strings.HasPrefix(before.Name, "-") {
		return
	}
	if said && !strings.HasPrefix(name, "-") {
		return
	}
	s.Settings[key] = Setting{Text: w.text, Name: name, At: w.at, Line: w.line}
}

// unresolved reports whether a text still holds a template or a variable.
func unresolved(text string) bool {
	return strings.Contains(text, "$(") || strings.Contains(text, "${") || strings.Contains(text, "{{") ||
		strings.HasPrefix(text, "$") || strings.Contains(text, "`")
}

// byCommand finds the server that a command starts, and what stands behind its name. Where the image
// names one, flags are its arguments; else another command may stand before it, with flags of its own.
func byCommand(words []word, named bool) (*dialect, []word) {
	for i, w := range words {
		if named && i > 0 && strings.HasPrefix(w.text, "--") && w.text != "--" {
			return nil, nil
		}
		for d := range dialects {
			of := &dialects[d]
			for _, start := range of.starts {
				if rest, ok := begins(words[i:], start); ok {
					return of, rest
				}
			}
		}
	}
	return nil, nil
}

// byFlags finds the server whose flags the arguments of an image that says nothing are: of those that
// are told the model and something else, the one of which they are most.
func byFlags(words []word) *dialect {
	var best *dialect
	most := 1
	for d := range dialects {
		of, n, model := &dialects[d], 0, false
		for _, w := range words {
			name, _, _ := strings.Cut(w.text, "=")
			key, known := of.flags[plain(name)]
			if known && strings.HasPrefix(name, "--") {
				n++
			}
			model = model || known && key == Model
		}
		if model && n > most {
			best, most = of, n
		}
	}
	return best
}

// begins reports whether words begin with those of a start, the first by its base name.
func begins(words []word, start string) ([]word, bool) {
	for i, part := range strings.Fields(start) {
		if i >= len(words) {
			return nil, false
		}
		text := words[i].text
		if i == 0 {
			text = path.Base(text)
		}
		if text != part {
			return nil, false
		}
		if i == len(strings.Fields(start))-1 {
			return words[i+1:], true
		}
	}
	return nil, false
}

// byImage finds the server that an image is of by its name.
func byImage(image string) *dialect {
	name := strings.ToLower(withoutTag(image))
	for d := range dialects {
		for _, mark := range dialects[d].images {
			if strings.Contains(name, mark) {
				return &dialects[d]
			}
		}
	}
	return nil
}

// version is the one that the tag of an engine's own image names: v0.6.3, or 0.4.9-cu126. Other images
// of it number themselves.
func (d *dialect) version(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name := withoutTag(image)
	if d.images == nil || !strings.Contains(strings.ToLower(name), d.images[0]) {
		return ""
	}
	for _, piece := range strings.FieldsFunc(strings.TrimPrefix(strings.TrimPrefix(image, name), ":"), func(r rune) bool { return r == '-' || r == '_' || r == '+' }) {
		if released.MatchString(piece) {
			return piece
		}
	}
	return ""
}

// released is how a version starts: with a v or a point, or the number of a build.
var released = pattern.Of(`^(v?[0-9]{1,2}\.[0-9]|b[0-9]{4,})`)

// withoutTag is the name of an image without its tag and digest.
func withoutTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if at := strings.LastIndexByte(image, ':'); at > strings.LastIndexByte(image, '/') {
		return image[:at]
	}
	return image
}
