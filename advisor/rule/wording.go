package rule

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/pattern"
)

// complaints are the parser's words and ours. The first that matches is taken.
var complaints = []struct {
	match *pattern.Text
	words string // with the match's first group
}{
	{pattern.Of(`recursion limit exceeded`), fmt.Sprintf("it is nested more than %d deep", maxNesting)},
	{pattern.Of(`code point size exceeds`), fmt.Sprintf("it is longer than %d characters", maxCondition)},
	{pattern.Of(`node count exceeds`), fmt.Sprintf("it has more than %d parts", maxNodes)},
	{pattern.Of(`nesting depth`), fmt.Sprintf("it is nested more than %d deep", maxNesting)},
	{pattern.Of(`missing '(.+)' at`), "$1 is missing"},
	{pattern.Of(`input '<EOF>'`), "it ends too early"},
	{pattern.Of(`recognition error at: '= ?'`), "a single = has no meaning, == compares"},
	{pattern.Of(`recognition error at: '(.+)'`), "$1 has no meaning here"},
	{pattern.Of(`input '(.+?)'`), "$1 is not expected here"},
}

// syntaxFaults are the first complaint of the parser: what follows one is seldom true.
func syntaxFaults(text string, issues *cel.Issues) []fault {
	const remedy = "write one like plan.replicas == 1 && slo.availability > 0.99"
	if len(issues.Errors()) == 0 {
		return []fault{{what: "not an expression: " + issues.Err().Error(), remedy: remedy}}
	}
	e := issues.Errors()[0]
	return []fault{{offsetOf(text, e.Location), "not an expression: " + reword(e.Message), remedy}}
}

func reword(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	for _, c := range complaints {
		if m := c.match.Regexp().FindStringSubmatchIndex(message); m != nil {
			return string(c.match.Regexp().ExpandString(nil, c.words, message, m))
		}
	}
	return message
}

// offsetOf counts the characters of a text before a place in it; 0 for no place.
func offsetOf(text string, at common.Location) int {
	offset := 0
	for i, line := range strings.Split(text, "\n") {
		if i+1 == at.Line() {
			return offset + at.Column()
		}
		offset += len([]rune(line)) + 1
	}
	return 0
}

// typeName words a CEL type.
func typeName(celName string) string {
	switch celName {
	case "double":
		return fact.Double.String()
	case "int":
		return fact.Int.String()
	case "bool":
		return fact.Bool.String()
	case "string":
		return fact.String.String()
	case "list(string)":
		return fact.Strings.String()
	}
	return celName
}

var noOverload = pattern.Of(`^found no matching overload for '(.+)' applied to '(.*)'$`)

// typeFaults words the checker's complaints.
func typeFaults(text string, issues *cel.Issues) []fault {
	var faults []fault
	for _, e := range issues.Errors() {
		f := fault{offsetOf(text, e.Location), reword(e.Message), "see scaleadvise rules facts for the type of each fact"}
		if m := noOverload.FindStringSubmatch(e.Message); m != nil {
			f.what = functionName(m[1]) + " cannot take " + argumentNames(m[2])
		}
		faults = append(faults, f)
	}
	if len(faults) == 0 {
		faults = []fault{{what: issues.Err().Error()}}
	}
	return faults
}

func functionName(celName string) string {
	if word, ok := functions[celName]; ok {
		return word
	}
	return strings.NewReplacer("_", "", "@", "").Replace(celName) // "_[_]" is []
}

// argumentNames words a list of argument types as the checker prints it: "(int, string)", or
// "string.(int)" for a method.
func argumentNames(signature string) string {
	signature = strings.NewReplacer(".(", ", ", "(list(", "list(").Replace(signature)
	var names []string
	for _, t := range strings.Split(strings.Trim(signature, "()"), ", ") {
		names = append(names, typeName(t))
	}
	return strings.Join(names, " and ")
}
