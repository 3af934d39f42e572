package report

import (
	"bytes"

	"go.yaml.in/yaml/v4"
)

// asYAML is the format of what a document is made of.
func asYAML[T, D any](document func(*T) D) func(*bytes.Buffer, *T, Options) error {
	return func(w *bytes.Buffer, x *T, o Options) error { return putYAML(w, made(document, x, o)) }
}

// putYAML writes a JSON document in YAML's block style. It goes through the
// JSON text, which is YAML too, so that the two cannot differ.
func putYAML(w *bytes.Buffer, doc any) error {
	var text bytes.Buffer
	if err := putJSON(&text, doc); err != nil {
		return err
	}
	var root yaml.Node
	if err := yaml.Load(text.Bytes(), &root); err != nil {
		return err
	}
	blockStyle(&root)
	out, err := yaml.Dump(&root, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return err
	}
	w.Write(out)
	return nil
}

// blockStyle forgets JSON's braces and quotes; the emitter puts quotes back
// where a string would be read as something else. Empty collections keep their
// braces: they have no other form.
func blockStyle(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode || len(n.Content) > 0 {
		n.Style = 0
	}
	for _, c := range n.Content {
		blockStyle(c)
	}
}
