package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/llm/hub"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/shape/architecture"
	"scaleadvise/advisor/shape/artifact"
	"scaleadvise/advisor/workload"
)

// described is a model that a file describes: a language model as the catalog has them, any
// other by the work of its layers.
type described struct {
	language catalog.Model
	other    *shape.Model
	notes    []string
}

// describe returns the catalog with the model that the workload describes, where it does.
func (s *shelf) describe(w *workload.Workload, known *catalog.Catalog) (*catalog.Catalog, error) {
	trait, file, read := "model_config", w.ModelConfig, readConfig
	if w.ModelFile != "" {
		trait, file, read = "model_file", w.ModelFile, readFile
	}
	switch {
	case known == nil:
		return nil, nil
	case file == "":
		return Measured(w, known)
	}
	name := beside(w, trait, file)
	d, err := keep(s, trait+" "+w.Model+" "+name, func() (described, error) { return read(s.ctx, s.open, name, w.Model) })
	var named *architecture.NamedError
	if errors.As(err, &named) {
		return byName(w, known, named)
	}
	if err != nil {
		return nil, w.Fault(trait, err)
	}
	for _, note := range d.notes {
		w.Warnings = append(w.Warnings, name+": "+note)
	}
	if d.other == nil {
		return known.With(d.language), nil
	}
	w.Described = d.other
	m, err := catalogued(d.other)
	return known.With(m), err
}

// byName returns the catalog where it knows the model that a config names without its layers.
func byName(w *workload.Workload, known *catalog.Catalog, e *architecture.NamedError) (*catalog.Catalog, error) {
	file := w.Model
	w.Model = e.Model
	with, err := Measured(w, known)
	if err != nil {
		return nil, err
	}
	if _, err := with.ResolveModel(w.Model); err != nil {
		w.Model = file
		return nil, e
	}
	return with, nil
}

// Measured returns the catalog with the model that a workload names, where only measurements know it, or the
// catalog one that reads images of another size.
func Measured(w *workload.Workload, known *catalog.Catalog) (*catalog.Catalog, error) {
	if w.Facts != nil || w.Model == "" || w.Measured() {
		return known, nil
	}
	if _, err := known.ResolveModel(w.Model); err == nil {
		return known, nil
	}
	e, err := forward.Shipped()
	if err != nil {
		return known, err
	}
	m, ok := e.Named(w.Model)
	if !ok {
		m, ok = known.OfOtherSize(w.Model)
	}
	if ok {
		m.Aliases = append(slices.Clip(m.Aliases), w.Model)
		return known.With(m), nil
	}
	return known, nil
}

// readFile reads a graph or an ensemble of trees.
func readFile(ctx context.Context, open Opener, name, model string) (described, error) {
	source, err := open(name)
	if err != nil {
		return described{}, err
	}
	defer source.Close()
	m, err := artifact.Read(ctx, source, name, model)
	if err != nil {
		return described{}, err
	}
	return described{other: m, notes: m.Notes}, nil
}

// readConfig reads a config.json, of a language model or of another. Every file is opened once.
func readConfig(ctx context.Context, open Opener, name, model string) (described, error) {
	once := remember(ctx, open)
	m, err := architecture.Read(architecture.Open(once), name, model)
	switch {
	case err == nil:
		return described{other: m, notes: m.Notes}, nil
	case !errors.Is(err, architecture.ErrLanguage):
		return described{}, err
	}
	text, err := once(name)
	if err != nil {
		return described{}, err
	}
	read, err := hub.ReadConfig(ctx, text, name, model)
	return described{language: read.Model, notes: read.Notes}, err
}

// configLimits are those of a file that describes a model.
var configLimits = bounded.Limits{
	What: "config.json", Remedy: "a config.json has a few kB, this may be the weights", Bytes: 4 << 20, Packed: 4 << 20, Binary: true,
}

// remember opens each file once and keeps it: it may be a stream.
func remember(ctx context.Context, open Opener) Opener {
	kept := map[string][]byte{}
	return func(name string) (io.ReadCloser, error) {
		text, ok := kept[name]
		if !ok {
			source, err := open(name)
			if err != nil {
				return nil, err
			}
			defer source.Close()
			if text, err = bounded.ReadAll(ctx, source, configLimits); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			kept[name] = text
		}
		return io.NopCloser(bytes.NewReader(text)), nil
	}
}

// catalogued is a described model as the catalog has them, for one pass of its usual request:
// the denoiser of a diffusion model, the encoder of one that also writes.
func catalogued(d *shape.Model) (catalog.Model, error) {
	cost, err := d.At(shape.Request{})
	if err != nil {
		return catalog.Model{}, err
	}
	one := cost.Passes[0]
	for _, p := range cost.Passes {
		if p.Name == "denoiser" {
			one = p
		}
	}
	activations := 0.0
	if d.Kind == "vision" {
		activations = one.Activations() / 1e6
	}
	return catalog.Model{
		ID: d.Name, Name: d.Name, Kind: d.Kind, Subkind: d.Subkind, ParamsB: d.Params / 1e9, ActiveParamsB: one.Params / 1e9,
		GFLOPs: 2 * one.MACs() / 1e9, ActivationsM: activations, Operators: one.Fused(), Hidden: one.Hidden,
		Input: one.Input, Sequential: len(cost.Passes) > 1, Source: d.Source,
	}, nil
}
