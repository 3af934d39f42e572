package main

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object whose members keep their order, so that a schema reads from the
// general to the particular and differs only where its source does.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// at returns the object under a key, which is made if there is none.
func (o *object) at(key string) *object {
	for _, m := range *o {
		if m.key == key {
			return m.value.(*object)
		}
	}
	under := &object{}
	*o = append(*o, member{key, under})
	return under
}

// text is the schema as it is saved.
func (o object) text() ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	err := out.Encode(o)
	return b.Bytes(), err
}
