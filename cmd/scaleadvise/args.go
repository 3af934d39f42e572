package main

import (
	"strconv"
	"strings"
)

// line is a command line taken apart. urfave/cli treats a flag behind an argument as an
// argument, so flags and arguments are told apart here and handed on in its order.
type line struct {
	flags         []string // "--name" or "--name=value", by their long names
	args          []string // everything else, in order
	unknown       string   // the first flag that no command has, as written
	help, version bool
}

// vocabulary says which flags there are, by every name they have.
type vocabulary map[string]option

// newVocabulary collects the flags of all commands: a name means the same everywhere, which
// is what lets a flag stand before the command it belongs to.
func newVocabulary(all []command) vocabulary {
	v := vocabulary{}
	for _, c := range all {
		for _, o := range c.options() {
			v[o.name] = o
			if o.alias != "" {
				v[o.alias] = o
			}
		}
	}
	for _, name := range []string{"help", "h"} {
		v[name] = option{name: "help", toggle: true}
	}
	for _, name := range []string{"version", "v"} {
		v[name] = option{name: "version", toggle: true}
	}
	return v
}

// parse takes args apart. "--" ends the flags; "-" and negative numbers are arguments.
func (v vocabulary) parse(args []string) (line, error) {
	var ln line
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case word == "--":
			ln.args = append(ln.args, args...)
			return ln, nil
		case !isFlag(word):
			ln.args = append(ln.args, word)
		default:
			rest, err := v.flag(&ln, word, args)
			if err != nil {
				return ln, err
			}
			args = rest
		}
	}
	return ln, nil
}

// flag reads one flag and, where it takes one and has none attached, its value from rest.
func (v vocabulary) flag(ln *line, word string, rest []string) ([]string, error) {
	name, value, attached := strings.Cut(strings.TrimLeft(word, "-"), "=")
	o, known := v[name]
	if !known {
		if apart := v.unbundle(word); apart != nil {
			return append(apart, rest...), nil
		}
		if ln.unknown == "" {
			ln.unknown = strings.SplitN(word, "=", 2)[0]
		}
		return rest, nil
	}
	if o.toggle && !attached {
		ln.toggle(o.name)
		return rest, nil
	}
	if _, err := strconv.ParseBool(value); o.toggle && err != nil {
		return nil, usagef("--%s=%s: takes no value; write --%s, or leave it out", o.name, value, o.name)
	}
	if !attached {
		if len(rest) == 0 || v.knows(rest[0]) {
			return nil, usagef("--%s: needs a value, for example --%s %s", o.name, o.name, o.example)
		}
		value, rest = rest[0], rest[1:]
	}
	ln.flags = append(ln.flags, "--"+o.name+"="+value)
	return rest, nil
}

func (ln *line) toggle(name string) {
	switch name {
	case "help":
		ln.help = true
	case "version":
		ln.version = true
	default:
		ln.flags = append(ln.flags, "--"+name)
	}
}

// unbundle splits "-qo" into "-q" and "-o", and "-ojson" into "-o=json"; nil where word is
// no such bundle.
func (v vocabulary) unbundle(word string) []string {
	if strings.HasPrefix(word, "--") || len(word) < 3 {
		return nil
	}
	o, known := v[word[1:2]]
	switch {
	case !known:
		return nil
	case o.toggle:
		return []string{word[:2], "-" + word[2:]}
	}
	return []string{"--" + o.name + "=" + word[2:]}
}

// knows reports whether word is one of the flags by its long name.
func (v vocabulary) knows(word string) bool {
	name, long := strings.CutPrefix(word, "--")
	name, _, _ = strings.Cut(name, "=")
	_, known := v[name]
	return long && known
}

// isFlag reports whether a word of the command line is a flag rather than an argument. Several
// flags in quotes are one argument.
func isFlag(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	if len(word) < 2 || word[0] != '-' || strings.Contains(name, " ") || strings.Contains(word, " --") {
		return false
	}
	return !strings.ContainsRune("0123456789.", rune(word[1]))
}
