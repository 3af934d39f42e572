package completion

import (
	"fmt"
	"strings"
)

// Table is the input of the scripts. The first of the commands is the one that needs no name.
type Table struct {
	Commands []Command
	Values   map[string][]string // known values of open options, by name
}

// Command is one row of the command table.
type Command struct {
	Name, Summary string
	Words         []string // words that may follow it
	Options       []Option
}

// Option is a flag.
type Option struct {
	Name, Alias, Doc string
	Value            string   // what stands for the value in help: "FILE"
	Words            []string // the only values allowed; nil where any is
	Toggle, Repeat   bool
}

// Shells returns the supported shells.
func Shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// Script returns the script for a shell, "" for an unsupported one.
func (k Table) Script(shell string) string {
	switch shell {
	case "bash":
		return k.bash()
	case "zsh":
		return k.zsh()
	case "fish":
		return k.fish()
	case "powershell":
		return k.powershell()
	}
	return ""
}

// names lists the commands.
func (k Table) names() []string {
	var all []string
	for _, c := range k.Commands {
		all = append(all, c.Name)
	}
	return all
}

// options lists the options of all commands, each once, in the order of their first use.
func (k Table) options() []Option {
	var all []Option
	seen := map[string]bool{}
	for _, c := range k.Commands {
		for _, o := range c.Options {
			if !seen[o.Name] {
				seen[o.Name] = true
				all = append(all, o)
			}
		}
	}
	return all
}

// of lists the values an option is known to take.
func (k Table) of(o Option) []string {
	if o.Words != nil {
		return o.Words
	}
	return k.Values[o.Name]
}

// arguments lists what may stand behind a command.
func (k Table) arguments(c Command) []string {
	if c.Name == "help" {
		return k.names()
	}
	return c.Words
}

// flagsOf lists the flags of a command with their dashes, and --help.
func flagsOf(c Command) []string {
	var all []string
	for _, o := range c.Options {
		all = append(all, "--"+o.Name)
	}
	return append(all, "--help")
}

// bash writes a function for bash's complete.
func (k Table) bash() string {
	var b strings.Builder
	fmt.Fprintf(&b, bashHead, strings.Join(k.names(), "|"))
	for _, o := range k.options() {
		names := "--" + o.Name
		if o.Alias != "" {
			names = "-" + o.Alias + "|" + names
		}
		switch {
		case o.Toggle:
		case k.of(o) != nil:
			fmt.Fprintf(&b, "        %s) words=%q; flag=value ;;\n", names, strings.Join(k.of(o), " "))
		case o.Value == "FILE" || o.Value == "DIR":
			fmt.Fprintf(&b, "        %s) compopt -o default 2>/dev/null; return ;;\n", names)
		default:
			fmt.Fprintf(&b, "        %s) return ;;\n", names)
		}
	}
	b.WriteString("    esac\n    if [[ -z $flag ]]; then\n        case \"$command:$cur\" in\n")
	fmt.Fprintf(&b, "            :-*) words=%q ;;\n            :*) words=%q ;;\n",
		strings.Join(flagsOf(k.Commands[0]), " ")+" --version", strings.Join(k.names(), " "))
	for _, c := range k.Commands {
		fmt.Fprintf(&b, "            %s:-*) words=%q ;;\n", c.Name, strings.Join(flagsOf(c), " "))
		if arguments := k.arguments(c); arguments != nil {
			fmt.Fprintf(&b, "            %s:*) words=%q ;;\n", c.Name, strings.Join(arguments, " "))
		}
	}
	return b.String() + bashTail
}

const bashHead = `# bash completion for scaleadvise. Save it as
#   ~/.local/share/bash-completion/completions/scaleadvise
_scaleadvise() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= flag= words= i
    # bash splits --gpu=a10 into three words.
    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            %s) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    COMPREPLY=()
    case $prev in
`

const bashTail = `        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _scaleadvise scaleadvise
`
