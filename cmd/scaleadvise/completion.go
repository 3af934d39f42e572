package main

import (
	"fmt"
	"io"
	"strings"
)

func completionCommand() command {
	return command{
		name: "completion", group: "Setup", summary: "print a completion script for a shell",
		args: "bash|zsh|fish|powershell", words: []string{"bash", "zsh", "fish", "powershell"},
		about: "Each script says in its first lines where it belongs. It is plain text made from the command table: " +
			"completing runs no program and evaluates nothing.",
		examples: []string{
			"scaleadvise completion bash > ~/.local/share/bash-completion/completions/scaleadvise",
			"scaleadvise completion zsh > ~/.zfunc/_scaleadvise",
			"scaleadvise completion fish > ~/.config/fish/completions/scaleadvise.fish",
		},
		extra: []option{fileOption()},
		run:   completion,
	}
}

func completion(c *call) error {
	shell, rest, err := c.topic()
	if err != nil {
		return err
	}
	if err := noArgs("completion "+shell, rest); err != nil {
		return err
	}
	known, err := c.vocabularyOfValues()
	if err != nil {
		return err
	}
	script := map[string]func(completions) string{
		"bash": completions.bash, "zsh": completions.zsh, "fish": completions.fish, "powershell": completions.powershell,
	}[shell]
	return c.deliver(func(w io.Writer) error { _, err := io.WriteString(w, script(known)); return err })
}

// completions is what the scripts are made from.
type completions struct {
	commands []command
	values   map[string][]string // known values of open options, by name
}

// vocabularyOfValues looks up the names that the catalogue knows.
func (c *call) vocabularyOfValues() (completions, error) {
	known, err := c.catalog()
	if err != nil {
		return completions{}, err
	}
	var gpus, models []string
	for _, a := range known.Accelerators() {
		gpus = append(gpus, a.ID)
	}
	for _, m := range known.Models() {
		models = append(models, m.ID)
	}
	return completions{commands(), map[string][]string{
		"gpu": gpus, "max-gpu": gpus, "allow-gpu": gpus, "model": models,
		"cloud": known.Clouds(),
	}}, nil
}

// names lists the commands.
func (k completions) names() []string {
	var all []string
	for _, c := range k.commands {
		all = append(all, c.name)
	}
	return all
}

// options lists the options of all commands, each once, in the order of their first use.
func (k completions) options() []option {
	var all []option
	seen := map[string]bool{}
	for _, c := range k.commands {
		for _, o := range c.options() {
			if !seen[o.name] {
				seen[o.name] = true
				all = append(all, o)
			}
		}
	}
	return all
}

// of lists the values an option is known to take.
func (k completions) of(o option) []string {
	if o.words != nil {
		return o.words
	}
	return k.values[o.name]
}

// arguments lists what may stand behind a command.
func (k completions) arguments(c command) []string {
	if c.name == "help" {
		return k.names()
	}
	return c.words
}

// flagsOf lists the flags of a command with their dashes, and --help.
func flagsOf(c command) []string {
	var all []string
	for _, o := range c.options() {
		all = append(all, "--"+o.name)
	}
	return append(all, "--help")
}

// bash writes a function for bash's complete.
func (k completions) bash() string {
	var b strings.Builder
	fmt.Fprintf(&b, bashHead, strings.Join(k.names(), "|"))
	for _, o := range k.options() {
		names := "--" + o.name
		if o.alias != "" {
			names = "-" + o.alias + "|" + names
		}
		switch {
		case o.toggle:
		case k.of(o) != nil:
			fmt.Fprintf(&b, "        %s) words=%q; flag=value ;;\n", names, strings.Join(k.of(o), " "))
		case o.value == "FILE" || o.value == "DIR":
			fmt.Fprintf(&b, "        %s) compopt -o default 2>/dev/null; return ;;\n", names)
		default:
			fmt.Fprintf(&b, "        %s) return ;;\n", names)
		}
	}
	b.WriteString("    esac\n    if [[ -z $flag ]]; then\n        case \"$command:$cur\" in\n")
	fmt.Fprintf(&b, "            :-*) words=%q ;;\n            :*) words=%q ;;\n",
		strings.Join(flagsOf(adviseCommand()), " ")+" --version", strings.Join(k.names(), " "))
	for _, c := range k.commands {
		fmt.Fprintf(&b, "            %s:-*) words=%q ;;\n", c.name, strings.Join(flagsOf(c), " "))
		if arguments := k.arguments(c); arguments != nil {
			fmt.Fprintf(&b, "            %s:*) words=%q ;;\n", c.name, strings.Join(arguments, " "))
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
