package workload

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// API holds the prices of a model behind a provider's API, US dollars per million tokens. The zero value is
// not given.
type API struct {
	Input, Output float64
	Cached        float64 // of input tokens found in its cache; Input where they have no price of their own
}

// Given reports whether a price was given.
func (a API) Given() bool { return a.Input > 0 || a.Output > 0 }

// PerRequest returns what a request with given numbers of tokens costs, US dollars; hit is the share of the
// input that a cache holds.
func (a API) PerRequest(input, output, hit float64) float64 {
	return (input*((1-hit)*a.Input+hit*a.Cached) + output*a.Output) / 1e6
}

// mostPerMillion is far above the price of any model, US dollars per million tokens.
const mostPerMillion = 1e5

// apiPrice reads NAME=USD, a price per million tokens.
func apiPrice(part string) (name string, usd float64, err error) {
	name, price, ok := strings.Cut(strings.ToLower(part), "=")
	name, price = strings.TrimSpace(name), strings.TrimPrefix(strings.TrimSpace(price), "$")
	if !ok || name != "in" && name != "out" && name != "cached" {
		return "", 0, fmt.Errorf("%q: expected in=USD and out=USD per million tokens, and cached=USD where cached input has a price of its own; such as in=0.15,out=0.60", part)
	}
	usd, err = strconv.ParseFloat(price, 64)
	if err != nil || !(usd >= 0 && usd <= mostPerMillion) {
		return "", 0, fmt.Errorf("%q: %q is no price; expected USD per million tokens, such as 0.15", part, price)
	}
	return name, usd, nil
}

// api are the prices of a hosted model.
func (r *resolver) api() {
	words := r.set["compare_api"].Words
	if len(words) == 0 {
		return
	}
	a := &r.w.API
	into := map[string]*float64{"in": &a.Input, "out": &a.Output, "cached": &a.Cached}
	seen := map[string]bool{}
	for _, word := range words {
		name, usd, err := apiPrice(word)
		if err == nil && seen[name] {
			err = fmt.Errorf("gives two prices of %s; keep one", name)
		}
		if err != nil {
			r.fail("compare_api", "%w", err)
			return
		}
		*into[name], seen[name] = usd, true
	}
	switch {
	case !seen["in"] || !seen["out"]:
		r.fail("compare_api", "%w", errors.New("needs both prices, such as in=0.15,out=0.60"))
	case !a.Given():
		r.fail("compare_api", "%w", errors.New("both prices are zero; nothing could cost less"))
	case !seen["cached"]:
		a.Cached = a.Input
	case a.Cached > a.Input:
		r.fail("compare_api", "cached input at %g USD costs more than other input at %g USD", a.Cached, a.Input)
	}
}
