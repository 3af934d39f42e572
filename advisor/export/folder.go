package export

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Marker starts the folder's kustomization, so that a later export recognizes the folder as its own.
const Marker = "# Written by scaleadvise export"

// folder writes a folder of all kinds for kustomize, with one autoscaler at most: two would undo
// each other.
func folder(p Plan) (Output, error) {
	var out Output
	scaler, err := p.autoscaler()
	if err != nil {
		return out, err
	}
	add := func(name string, o Output, err error) error {
		if err == nil {
			out.Files = append(out.Files, File{name, o.Text})
			out.Notes = append(out.Notes, o.Notes...)
		}
		return err
	}
	served, errServed := p.served(scaler != None)
	errs := []error{add("workload.yaml", served, errServed)}
	switch scaler {
	case KEDA:
		o, err := scaledObject(p)
		errs = append(errs, add("scaledobject.yaml", o, err))
	case HPA:
		o, err := horizontalPodAutoscaler(p)
		errs = append(errs, add("hpa.yaml", o, err))
	}
	budget, err := disruptionBudget(p)
	errs = append(errs, add("pdb.yaml", budget, err))
	rules, errRules := prometheusRule(p)
	if errRules == nil {
		board, err := dashboard(p)
		errs = append(errs, add("prometheus-rule.yaml", rules, nil), add("dashboard.json", board, err))
	} else {
		out.Notes = append(out.Notes, "no rules and no dashboard: "+errRules.Error())
	}
	if p.language() {
		o, err := engineCommand(p)
		errs = append(errs, add("engine-args.sh", o, err))
	}
	kustomization, err := p.kustomization(out.Files)
	errs = append(errs, add("kustomization.yaml", Output{Text: kustomization}, err))
	return out, errors.Join(errs...)
}

// served is the workload of the folder.
func (p Plan) served(autoscaled bool) (Output, error) {
	if p.Manifest != nil {
		return p.patched(autoscaled)
	}
	return p.fresh(autoscaled)
}

// autoscaler is which one the folder gets: the one that was asked for, else KEDA where following
// the day pays or the manifest is scaled already.
func (p Plan) autoscaler() (string, error) {
	switch {
	case p.Manifest != nil && p.Manifest.Kind == predictorKind: // KServe scales it
		return None, nil
	case p.Autoscaler != "":
		return p.Autoscaler, nil
	case p.Scaler != nil && strings.HasPrefix(p.Scaler.Kind, "Horizontal"):
		return HPA, nil
	case p.Scaler != nil, p.Advice.Autoscaling != nil && p.Advice.Autoscaling.Recommended:
		return KEDA, nil
	}
	return None, nil
}

// kustomization lists the files; the dashboard comes as a ConfigMap that Grafana's sidecar finds.
func (p Plan) kustomization(files []File) ([]byte, error) {
	resources := list()
	var boards *yaml.Node
	for _, f := range files {
		switch {
		case strings.HasSuffix(f.Name, ".yaml"):
			resources.Content = append(resources.Content, text(f.Name))
		case f.Name == "dashboard.json":
			labels := mapping(field{"labels", mapping(field{"grafana_dashboard", quoted("1"), ""}), ""}, field{"disableNameSuffixHash", true, ""})
			boards = list(mapping(field{"name", p.Name + "-dashboard", ""}, field{"files", list(f.Name), ""}, field{"options", labels, ""}))
		}
	}
	body, err := dump(mapping(
		field{"apiVersion", "kustomize.config.k8s.io/v1beta1", ""}, field{"kind", "Kustomization", ""}, field{"namespace", orNil(p.Namespace), ""},
		field{"resources", resources, ""}, field{"configMapGenerator", boards, ""}))
	return append([]byte(Marker+"; the folder is replaced as a whole.\n"+comment(p.heading())+"\n"), body...), err
}

// CheckTarget rejects a folder where a file is needed, and the other way round.
func CheckTarget(kind, dir, file string) error {
	switch {
	case kind == Kustomize && file != "":
		return errors.New("export kustomize writes a folder: give --output-dir, not --output-file")
	case kind == Kustomize && dir == "":
		return errors.New("export kustomize writes a folder: say which with --output-dir deploy/chat")
	case kind != Kustomize && dir != "":
		return fmt.Errorf("export %s writes one file: give --output-file, or redirect stdout", kind)
	}
	return nil
}
