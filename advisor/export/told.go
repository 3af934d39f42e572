package export

import (
	"cmp"
	"strconv"
	"strings"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/launch"
)

// engine is the name of the plan's engine, without its version.
func (p Plan) engine() string { return engine.Measured(p.Workload.LLM.Engine).Name }

// tag is an image with the version of the engine that was named, as its publisher numbers releases.
func (s server) tag(name string) string {
	_, version, _ := strings.Cut(name, "@")
	for version != "" && strings.Count(version, ".") < 2 {
		version += ".0"
	}
	return s.image + cmp.Or(version, s.version)
}

// dataParallel are the arguments of data-parallel attention, of so many groups.
func (p Plan) dataParallel(row engine.Engine, n int) []argument {
	switch {
	case n < 2:
		return nil
	case row.Together:
		return []argument{{launch.DataParallel, "--dp-size", strconv.Itoa(n), "groups that attention is divided into", true}, {launch.AttentionCopies, "--enable-dp-attention", "", "", true}}
	}
	return []argument{{launch.DataParallel, "--data-parallel-size", strconv.Itoa(n), "groups, each with attention of its own and a part of the experts", true}}
}

// told puts the arguments that the engine was said to start with over those of the plan.
func (p Plan) told(all []argument, row engine.Engine) []argument {
	if p.onlyServed() != nil { // it has them already
		return all
	}
	const why = "as --engine-arg says"
	a := p.Workload.LLM.Arguments
	for key, told := range map[launch.Key]float64{launch.MaxSequences: a.Requests, launch.MaxLength: a.MaxContext} {
		for i := range all {
			if all[i].key == key && told > 0 {
				all[i].value, all[i].why = strconv.FormatFloat(told, 'f', -1, 64), why
			}
		}
	}
	if a.PrefillTokens > 0 {
		all = append(all, argument{launch.StepTokens, row.Arguments.PrefillTokens, strconv.FormatFloat(a.PrefillTokens, 'f', -1, 64), why, false})
	}
	for _, t := range p.Workload.Traits {
		if t.Spec.Name != "engine_arg" {
			continue
		}
		for _, word := range t.Value.Words {
			var one engine.Settings
			idle, err := one.Set(row.Name, word)
			if err == nil && !p.replaced(word) && (idle || one.Prefixes != 0 || one.Experts || one.Prompts != 0 || one.Eager || one.Speculation != (engine.Speculation{})) { // what has no other effect on a plan
				flag, value, stated := strings.Cut(word, "=")
				flag = "--" + strings.ReplaceAll(strings.TrimLeft(flag, "-"), "_", "-")
				if value == "true" || !stated {
					value = ""
				}
				all = append(all, argument{"", flag, value, why, false})
			}
		}
	}
	return append(all, p.drafting(row)...)
}

// word is an argument in one word; a switch stands alone.
func (a argument) word(between string) string {
	if a.value == "" {
		return a.flag
	}
	return a.flag + between + a.value
}
