package completion

import (
	"fmt"
	"strings"
)

// zsh writes a function for zsh's completion system.
func (k Table) zsh() string {
	var b strings.Builder
	b.WriteString(zshHead)
	for _, c := range k.Commands {
		fmt.Fprintf(&b, "    %s\n", zshQuote(c.Name+":"+c.Summary))
	}
	fmt.Fprintf(&b, zshMiddle, strings.Join(k.names(), "|"))
	for _, c := range k.Commands {
		fmt.Fprintf(&b, "    %s) specs=(\n", c.Name)
		for _, o := range c.Options {
			fmt.Fprintf(&b, "      %s\n", zshQuote(k.zshSpec(o)))
		}
		if arguments := k.arguments(c); arguments != nil {
			fmt.Fprintf(&b, "      %s\n", zshQuote("2:what:("+strings.Join(arguments, " ")+")"))
		}
		b.WriteString("    ) ;;\n")
	}
	return b.String() + zshTail
}

const zshHead = `#compdef scaleadvise
# zsh completion for scaleadvise. Save it as _scaleadvise in a folder of $fpath.
_scaleadvise_commands() {
  local -a commands
  commands=(
`

const zshMiddle = `  )
  _describe command commands
}
_scaleadvise() {
  local command=${words[(r)(%s)]:-advise}
  local -a specs
  case $command in
`

// Loaded by autoload the file is the body of the function; sourced, it must register itself.
const zshTail = `  esac
  _arguments '--help[show help]' $specs '1:command:_scaleadvise_commands'
}
if [[ ${funcstack[1]} == _scaleadvise ]]; then _scaleadvise "$@"; else compdef _scaleadvise scaleadvise; fi
`

// zshSpec is the option in the language of _arguments.
func (k Table) zshSpec(o Option) string {
	escape := strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`)
	spec := "--" + o.Name
	if o.Repeat {
		spec = "*" + spec
	}
	if o.Toggle {
		return spec + "[" + escape.Replace(o.Doc) + "]"
	}
	action := " "
	switch {
	case k.of(o) != nil:
		action = "(" + strings.Join(k.of(o), " ") + ")"
	case o.Value == "FILE":
		action = "_files"
	case o.Value == "DIR":
		action = "_files -/"
	}
	return spec + "=[" + escape.Replace(o.Doc) + "]:" + o.Value + ":" + action
}

func zshQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// fish writes one complete command for each word there is.
func (k Table) fish() string {
	var b strings.Builder
	b.WriteString("# fish completion for scaleadvise. Save it as ~/.config/fish/completions/scaleadvise.fish\n" +
		"complete -c scaleadvise -f\n")
	var others []string
	for _, c := range k.Commands {
		if c.Name != "advise" {
			others = append(others, c.Name)
		}
	}
	for _, c := range k.Commands {
		fmt.Fprintf(&b, "complete -c scaleadvise -n __fish_use_subcommand -a %s -d %s\n", c.Name, fishQuote(c.Summary))
	}
	for _, c := range k.Commands {
		when := "__fish_seen_subcommand_from " + c.Name
		if c.Name == "advise" {
			when = "not __fish_seen_subcommand_from " + strings.Join(others, " ")
		}
		if arguments := k.arguments(c); arguments != nil {
			fmt.Fprintf(&b, "complete -c scaleadvise -n %s -a %s\n", fishQuote(when), fishQuote(strings.Join(arguments, " ")))
		}
		for _, o := range c.Options {
			fmt.Fprintf(&b, "complete -c scaleadvise -n %s -l %s%s -d %s\n", fishQuote(when), o.Name, k.fishValue(o), fishQuote(o.Doc))
		}
	}
	b.WriteString("complete -c scaleadvise -l help -d 'show help'\n")
	return b.String()
}

// fishValue says what may follow the option.
func (k Table) fishValue(o Option) string {
	short := ""
	if o.Alias != "" {
		short = " -s " + o.Alias
	}
	switch {
	case o.Toggle:
		return short
	case k.of(o) != nil:
		return short + " -x -a " + fishQuote(strings.Join(k.of(o), " "))
	case o.Value == "FILE" || o.Value == "DIR":
		return short + " -r -F"
	}
	return short + " -x"
}

func fishQuote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}

// powershell writes a native argument completer over three tables.
func (k Table) powershell() string {
	var b strings.Builder
	b.WriteString("# PowerShell completion for scaleadvise. Add it to the file that $PROFILE names.\n$scaleadviseFlags = @{\n")
	for _, c := range k.Commands {
		fmt.Fprintf(&b, "  '%s' = @(%s)\n", c.Name, psList(flagsOf(c)))
	}
	b.WriteString("}\n$scaleadviseArguments = @{\n")
	for _, c := range k.Commands {
		fmt.Fprintf(&b, "  '%s' = @(%s)\n", c.Name, psList(k.arguments(c)))
	}
	b.WriteString("}\n$scaleadviseValues = @{\n")
	for _, o := range k.options() {
		if values := k.of(o); values != nil {
			fmt.Fprintf(&b, "  '--%s' = @(%s)\n", o.Name, psList(values))
		}
	}
	return b.String() + "}\n" + psTail
}

func psList(words []string) string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(word, "'", "''")+"'")
	}
	return strings.Join(quoted, ", ")
}

const psTail = `Register-ArgumentCompleter -Native -CommandName scaleadvise -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $command = $before | Where-Object { $scaleadviseFlags.ContainsKey($_) } | Select-Object -First 1
  if ($before.Count -gt 0 -and $scaleadviseValues.ContainsKey($before[-1])) {
    $words = $scaleadviseValues[$before[-1]]
  } elseif ($wordToComplete -like '-*') {
    $words = $scaleadviseFlags[$(if ($command) { $command } else { 'advise' })]
  } elseif ($command) {
    $words = $scaleadviseArguments[$command]
  } else {
    $words = $scaleadviseFlags.Keys | Sort-Object
  }
  $words | Where-Object { $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`
