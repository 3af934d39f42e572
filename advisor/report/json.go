package report

import (
	"bytes"
	"encoding/json"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// writeJSON writes the document, indented, its keys in a fixed order.
func writeJSON(w *bytes.Buffer, a *advice.Advice, _ Options) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false) // it is read by programs and people, not by browsers
	return enc.Encode(newDocument(a))
}
