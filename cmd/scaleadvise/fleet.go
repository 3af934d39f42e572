package main

import (
	"errors"
	"io"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/report"
	"scaleadvise/rules"
)

func fleetCommand() command {
	return command{
		name: "fleet", group: "Advice", summary: "many services on shared machines, owned and rented, under quotas and one budget",
		args: "FILE…",
		about: "A fleet file names services (plans, inline or in files of their own, Kubernetes manifests too), the machines that are owned, quotas, " +
			"a budget and priorities; scaleadvise help fleet shows one. Several files that are plans or manifests are planned as one fleet without a pool.",
		examples: []string{
			"scaleadvise fleet fleet.yaml",
			"scaleadvise fleet chat.yaml embed.yaml",
			"scaleadvise fleet fleet.yaml -o json --output-file fleet.json",
		},
		extra: slices.Concat([]option{catalogOption(), rulesOption(), setOption()}, methodOptions(), outputOptions(report.FleetFormats())),
		run:   showFleet,
	}
}

func showFleet(c *call) error {
	go rules.Load() // while the files are read
	format, errFormat := c.format(report.FleetFormats())
	options, errOptions := c.options()
	known, errCatalog := c.catalog()
	set, errRules := c.rules()
	if err := errors.Join(errFormat, errOptions, errCatalog, errRules); err != nil {
		return err
	}
	file, err := fleetFile(c)
	if err != nil {
		return err
	}
	services, err := intake.ReadFleet(c.ctx, file, intake.Layers{Catalog: known, Open: c.open})
	if err != nil {
		return &failure{exitUsage, err}
	}
	f, err := advisor.Fleet(c.ctx, advisor.Together{Fleet: file, Services: services, Catalog: known, Rules: set}, options)
	if err != nil {
		return err
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteFleet(w, format, f, c.layout()) })
	if err == nil && !f.Feasible {
		return fleetFailure(f)
	}
	return err
}

// fleetFailure is the exit code of a fleet in which not all services fit; it was printed.
func fleetFailure(*advice.Fleet) error { return &failure{code: exitInfeasible} }

// fleetFile reads the fleet that is named, or makes one of the plans that are.
func fleetFile(c *call) (*plan.Fleet, error) {
	switch len(c.args) {
	case 0:
		return nil, usagef("fleet: name a fleet file: scaleadvise fleet fleet.yaml (scaleadvise help fleet shows one)")
	case 1:
		source, err := c.open(c.args[0])
		if err != nil {
			return nil, err
		}
		defer source.Close()
		f, err := plan.ReadFleet(c.ctx, source, shownName(c.args[0]))
		if err != nil {
			return nil, &failure{exitUsage, err}
		}
		return f, nil
	}
	return plan.FleetOf(c.args), nil
}

// shownName is a file as messages name it.
func shownName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}
