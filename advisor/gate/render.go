package gate

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/plan"
)

// Kinds of folders that are rendered before they can be judged.
const (
	Chart         = "Chart"         // a helm chart
	Kustomization = "Kustomization" // a kustomization, which may change what it refers to
)

// rendered are the names of files that make a folder one of them.
var rendered = map[string]string{
	"Chart.yaml": Chart, "kustomization.yaml": Kustomization, "kustomization.yml": Kustomization, "Kustomization": Kustomization,
}

// render adds what a folder renders to, or that it could not be. It reports whether nothing else of the
// folder is to be read: the templates of a chart are no YAML.
func (f *finder) render(dir place, entries []fs.DirEntry, root string) (whole bool) {
	if f.Render == nil {
		return false
	}
	for _, e := range entries {
		kind, file := rendered[e.Name()], filepath.Join(dir.name, e.Name())
		switch {
		case kind == "" || !e.Type().IsRegular():
			continue
		case kind == Chart:
			f.rendering(kind, dir.name, file, root, []string{dir.name}, "")
			return true
		}
		k := f.kustomization(file)
		if !k.changes {
			return false
		}
		named := f.named(dir.name, k, deepestBase)
		if f.rendering(kind, dir.name, file, root, append(named, dir.name), k.remote) {
			f.taken = append(f.taken, named...)
		}
		return false
	}
	return false
}

// rendering adds the source of what a folder renders to, and reports whether it does. What mentions no
// accelerator is passed over where it does not.
func (f *finder) rendering(kind, dir, file, root string, named []string, remote string) bool {
	s := Source{Name: file, Shown: f.shown(file), root: root}
	text, err := []byte(nil), error(nil)
	if remote != "" {
		err = fmt.Errorf("it names %s, which would be fetched; render it where the network may be used: kustomize build %s | scaleadvise check -", bounded.Excerpt(remote), dir)
	} else {
		text, err = f.Render(kind, dir)
	}
	if err != nil {
		if s.unrendered = kind; f.mentions(named) {
			s.why = "it is a " + strings.ToLower(kind) + " and was not rendered: " + err.Error()
			f.found = append(f.found, s)
		}
		return false
	}
	s.rendered = true
	s.Open = func(name string) (io.ReadCloser, error) {
		if name == file {
			return io.NopCloser(bytes.NewReader(text)), nil
		}
		return f.Open(name)
	}
	f.found = append(f.found, s)
	f.lines = append(f.lines, s.Shown)
	return true
}

// kustomization is what a kustomization says, as far as it decides what is rendered.
type kustomization struct {
	names   []string // files and folders
	changes bool     // it does more than list files
	remote  string   // something that it would fetch; "" for nothing
}

// Keys of a kustomization: those that name files and folders, and those that change them.
var (
	naming   = []string{"resources", "bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902"}
	changing = []string{"bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "replicas", "images", "helmCharts", "transformers", "replacements", "vars"}
	remotely = pattern.Of(`://|^git@|^[\w.-]+\.(com|org|io)/|\?ref=`)
)

func (f *finder) kustomization(file string) (k kustomization) {
	text, err := f.content(file)
	if err != nil {
		return k
	}
	for root, misread := range manifests.Roots(text) {
		if misread != nil || root.Kind != yaml.MappingNode {
			return k
		}
		for i := 0; i+1 < len(root.Content); i += 2 {
			key, value := root.Content[i].Value, root.Content[i+1]
			k.changes = k.changes || slices.Contains(changing, key) && len(value.Content) > 0
			if !slices.Contains(naming, key) || value.Kind != yaml.SequenceNode {
				continue
			}
			for _, one := range value.Content {
				k.name(filepath.Dir(file), one)
			}
		}
	}
	k.changes = k.changes || slices.ContainsFunc(k.names, func(name string) bool { return f.isFolder(name) && !f.lists(filepath.Dir(file), name) })
	return k
}

// lists reports whether a folder below another changes nothing: what it holds is read where it stands.
func (f *finder) lists(above, dir string) bool {
	if below, err := filepath.Rel(above, dir); err != nil || !filepath.IsLocal(below) || below == "." || strings.Count(dir, string(filepath.Separator)) > deepest {
		return false
	}
	for name, kind := range rendered {
		file := filepath.Join(dir, name)
		if _, err := f.Stat(file); err == nil && kind == Kustomization {
			k := f.kustomization(file)
			return !k.changes && k.remote == ""
		}
	}
	return false
}

// name takes an entry: a path, or a patch with one.
func (k *kustomization) name(dir string, n *yaml.Node) {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "path" {
			n = n.Content[i+1]
		}
	}
	switch {
	case n.Kind != yaml.ScalarNode || strings.Contains(n.Value, "\n"):
	case remotely.MatchString(n.Value):
		k.remote = n.Value
	default:
		k.names = append(k.names, filepath.Join(dir, filepath.FromSlash(n.Value)))
	}
}

// manifests bounds a kustomization.
var manifests = bounded.YAML{What: "document", Depth: 32, Documents: 4}

// deepestBase is how deep bases may name bases.
const deepestBase = 8

// named are the files that a kustomization renders, those of its bases among them.
func (f *finder) named(dir string, k kustomization, left int) []string {
	var all []string
	for _, name := range k.names {
		if !f.isFolder(name) {
			all = append(all, name)
			continue
		}
		for file, kind := range rendered {
			base := filepath.Join(name, file)
			if _, err := f.Stat(base); err != nil || kind != Kustomization || left == 0 {
				continue
			}
			all = append(append(all, base), f.named(name, f.kustomization(base), left-1)...)
		}
	}
	return all
}

// untaken leaves out files that are read as part of what a kustomization renders.
func (f *finder) untaken() []Source {
	taken := map[string]bool{}
	for _, name := range f.taken {
		taken[f.Real(name)] = true
	}
	return slices.DeleteFunc(f.found, func(s Source) bool { return !s.named && taken[f.Real(s.Name)] })
}

// resource is a word of a manifest that may name a resource.
var resource = pattern.Of(`[a-z0-9][a-z0-9.-]*/[A-Za-z0-9._-]+`)

// asks reports whether a manifest, or the template of one, asks for accelerators or is annotated.
func asks(text []byte) bool {
	return bytes.Contains(text, []byte(plan.AnnotationPrefix)) || slices.ContainsFunc(resource.Regexp().FindAll(text, -1), func(word []byte) bool { return plan.IsAccelerator(string(word)) })
}

// mostLookedAt bounds the files of a folder that are searched for accelerators.
const mostLookedAt = 500

// mentions reports whether files, or those of folders, ask for accelerators.
func (f *finder) mentions(names []string) bool {
	left := mostLookedAt
	var look func(name string, depth int) bool
	look = func(name string, depth int) bool {
		if left--; left < 0 || depth > 8 {
			return false
		}
		if f.isFolder(name) {
			entries, _ := f.List(name)
			return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return look(filepath.Join(name, e.Name()), depth+1) })
		}
		text, err := f.content(name)
		return err == nil && asks(text)
	}
	return slices.ContainsFunc(names, func(name string) bool { return look(name, 0) })
}

// content reads a small file.
func (f *finder) content(name string) ([]byte, error) {
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return bounded.ReadAll(f.ctx, file, bounded.Limits{What: "file of a folder that is rendered", Bytes: 1 << 20, Packed: 1 << 20, Binary: true})
}

// hint is the reading of what could not be rendered.
func (s Source) hint() plan.Reading {
	at := origin.Origin{Kind: origin.Plan, File: s.Shown, Line: 1, Column: 1}
	name := filepath.Base(filepath.Dir(s.Shown))
	o := &plan.Object{Kind: s.unrendered, Name: name, Unjudged: s.why, Origin: at}
	return plan.Reading{Documents: []plan.Document{{Name: name, Line: 1, Object: o}}}
}
