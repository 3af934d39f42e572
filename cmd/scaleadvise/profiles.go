package main

import (
	"errors"
	"io"
	"slices"

	"scaleadvise/advisor/listing"
	"scaleadvise/advisor/prom"
)

func profilesCommand() command {
	return command{
		name: "profiles", group: "Knowledge", summary: "list the profiles that say which metrics of a serving system carry which trait, or show one",
		args: "list|show ID", words: []string{"list", "show"},
		about: "A profile is one YAML file: its quantities, each with the metrics to read it from in the order in " +
			"which they are tried. --profiles DIR adds yours; show prints the file, to copy and change.",
		examples: []string{"scaleadvise profiles list", "scaleadvise profiles show generic > profiles/own.yaml"},
		extra:    append([]option{profilesOption()}, outputOptions(listing.Formats())...),
		run:      showProfiles,
	}
}

func showProfiles(c *call) error {
	topic, rest, err := c.topic()
	if err != nil {
		return err
	}
	all, err := c.profiles()
	if err != nil {
		return err
	}
	if topic == "list" {
		if err := noArgs("profiles list", rest); err != nil {
			return err
		}
		return c.listed(listing.Profiles(all))
	}
	return showProfile(c, all, rest)
}

// showProfile shows one profile: its file, or a listing of one row.
func showProfile(c *call, all []*prom.Profile, args []string) error {
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	id, errID := oneOf("profiles show", "profile", "scaleadvise profiles list shows them", args, ids)
	format, errFormat := c.format(listing.Formats())
	if err := errors.Join(errID, errFormat); err != nil {
		return err
	}
	one := all[slices.Index(ids, id)]
	if format == "table" {
		return c.deliver(func(w io.Writer) error { _, err := w.Write(one.Text); return err })
	}
	return c.listed(listing.Profiles([]*prom.Profile{one}))
}
