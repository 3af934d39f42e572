package rule

import (
	"errors"
	"fmt"

	"scaleadvise/advisor/fact"
)

// Say fills a text with {fact} placeholders, as messages of rules are filled. The error names unknown facts,
// and values that are not of a fact's type.
func Say(text string, facts fact.Values) (string, error) {
	pieces, faults := splitTemplate(text, names{stages: fact.Advise})
	if len(faults) > 0 {
		return "", fmt.Errorf("%s; %s", faults[0].what, faults[0].remedy)
	}
	if err := checkFacts(facts); err != nil {
		return "", errors.Join(errors.New("the facts cannot be read"), err)
	}
	return pieces.render(values{facts: facts}), nil
}
