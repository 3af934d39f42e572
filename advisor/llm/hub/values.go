package hub

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Bounds of what a model may have: some ten times the largest ever published. A number
// beyond is a slip, or a file that is none.
const (
	mostLayers  = 2000
	mostWidth   = 1 << 20
	mostHeads   = 1 << 14
	mostVocab   = 1 << 24
	mostExperts = 1 << 14
	mostTokens  = 1 << 30
	mostParamsB = 1e5 // 10^9 parameters
)

// lookup is the value of a key: the decoder's, else the one around it; null is none.
func (c *config) lookup(key string) (any, bool) {
	for _, level := range c.levels {
		if v, ok := level[key]; ok && v != nil {
			return v, true
		}
	}
	return nil, false
}

// find is the first of the keys that is there. The decoder's own object goes before the
// one around it for all keys, for an outer hidden_size is not the decoder's.
func (c *config) find(keys ...string) (string, any, bool) {
	for _, level := range c.levels {
		for _, key := range keys {
			if v, ok := level[key]; ok && v != nil {
				return key, v, true
			}
		}
	}
	return "", nil, false
}

// whole is a number from 0 to most, 0 where no key is there.
func (c *config) whole(most int, keys ...string) int {
	key, v, ok := c.find(keys...)
	if !ok {
		return 0
	}
	return c.number(key, v, most)
}

// need is a number from 1 to most that must be there; what its kind assumes stands in.
func (c *config) need(most int, keys ...string) int {
	key, v, ok := c.find(keys...)
	if !ok {
		if assumed := c.kind.defaults[keys[0]]; assumed > 0 {
			return assumed
		}
		c.fail("no %s; the config.json of a language model has it", strings.Join(keys, ", nor "))
		return 1
	}
	n := c.number(key, v, most)
	if n == 0 {
		c.fail("%s is %s; it must be a whole number from 1 to %d", key, shown(v), most)
		return 1
	}
	return n
}

// number is a whole number; 4.0 is one.
func (c *config) number(key string, v any, most int) int {
	n, ok := v.(json.Number)
	if ok {
		f, err := strconv.ParseFloat(n.String(), 64)
		if err == nil && f >= 0 && f <= float64(most) && f == math.Trunc(f) {
			return int(f)
		}
	}
	c.fail("%s is %s; it must be a whole number from 0 to %d", key, shown(v), most)
	return 1
}

// truth is a yes or no; anything but true is no.
func (c *config) truth(key string) bool {
	v, _ := c.lookup(key)
	yes, _ := v.(bool)
	return yes
}

// denied reports that a key is there and false.
func (c *config) denied(key string) bool {
	v, ok := c.lookup(key)
	yes, isBool := v.(bool)
	return ok && isBool && !yes
}

func (c *config) word(keys ...string) string {
	_, v, _ := c.find(keys...)
	s, _ := v.(string)
	return s
}

func (c *config) list(key string) []any {
	v, _ := c.lookup(key)
	all, _ := v.([]any)
	return all
}

func (c *config) object(key string) map[string]any {
	v, _ := c.lookup(key)
	o, _ := v.(map[string]any)
	return o
}

// shown is a value in an error, at most 40 bytes of it.
func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "something else"
	}
	if len(text) > 40 {
		return strings.ToValidUTF8(string(text[:40]), "") + "…"
	}
	return string(text)
}
