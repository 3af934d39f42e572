package report

import (
	"bytes"
	"encoding/json"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

func writeJSON(w *bytes.Buffer, a *advice.Advice, _ Options) error { return putJSON(w, newDocument(a)) }

func capacityJSON(w *bytes.Buffer, a *advice.Capacity, _ Options) error {
	return putJSON(w, newCapacity(a))
}

func validationJSON(w *bytes.Buffer, v *advice.Validation, _ Options) error {
	return putJSON(w, newValidation(v))
}

// putJSON writes a document, indented, its keys in a fixed order.
func putJSON(w *bytes.Buffer, doc any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // it is read by programs and people, not by browsers
	return enc.Encode(doc)
}
