package export

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/plan"
)

// patchArguments changes how an engine is started where that differs from the plan.
func (p Plan) patchArguments(m *manifest, pod, c *yaml.Node) error {
	served := p.servedBy(c)
	if e := p.Advice; served != nil && p.language() && servers[spoken(served.Engine)].port == 0 && e.Today != nil && (e.Today.Precision != e.Plan.Precision || e.Today.PerReplica != e.Plan.PerReplica) {
		return fmt.Errorf("%s: how %s is told to serve %s is not known here; plan with what runs (--precision, --gpus-per-replica), or export engine-args for another engine", served.Origin, served.Engine, p.words())
	}
	if !p.language() || served == nil || servers[spoken(served.Engine)].port == 0 {
		if p.Advice.Optimized || p.Advice.Today == nil || p.Advice.Today.Precision != p.plan().Precision || p.Advice.Today.Runtime != p.plan().Runtime {
			m.notes = append(m.notes, "how the server is started was not changed: the plan serves "+strings.Join(append([]string{cmp.Or(p.plan().Runtime, "as it does today")}, p.plan().Served()...), ", "))
		}
		return nil
	}
	if err := p.dropNot(c, served); err != nil {
		return err
	}
	args, err := p.arguments()
	if err != nil {
		return err
	}
	for _, a := range args {
		if a.key == "" {
			continue
		}
		if err := p.argue(m, c, served, a); err != nil {
			return err
		}
	}
	if served.Size(launch.TensorParallel, 1)*served.Size(launch.PipelineParallel, 1) != p.plan().PerReplica && p.sharesMemory() && !served.SharedMemory {
		mount(pod, c)
	}
	if q := p.quantized(); q != "" && p.Advice.Optimized {
		m.notes = append(m.notes, q)
	}
	return nil
}

// servedBy is what a container of the manifest is told to serve; nil where it is none that is known.
func (p Plan) servedBy(c *yaml.Node) *plan.Served {
	for i, s := range p.Manifest.Served {
		if s.Container == cmp.Or(scalar(at(c, "name")), "model") {
			return &p.Manifest.Served[i]
		}
	}
	return nil
}

// argue gives a container one argument, unless it has it, or a bound of its own. The error is that
// what the plan rests on cannot be said.
func (p Plan) argue(m *manifest, c *yaml.Node, served *plan.Served, a argument) error {
	if said, ok := served.Settings[a.key]; ok && (said.Text == a.value || !a.fixed) {
		return nil
	}
	if a.key == launch.TensorParallel && a.value == "1" && !served.Said(a.key) {
		return nil
	}
	place, index := p.argumentOf(c, served, a)
	switch {
	case place == nil && inScript(c, served, a):
	case place == nil && a.fixed:
		return fmt.Errorf("%s: the plan needs %s %s, and the command of container %s is made by a script or a variable; write it there, or plan with what runs (--precision, --gpus-per-replica)",
			served.Origin, a.flag, a.value, scalar(at(c, "name")))
	case place == nil:
		m.notes = append(m.notes, fmt.Sprintf("%s %s could not be put into the command of container %s, which a script or a variable makes: %s", a.flag, a.value, scalar(at(c, "name")), a.why))
	case index < 0:
		word := text(a.word("="))
		if place.Style&yaml.FlowStyle == 0 {
			word.HeadComment = comment(a.why)
		}
		place.Content = append(place.Content, word)
	default:
		replaceArgument(place, index, a.value)
	}
	return nil
}

// argumentOf finds the list of words of a command, and where in it a flag stands; -1 where it does
// not, and no list where the command is no list of words.
func (p Plan) argumentOf(c *yaml.Node, served *plan.Served, a argument) (*yaml.Node, int) {
	said := served.Settings[a.key].Name
	if said != "" && !strings.HasPrefix(said, "-") {
		return nil, 0 // a variable, or the image
	}
	var last *yaml.Node
	for _, name := range []string{"command", "args"} {
		words := at(c, name)
		if words == nil || words.Kind != yaml.SequenceNode {
			continue
		}
		for i, w := range words.Content {
			if strings.ContainsAny(w.Value, " \n") && (name == "command" || len(words.Content) == 1 || i > 0 && strings.HasPrefix(words.Content[max(i-1, 0)].Value, "-") && len(words.Content[i-1].Value) < 5) {
				return nil, 0 // a shell's script
			}
			if flag, _, _ := strings.Cut(w.Value, "="); said != "" && sameFlag(flag, said) {
				return words, i
			}
		}
		last = words
	}
	if said != "" {
		return nil, 0
	}
	return last, -1
}

func sameFlag(a, b string) bool {
	return strings.HasPrefix(a, "-") && strings.ReplaceAll(a, "_", "-") == strings.ReplaceAll(b, "_", "-")
}

// replaceArgument changes the value of the flag at a place.
func replaceArgument(words *yaml.Node, i int, value string) {
	w := words.Content[i]
	if flag, _, joined := strings.Cut(w.Value, "="); joined {
		w.Value = flag + "=" + value
	} else if i+1 < len(words.Content) {
		w = words.Content[i+1]
		if w.Style == 0 {
			w.Style, w.Tag = text(value).Style, "!!str"
		}
		w.Value = value
	}
}

// spoken is the engine whose arguments a server takes.
func spoken(server string) string {
	if server == launch.HuggingFace {
		return launch.VLLM
	}
	return server
}

// inScript gives a script of a shell an argument, and reports whether it could: in the place of the value
// that it has, or at its end where that is the end of the server's command.
func inScript(c *yaml.Node, served *plan.Served, a argument) bool {
	script := scriptOf(c)
	if script == nil {
		return false
	}
	said := served.Settings[a.key]
	if said.Name == "" {
		text := strings.TrimRight(script.Value, " \n\\")
		last := text[strings.LastIndexAny(text, "\n;&|")+1:]
		model := served.Settings[launch.Model]
		if model.Text == "" || !strings.Contains(last, model.Text) {
			return false
		}
		script.Value = text + " " + a.word("=") + script.Value[len(text):]
		return true
	}
	value := regexp.MustCompile(`(` + regexp.QuoteMeta(said.Name) + `[= ]+)("[^"]*"|'[^']*'|\S+)`)
	if found := value.FindAllString(script.Value, 2); len(found) != 1 {
		return false
	}
	script.Value = value.ReplaceAllString(script.Value, "${1}"+strings.ReplaceAll(a.value, "$", "$$"))
	return true
}

// scriptOf is the text that a shell of a container is given; nil where there is none.
func scriptOf(c *yaml.Node) *yaml.Node {
	var words []*yaml.Node
	for _, name := range []string{"command", "args"} {
		if list := at(c, name); list != nil && list.Kind == yaml.SequenceNode {
			words = append(words, list.Content...)
		}
	}
	for i, w := range words {
		if i > 0 && strings.HasPrefix(w.Value, "-") && !strings.HasPrefix(w.Value, "--") && strings.HasSuffix(w.Value, "c") && i+1 < len(words) {
			return words[i+1]
		}
	}
	return nil
}
