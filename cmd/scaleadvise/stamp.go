package main

import (
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/report"
	"scaleadvise/cmd/scaleadvise/connection"
)

// stampOf is what documents say of the run.
func stampOf(c *call) *report.Run {
	at, err := c.flags.now()
	if err != nil {
		return nil // the command says what is wrong with it
	}
	return &report.Run{Version: buildVersion(), CatalogDate: catalog.Date, At: at, Command: askedBy(c), Catalogs: c.catalogFolders()}
}

// askedBy is the command line in the order of the table of flags, without what only concerns the
// output, and without what may be a secret of an address.
func askedBy(c *call) []string {
	all := []string{"scaleadvise", c.command.name}
	for _, o := range c.command.options() {
		if !c.set.IsSet(o.name) || o.group == "Output" && o.name != "explain" {
			continue
		}
		switch {
		case o.toggle:
			all = append(all, "--"+o.name)
		case o.repeat:
			for _, v := range c.set.StringSlice(o.name) {
				all = append(all, "--"+o.name+"="+v)
			}
		default:
			all = append(all, "--"+o.name+"="+connection.WithoutSecrets(c.set.String(o.name)))
		}
	}
	return slices.Concat(all, c.args)
}
