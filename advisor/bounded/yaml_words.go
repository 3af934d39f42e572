package bounded

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
)

// yamlWords says in our words what the reader of YAML found wrong; $1 is a name of the text, and
// LINE where begins what is still open.
var yamlWords = []struct {
	said *pattern.Text
	ours string
}{
	{pattern.Of(`^mapping values are not allowed`), `a second ": " in one value, or a key that is indented too far; quote a text that holds ": "`},
	{pattern.Of(`^mapping keys are not allowed`), "a key cannot begin here; put it on a line of its own"},
	{pattern.Of(`^block sequence entries are not allowed`), "a list cannot begin here; put - on a line of its own, below its key"},
	{pattern.Of(`^did not find expected key`), "a key is expected here; is the indentation that of the lines above, and is every quote closed?"},
	{pattern.Of(`^did not find expected '-' indicator`), `another item of the list, "- …", is expected here; is the indentation that of the items above?`},
	{pattern.Of(`^did not find expected ',' or '([]}])'`), "a comma or the closing $1 is missing of what opens in line LINE"},
	{pattern.Of(`^did not find expected node content`), "a value is expected here"},
	{pattern.Of(`^could not find expected ':'`), "a colon is missing behind this key"},
	{pattern.Of(`^found unexpected (end of stream|document indicator)`), "the quote that opens in line LINE is never closed"},
	{pattern.Of(`^found unknown escape character|hexadecimal number|character escape code`), `an unknown escape in double quotes; write \\ for a backslash, or take single quotes`},
	{pattern.Of(`\btabs?\b|spaces|indentation style`), "indent with spaces, not tabs"},
	{pattern.Of(`indentation indicator|comment or line break|comment without`), "an odd character behind | or > or before a comment; put a space before #"},
	{pattern.Of(`^found character that cannot start any token`), "a value cannot begin with this character; quote it"},
	{pattern.Of(`^did not find expected (alphabetic|whitespace)`), "a name of letters and digits is expected behind & and *; quote a text that begins with one of them"},
	{pattern.Of(`^unknown anchor '(.*)' referenced`), "the alias *$1 has no anchor &$1 before it; quote a text that begins with *"},
	{pattern.Of(`^anchor '(.*)' value contains itself`), "the anchor &$1 contains itself"},
	{pattern.Of(`directive|incompatible YAML|version number`), "a line that begins with % is a directive; only %YAML 1.1 or 1.2 before a document is expected"},
	{pattern.Of(`tag|'!'|'>'|URI|octet`), "an odd tag; quote a text that begins with !"},
	{pattern.Of(`document start|document end`), "the document ends here and more follows; is the indentation that of the lines above?"},
	{pattern.Of(`control characters|Unicode character`), "a control character; remove it, or write it as an escape in double quotes"},
}

// misread says in our words why a document cannot be read; above is how many lines stand before it.
func (y YAML) misread(err error, text []byte, above int) *Misread {
	var fault *yaml.LoadError
	if many := (*yaml.LoadErrors)(nil); errors.As(err, &many) && len(many.Errors) > 0 {
		fault = many.Errors[0]
	} else if !errors.As(err, &fault) {
		return &Misread{above + 1, 1, "not valid YAML"}
	}
	message := fmt.Sprintf("nested deeper than %d levels", y.Depth)
	if !strings.Contains(fault.Message, errDeep.Error()) {
		message = "not valid YAML" + remedy(fault, text, above)
	}
	line, column := fault.Mark.Line, fault.Mark.Column
	if fault.Stage == yaml.ReaderStage { // which knows no place
		line, column = Position(text, int64(bytes.IndexFunc(text, isOdd)))
	}
	if strings.HasPrefix(fault.Message, "could not find expected ':'") { // found at the end of what follows
		line, column = fault.ContextMark.Line, fault.ContextMark.Column
	}
	return &Misread{above + max(line, 1), max(column, 1), message}
}

// isOdd reports whether YAML does not take a character.
func isOdd(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' && r != '\u0085' || r == '\ufffe' || r == '\uffff'
}

func remedy(fault *yaml.LoadError, text []byte, above int) string {
	at := lineOf(text, fault.Mark.Line)
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(at, " "), []byte("\t")):
		return ": indent with spaces, not tabs"
	case bytes.Contains(text, []byte("{{")):
		return "; a template has to be rendered first, such as by helm template"
	}
	message := fault.Message
	if strings.Contains(fault.ContextMsg, "directive") {
		message = fault.ContextMsg // what is odd in it says little
	}
	opens := strconv.Itoa(above + max(fault.ContextMark.Line, 1))
	for _, w := range yamlWords {
		if found := w.said.Regexp().FindStringSubmatchIndex(message); found != nil {
			ours := string(w.said.Regexp().ExpandString(nil, w.ours, message, found))
			return ": " + strings.Replace(ours, "LINE", opens, 1)
		}
	}
	return "; check indentation, quotes and colons"
}

// lineOf is a line (1-based) of a text; nil where there is none.
func lineOf(text []byte, number int) []byte {
	for line := range bytes.Lines(text) {
		if number--; number == 0 {
			return line
		}
	}
	return nil
}
