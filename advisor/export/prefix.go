package export

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/workload"
)

// keepsPrefixes reports whether the plan turns the prefix cache on.
func (p Plan) keepsPrefixes() bool { return slices.Contains(p.plan().Optimizations, "prefix-caching") }

// replaced reports whether the plan does the opposite of an argument that the engine was said to start with.
func (p Plan) replaced(word string) bool {
	var one engine.Settings
	_, err := one.Set(p.engine(), word)
	return err == nil && one.Prefixes == engine.DropsPrefixes && p.keepsPrefixes()
}

// said are the words of a trait that the plan leaves as they are.
func (p Plan) said(t workload.Resolved) string {
	if t.Spec.Name != "engine_arg" || !slices.ContainsFunc(t.Value.Words, p.replaced) {
		return t.Value.Text
	}
	return strings.Join(slices.DeleteFunc(slices.Clone(t.Value.Words), p.replaced), ",")
}

// prefixes is the argument that turns the prefix cache on, where the engine does not by itself.
func (p Plan) prefixes(row engine.Engine) []argument {
	if !p.keepsPrefixes() || row.Prefixes != engine.DropsPrefixes || row.Steps != "vllm" {
		return nil
	}
	return []argument{{launch.KeepsPrefixes, "--enable-prefix-caching", "", "prompts that start alike are read once", true}}
}

// dropNot takes from a container the argument that turns the prefix cache off, where the plan rests on it.
func (p Plan) dropNot(c *yaml.Node, served *plan.Served) error {
	if !p.keepsPrefixes() || !served.Said(launch.DropsPrefixes) {
		return nil
	}
	a := argument{key: launch.DropsPrefixes}
	place, index := p.argumentOf(c, served, a)
	if place == nil || index < 0 {
		return fmt.Errorf("%s: the plan rests on the prefix cache, which %s turns off in a script or a variable; take it out there", served.Origin, served.Settings[launch.DropsPrefixes].Name)
	}
	place.Content = slices.Delete(place.Content, index, index+1)
	return nil
}
