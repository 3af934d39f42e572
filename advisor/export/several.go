package export

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/unit"
)

// WriteAll exports one kind of a plan, or of those of a fleet: a stream, or a folder of folders. The metrics
// of each are those of the profile called profile, else of its engine. The error is about every plan that
// cannot be exported; then nothing is written.
func WriteAll(kind string, all []Plan, o Options, profiles []*prom.Profile, profile string) (Output, error) {
	var faults []error
	for i := range all {
		p := &all[i]
		name := p.Name
		p.Options = o
		if p.Fleet != "" {
			p.Name = name
		}
		var err error
		p.Profile, err = p.watchedBy(profiles, profile)
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return Output{}, err
	}
	if len(all) == 1 && all[0].Fleet == "" {
		return Write(kind, all[0])
	}
	return several(kind, all)
}

// watchedBy is the profile of the plan's metrics: the one that was named, else that of the engine.
func (p Plan) watchedBy(all []*prom.Profile, name string) (*prom.Profile, error) {
	if name == "" || name == "auto" {
		name = ProfileOf(p)
	}
	var ids []string
	for _, one := range all {
		if ids = append(ids, one.ID); one.ID == name {
			return one, nil
		}
	}
	return nil, fmt.Errorf("--profile %s: unknown; %s", unit.Word(name), unit.Suggest(name, ids, "scaleadvise profiles list shows all"))
}

// Contents returns the files of a folder by name.
func (o Output) Contents() map[string][]byte {
	all := map[string][]byte{}
	for _, f := range o.Files {
		all[f.Name] = f.Text
	}
	return all
}

// several exports the services of a fleet, each with its name before what is said of it.
func several(kind string, all []Plan) (Output, error) {
	var out Output
	var faults []error
	taken := map[string]bool{}
	if kind == "grafana" && len(all) > 1 {
		faults = append(faults, errors.New("several dashboards are no stream; export kustomize writes a folder with one each"))
	}
	for _, p := range all {
		one, err := Write(kind, p)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", p.Fleet, err))
			continue
		}
		folder := label(p.Fleet)
		for taken[folder] {
			folder += "-2"
		}
		taken[folder] = true
		for _, f := range one.Files {
			out.Files = append(out.Files, File{folder + "/" + f.Name, f.Text})
		}
		if p.Serves != "" {
			out.Notes = append(out.Notes, p.Fleet+": serves "+p.Serves+"; the gateway in front has to send it these")
		}
		for _, note := range one.Notes {
			out.Notes = append(out.Notes, p.Fleet+": "+note)
		}
		if len(out.Text) > 0 && kind != "engine-args" && !bytes.HasPrefix(one.Text, []byte("---")) {
			out.Text = append(out.Text, "---\n"...)
		}
		out.Text = append(out.Text, one.Text...)
	}
	if err := errors.Join(faults...); err != nil || kind != Kustomize {
		return out, err
	}
	top, err := folders(slices.Sorted(maps.Keys(taken)))
	out.Files = append(out.Files, File{"kustomization.yaml", top})
	return out, err
}

// folders is a kustomization of folders.
func folders(names []string) ([]byte, error) {
	resources := list()
	for _, name := range names {
		resources.Content = append(resources.Content, text(name))
	}
	body, err := dump(mapping(field{"apiVersion", "kustomize.config.k8s.io/v1beta1", ""}, field{"kind", "Kustomization", ""}, field{"resources", resources, ""}))
	return append([]byte(Marker+"; the folder is replaced as a whole.\n"), body...), err
}
