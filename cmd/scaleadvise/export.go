package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/export"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/rules"
)

func exportCommand() command {
	return command{
		name: "export", group: "Advice", summary: "write the plan as a cluster applies it: manifests, autoscalers, alerts, a dashboard",
		args: "KIND", words: export.Kinds(),
		about: "The plan is what advise recommends for the traits, the plan file or the manifest. KIND is one of\n\n  " + strings.Join(export.Docs(), "\n  ") +
			"\n\nOne kind goes to stdout, or into --output-file; kustomize writes a folder, --output-dir. A manifest that is given with --plan is changed where it " +
			"differs from the plan and nowhere else. What is exported says in annotations what it has to carry, so that scaleadvise check judges it.",
		examples: []string{
			"scaleadvise export kubernetes --qps 12 --model llama-3.1-8b --gpu l4 --input-tokens 1000 --output-tokens 200 --ttft 2s",
			"scaleadvise export kubernetes --plan deployment.yaml > next.yaml",
			"scaleadvise export keda --plan deployment.yaml --server-address http://prometheus.monitoring:9090",
			"scaleadvise export kustomize --plan deployment.yaml --output-dir deploy/chat",
		},
		extra: slices.Concat(exportOptions(), traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), []option{fileOption()}),
		run:   exportPlan,
	}
}

func exportOptions() []option {
	const group = "Export"
	return []option{
		{name: "output-dir", group: group, doc: "folder to write, for kustomize; it is replaced as a whole, and only where export wrote it", value: "DIR", example: "deploy/chat"},
		{name: "name", group: group, doc: "name of the objects; that of the manifest or of the model unless given", value: "NAME", example: "chat"},
		{name: "namespace", group: group, doc: "their namespace", value: "NAME", example: "prod"},
		{name: "image", group: group, doc: "image of the server", value: "IMAGE", example: "vllm/vllm-openai:v0.31.0"},
		{name: "server-address", group: group, doc: "where KEDA finds Prometheus in the cluster", value: "URL", example: "http://prometheus.monitoring:9090"},
		{name: "autoscaler", group: group, doc: "which one the folder gets", value: "WORD", example: "keda", words: []string{export.HPA, export.KEDA, export.None}},
	}
}

func exportPlan(c *call) error {
	go rules.Load() // while the case is read
	kind, rest, err := c.topic()
	if err == nil {
		err = noArgs("export "+kind, rest)
	}
	options, errOptions := exported(c)
	if err := errors.Join(err, errOptions, export.CheckTarget(kind, c.text("output-dir"), c.text("output-file"))); err != nil {
		return err
	}
	read, err := c.intake()
	if err == nil {
		err = read.RequireDemand()
	}
	in, errKnown := c.advised(read)
	method, errMethod := c.options()
	if err := errors.Join(err, errKnown, errMethod); err != nil {
		return err
	}
	p, err := advisor.Export(c.ctx, in, method)
	switch {
	case errors.Is(err, advisor.ErrNothingHolds):
		return &failure{exitInfeasible, err}
	case errors.Is(err, advisor.ErrUntold):
		return &failure{exitUnknown, err}
	case err != nil:
		return err
	}
	p.Options, p.Manifest, p.Scaler, p.Text = options, read.Plan.Object, read.Plan.Scaler, read.Plan.Text
	if p.Profile, err = watchedBy(c, p); err != nil {
		return err
	}
	out, err := export.Write(kind, p)
	if err != nil {
		return &failure{exitUsage, err}
	}
	for _, note := range out.Notes {
		c.note("%s", note)
	}
	if kind == export.Kustomize {
		return saveFolder(c, out.Files)
	}
	return c.deliver(func(w io.Writer) error { _, err := w.Write(out.Text); return err })
}

// exported are the names that were chosen.
func exported(c *call) (export.Options, error) {
	o, err := export.Options{
		Name: c.text("name"), Namespace: c.text("namespace"), Image: c.text("image"), Prometheus: c.text("server-address"), Autoscaler: c.text("autoscaler"), Selector: c.text("selector"),
	}.Checked()
	if err != nil {
		return o, &failure{exitUsage, err}
	}
	return o, nil
}

// watchedBy is the profile of the plan's metrics: the one that was named, else that of the engine.
func watchedBy(c *call, p export.Plan) (*prom.Profile, error) {
	all, err := c.profiles()
	if err != nil {
		return nil, err
	}
	name := c.text("profile")
	if name == "" || name == "auto" {
		name = export.ProfileOf(p)
	}
	var ids []string
	for _, one := range all {
		if ids = append(ids, one.ID); one.ID == name {
			return one, nil
		}
	}
	return nil, usagef("--profile %s: unknown; %s", name, unit.Suggest(name, ids, "scaleadvise profiles list shows all"))
}

// saveFolder replaces the folder, or leaves everything as it was.
func saveFolder(c *call, files []export.File) error {
	contents := map[string][]byte{}
	for _, f := range files {
		contents[f.Name] = f.Text
	}
	dir := c.text("output-dir")
	if err := disk.ReplaceFolder(c.ctx, dir, contents, "kustomization.yaml", export.Marker); err != nil {
		return unknownf("--output-dir: %w", err)
	}
	c.note("wrote %d files; kubectl apply -k %s, or scaleadvise check %s", len(files), visible(dir), visible(dir))
	return nil
}
