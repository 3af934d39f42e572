package launch

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"

	"scaleadvise/advisor/pattern"
)

// mostWords bounds a command line, far above any.
const mostWords = 4000

// split gives the commands of a command line: one, or those of the script that a shell is
// given, as far as it can be read. Variables are resolved as far as they are known.
func split(line []Text, env map[string]string, files map[string]Text) (commands [][]word, shell bool) {
	for i, t := range line {
		if script, ok := files[t.Value]; ok && (i == 0 || !strings.HasPrefix(t.Value, "-")) {
			return scripted(word{script.Value, script.At, 0}, env), true
		}
		if i == 0 && !isShell(t.Value) {
			break
		}
		if i > 0 && strings.HasPrefix(t.Value, "-") && !strings.HasPrefix(t.Value, "--") && strings.HasSuffix(t.Value, "c") {
			if i+1 < len(line) {
				script := line[i+1]
				return scripted(word{referenced(script.Value, env), script.At, 0}, env), true
			}
			return nil, true
		}
		shell = true
	}
	if shell {
		return nil, true
	}
	var words []word
	for _, t := range line[:min(len(line), mostWords)] {
		words = append(words, flat(word{referenced(t.Value, env), t.At, 0})...)
	}
	if len(words) == 0 {
		return nil, false
	}
	return [][]word{words}, false
}

// flat splits an argument that holds a flag and its value in one, which some write and which
// no engine would take; what is meant is clear.
func flat(w word) []word {
	name, value, spaced := strings.Cut(w.text, " ")
	if !spaced || !strings.HasPrefix(name, "--") || strings.Contains(name, "=") {
		return []word{w}
	}
	if strings.Contains(value, " --") {
		var all []word
		for _, part := range strings.Fields(w.text) {
			all = append(all, word{part, w.at, w.line})
		}
		return all
	}
	return []word{{name, w.at, w.line}, {strings.TrimSpace(value), w.at, w.line}}
}

func isShell(text string) bool {
	switch path.Base(text) {
	case "sh", "bash", "ash", "dash", "zsh":
		return true
	}
	return false
}

// referenced resolves the references of Kubernetes, $(NAME); $$(NAME) is none.
func referenced(text string, env map[string]string) string {
	if !strings.Contains(text, "$(") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$(")
		b.WriteString(before)
		if !found || b.Len() > longestText {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, ")")
		value, known := env[name]
		if !closed || !known || strings.HasSuffix(before, "$") {
			b.WriteString("$(")
			text = rest
			continue
		}
		b.WriteString(value)
		text = after
	}
}

// longestText bounds what references can make of a text.
const longestText = 1 << 16

// scripted splits a script of a shell into commands of words. Quotes and continued lines are
// understood; what else a shell does is not.
func scripted(script word, env map[string]string) [][]word {
	l := lexer{text: script.text, env: map[string]string{}, at: script.at}
	maps.Copy(l.env, env)
	for l.pos < len(l.text) && l.words < mostWords {
		l.step()
	}
	l.endCommand()
	return l.commands
}

// Words splits a line as a shell does: at spaces, except within quotes or after a backslash. A second
// command and an unclosed quote are errors.
func Words(line string) ([]string, error) {
	l := lexer{text: line}
	for l.pos < len(l.text) && l.words < mostWords {
		l.step()
	}
	l.endCommand()
	switch {
	case l.unclosed:
		return nil, errors.New("a quote is not closed")
	case l.pos < len(l.text):
		return nil, fmt.Errorf("more than %d words", mostWords)
	case len(l.commands) > 1:
		return nil, errors.New("holds a second command; quote what a shell would take for its beginning")
	}
	var words []string
	for _, command := range l.commands {
		for _, w := range command {
			words = append(words, w.text)
		}
	}
	return words, nil
}

type lexer struct {
	unclosed bool // a quote ended with the text
	text     string
	env      map[string]string
	pos      int
	at       int
	line     int // of the character at pos, from 0
	started  int // line on which the word began
	current  strings.Builder
	open     bool // a word has begun
	words    int
	command  []word
	commands [][]word
}

func (l *lexer) step() {
	c := l.text[l.pos]
	switch {
	case c == '\\' && l.pos+1 < len(l.text):
		if l.text[l.pos+1] == '\n' {
			l.line++
		} else {
			l.write(l.text[l.pos+1])
		}
		l.pos += 2
	case c == '\'' || c == '"':
		l.quoted(c)
	case c == '#' && !l.open:
		for l.pos < len(l.text) && l.text[l.pos] != '\n' {
			l.pos++
		}
	case c == ' ' || c == '\t' || c == '\r':
		l.endWord()
		l.pos++
	case c == '\n' || c == ';' || c == '&' || c == '|':
		l.endCommand()
		if c == '\n' {
			l.line++
		}
		l.pos++
	case c == '$':
		l.variable()
	default:
		l.write(c)
		l.pos++
	}
}

func (l *lexer) write(c byte) {
	if !l.open {
		l.open, l.started = true, l.line
	}
	l.current.WriteByte(c)
}

func (l *lexer) quoted(quote byte) {
	if !l.open {
		l.open, l.started = true, l.line
	}
	l.pos++
	for l.pos < len(l.text) && l.text[l.pos] != quote {
		switch c := l.text[l.pos]; {
		case c == '$' && quote == '"':
			l.variable()
			continue
		case c == '\\' && quote == '"' && l.pos+1 < len(l.text):
			l.pos++
			l.current.WriteByte(l.text[l.pos])
		default:
			if c == '\n' {
				l.line++
			}
			l.current.WriteByte(c)
		}
		l.pos++
	}
	l.unclosed = l.unclosed || l.pos >= len(l.text)
	l.pos++
}

// variable takes $NAME, ${NAME} and ${NAME:-default}; what is not known stays as it is.
func (l *lexer) variable() {
	rest := l.text[l.pos+1:]
	name, length, otherwise := "", 0, ""
	if strings.HasPrefix(rest, "{") {
		inside, _, closed := strings.Cut(rest[1:], "}")
		if !closed {
			l.write('$')
			l.pos++
			return
		}
		name, otherwise, _ = strings.Cut(inside, ":-")
		length = len(inside) + 2
	} else {
		for length < len(rest) && isNameByte(rest[length]) {
			length++
		}
		name = rest[:length]
	}
	value, known := l.env[name]
	switch {
	case known:
	case otherwise != "":
		value = otherwise
	default:
		value = "$" + rest[:length]
	}
	if l.current.Len() < longestText {
		for i := range len(value) {
			l.write(value[i])
		}
	}
	l.pos += 1 + length
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func (l *lexer) endWord() {
	if l.open {
		l.command = append(l.command, word{l.current.String(), l.at, l.started})
		l.words++
	}
	l.open = false
	l.current.Reset()
}

func (l *lexer) endCommand() {
	l.endWord()
	if len(l.command) > 0 && !l.assigned() {
		l.commands = append(l.commands, l.command)
	}
	l.command = nil
}

// assignment is a variable of a script that gets a value.
var assignment = pattern.Of(`^([A-Za-z_][A-Za-z0-9_]*)=(.*)$`)

// assigned takes the values that a command of nothing else gives to variables.
func (l *lexer) assigned() bool {
	words := l.command
	if l.env == nil {
		return false
	}
	if words[0].text == "export" || words[0].text == "declare" || words[0].text == "readonly" {
		words = words[1:]
	}
	values := map[string]string{}
	for _, w := range words {
		found := assignment.FindStringSubmatch(w.text)
		if found == nil {
			return false
		}
		values[found[1]] = found[2]
	}
	for name, value := range values {
		if delete(l.env, name); !unresolved(value) {
			l.env[name] = value
		}
	}
	return true
}
