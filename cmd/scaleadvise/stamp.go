package main

import (
	"net/url"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/report"
)

// stampOf is what documents say of the run.
func stampOf(c *call) *report.Run {
	at, err := c.flags.now()
	if err != nil {
		return nil // the command says what is wrong with it
	}
	return &report.Run{Version: buildVersion(), CatalogDate: catalog.Date, At: at, Command: askedBy(c)}
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
			all = append(all, "--"+o.name+"="+withoutSecrets(c.set.String(o.name)))
		}
	}
	return slices.Concat(all, c.args)
}

// withoutSecrets is a value whose address names no user, password or query.
func withoutSecrets(value string) string {
	if !strings.Contains(value, "://") {
		return value
	}
	address, err := url.Parse(value)
	if err != nil {
		return "(an address)"
	}
	address.User, address.RawQuery, address.Fragment = nil, "", ""
	return address.String()
}
