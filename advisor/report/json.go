package report

import (
	"bytes"
	"encoding/json"
)

// asJSON is the format of what a document is made of.
func asJSON[T, D any](document func(*T) D) func(*bytes.Buffer, *T, Options) error {
	return func(w *bytes.Buffer, x *T, o Options) error { return putJSON(w, made(document, x, o)) }
}

// putJSON writes a document, indented, its keys in a fixed order.
func putJSON(w *bytes.Buffer, doc any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // it is read by programs and people, not by browsers
	return enc.Encode(doc)
}
