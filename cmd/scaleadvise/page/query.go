package page

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// own are the keys of the page itself.
var own = []string{"pin"}

// Words returns the flags that a query asks for, in the order of the trait table. Keys are trait
// flags, with dashes or underscores; empty values are left out. Flags that name plan files,
// folders or servers are no traits, and so not understood here.
func Words(query url.Values) ([]string, error) {
	given, known := map[string][]string{}, flags()
	var unknown []string
	for key, values := range query {
		name := strings.ReplaceAll(key, "_", "-")
		switch {
		case slices.Contains(own, key):
		case !slices.Contains(known, name):
			unknown = append(unknown, key)
		default:
			given[name] = append(given[name], values...)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, fmt.Errorf("%w %q; %s", errUnknownKey, unknown[0], unit.SuggestFew(unknown[0], known))
	}
	var words []string
	for _, spec := range workload.Specs() {
		values := given[spec.Flag]
		if !spec.Repeat && len(values) > 1 {
			values = values[:1]
		}
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" {
				words = append(words, "--"+spec.Flag+"="+v)
			}
		}
	}
	return words, nil
}

// flags are the names of all trait flags.
func flags() []string {
	var all []string
	for _, spec := range workload.Specs() {
		all = append(all, spec.Flag)
	}
	return all
}

// query is the query that asks for flags.
func query(words []string) url.Values {
	all := url.Values{}
	for _, w := range words {
		name, value, _ := strings.Cut(strings.TrimPrefix(w, "--"), "=")
		all.Add(name, value)
	}
	return all
}
