package main

import (
	"errors"
	"io"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/simulate"
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
		extra: slices.Concat([]option{kindsOption(), catalogOption(), rulesOption(), setOption()}, methodOptions(), outputOptions(report.FleetFormats())),
		run:   showFleet,
	}
}

func showFleet(c *call) error {
	format, errFormat := c.format(report.FleetFormats())
	in, options, err := fleetInput(c, c.args)
	if err := errors.Join(errFormat, err); err != nil {
		return err
	}
	f, err := advisor.Fleet(c.ctx, in, options)
	if err != nil {
		return err
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteFleet(w, format, f, c.layout()) })
	if err == nil && !f.Feasible {
		return &failure{code: exitInfeasible}
	}
	return err
}

// simulateFleet replays the busiest hour of a fleet.
func simulateFleet(c *call) error {
	format, errFormat := c.format(report.FleetSimulationFormats())
	in, options, err := fleetInput(c, []string{c.text("fleet")})
	if err := errors.Join(errFormat, err); err != nil {
		return err
	}
	limit, stop, err := c.watch(&simulate.Meter{})
	if err != nil {
		return err
	}
	options.Limit = limit
	f, err := advisor.SimulateFleet(c.ctx, in, options)
	stop()
	if err != nil {
		return err
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteFleetSimulation(w, format, f, c.layout()) })
	if err == nil && !f.Holds {
		return &failure{code: exitInfeasible}
	}
	return err
}

// fleetInput reads a fleet with its services, and how it is to be planned.
func fleetInput(c *call, files []string) (in advisor.Together, o advisor.Options, err error) {
	go rules.Load() // while the files are read
	var errOptions, errCatalog, errRules, errFile error
	o, errOptions = c.options()
	in.Catalog, errCatalog = c.catalog()
	if in.Fleet, errFile = fleetFile(c, files); errFile == nil {
		in.Rules, errRules = c.rulesOf(plan.Document{Params: in.Fleet.Params})
	}
	in.Own = func(own []plan.Param) (*rule.Set, error) {
		return c.rulesOf(plan.Document{Params: slices.Concat(in.Fleet.Params, own)})
	}
	layouts, errLayouts := c.layouts()
	if err := errors.Join(errOptions, errCatalog, errRules, errFile, errLayouts); err != nil {
		return in, o, err
	}
	in.Services, err = intake.ReadFleet(c.ctx, in.Fleet, intake.Layers{Catalog: in.Catalog, Open: c.open, Layouts: layouts})
	if err != nil {
		return in, o, &failure{exitUsage, err}
	}
	return in, o, nil
}

// fleetFile reads the fleet that is named, or makes one of the plans that are.
func fleetFile(c *call, files []string) (*plan.Fleet, error) {
	switch len(files) {
	case 0:
		return nil, usagef("fleet: name a fleet file: scaleadvise fleet fleet.yaml (scaleadvise help fleet shows one)")
	case 1:
		source, err := c.open(files[0])
		if err != nil {
			return nil, err
		}
		defer source.Close()
		f, err := plan.ReadFleet(c.ctx, source, shownName(files[0]))
		if err != nil {
			return nil, &failure{exitUsage, err}
		}
		return f, nil
	}
	return plan.FleetOf(files), nil
}

// shownName is a file as messages name it.
func shownName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}
