package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/export"
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
			"scaleadvise export kustomize --fleet fleet.yaml --output-dir deploy",
		},
		extra: slices.Concat(exportOptions(), traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), []option{fileOption()}),
		run:   exportPlan,
	}
}

func exportOptions() []option {
	const group = "Export"
	return []option{
		{name: "fleet", group: group, doc: "fleet file: export every service as the fleet runs it", value: "FILE", example: "fleet.yaml"},
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
	profiles, errProfiles := c.profiles()
	if err := errors.Join(err, errOptions, errProfiles, export.CheckTarget(kind, c.text("output-dir"), c.text("output-file"))); err != nil {
		return err
	}
	plans, err := exportable(c)
	switch {
	case errors.Is(err, advisor.ErrNothingHolds), errors.Is(err, advisor.ErrNotAllFit):
		return &failure{exitInfeasible, err}
	case errors.Is(err, advisor.ErrUntold):
		return &failure{exitUnknown, err}
	case err != nil:
		return err
	}
	out, err := export.WriteAll(kind, plans, options, profiles, c.text("profile"))
	if err != nil {
		return &failure{exitUsage, err}
	}
	for _, note := range out.Notes {
		c.note("%s", note)
	}
	if kind == export.Kustomize {
		return saveFolder(c, out)
	}
	return c.deliver(func(w io.Writer) error { _, err := w.Write(out.Text); return err })
}

// exportable is the plan that is recommended, or those of a fleet's services.
func exportable(c *call) ([]export.Plan, error) {
	if name := c.text("fleet"); name != "" {
		in, method, err := fleetInput(c, []string{name})
		if err != nil {
			return nil, err
		}
		return advisor.ExportFleet(c.ctx, in, method)
	}
	read, err := c.intake()
	if err == nil {
		err = read.RequireDemand()
	}
	in, errKnown := c.advised(read)
	method, errMethod := c.options()
	if err := errors.Join(err, errKnown, errMethod); err != nil {
		return nil, err
	}
	p, err := advisor.Export(c.ctx, in, method)
	p.Manifest, p.Scaler, p.Text = read.Plan.Object, read.Plan.Scaler, read.Plan.Text
	return []export.Plan{p}, err
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

// saveFolder replaces the folder, or leaves everything as it was.
func saveFolder(c *call, out export.Output) error {
	dir := c.text("output-dir")
	if err := disk.ReplaceFolder(c.ctx, dir, out.Contents(), "kustomization.yaml", export.Marker); err != nil {
		return unknownf("--output-dir: %w", err)
	}
	c.note("wrote %d files; kubectl apply -k %s, or scaleadvise check %s", len(out.Files), visible(dir), visible(dir))
	return nil
}
