package rule

import (
	"errors"
	"fmt"
)

// Say fills a text with {fact} placeholders, as messages of rules are filled. The error names
// what is no fact, or is not of its type.
func Say(text string, facts map[string]any) (string, error) {
	pieces, faults := splitTemplate(text, false)
	if len(faults) > 0 {
		return "", fmt.Errorf("%s; %s", faults[0].what, faults[0].remedy)
	}
	v, err := checkFacts(facts)
	if err != nil {
		return "", errors.Join(errors.New("the facts cannot be told"), err)
	}
	return pieces.render(v), nil
}
