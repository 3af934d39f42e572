package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
)

// variablePrefix begins the name of every variable that sets a flag.
const variablePrefix = "SCALEADVISE_"

// ownVariables begin like those of flags and set none.
var ownVariables = []string{variablePrefix + "DEBUG"}

// strangeVariables looks at the variables that begin like ours. One that is a slip of the fingers
// away from one of ours is an error, as a misspelt flag is; any other may be meant for something
// else, such as a Kubernetes service of the name scaleadvise, and gets a note.
func strangeVariables(c *call) error {
	if c.Environ == nil {
		return nil
	}
	var errs []error
	var unread []string
	for _, entry := range c.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if value == "" || !strings.HasPrefix(name, variablePrefix) || slices.Contains(ownVariables, name) {
			continue
		}
		o, near := nearestOption(commands(), strings.TrimPrefix(name, variablePrefix))
		switch {
		case o.name != "" && o.toggle:
			unread = append(unread, fmt.Sprintf("$%s (--%s takes no value, so no variable sets it)", name, o.name))
		case o.name == "" && len(near) > 0 && !strings.Contains(value, "://"): // SCALEADVISE_PORT of Kubernetes is near --tpot
			errs = append(errs, usagef("$%s: no flag has this variable; %s", name, unit.DidYouMean(near...)))
		case o.name == "":
			unread = append(unread, "$"+name)
		}
	}
	if len(unread) > 0 {
		slices.Sort(unread)
		c.note("not read, as no flag has such a variable: %s", strings.Join(unread, ", "))
	}
	return errors.Join(errs...)
}

// nearestOption is the option that a variable sets, else the variables whose names are near.
func nearestOption(all []command, suffix string) (option, []string) {
	var known []string
	for _, c := range all {
		for _, o := range c.options() {
			own := strings.TrimPrefix(o.variable(), variablePrefix)
			if own == suffix {
				return o, nil
			}
			if !o.toggle {
				known = append(known, own)
			}
		}
	}
	slices.Sort(known)
	near := unit.Near(suffix, slices.Compact(known))
	for i, n := range near {
		near[i] = "$" + variablePrefix + n
	}
	return option{}, near
}
