package main

import (
	"io"
	"strings"

	"scaleadvise/advisor/listing"
)

func catalogCommand() command {
	return command{
		name: "catalog", group: "Knowledge", summary: "list what is known about hardware, prices, models and measurements, with sources",
		args:  strings.Join(listing.Tables(), "|") + " [word]",
		words: listing.Tables(),
		about: "A word keeps the rows that mention it. The table shows the columns that matter most; the other " +
			"formats hold all of them, with sources. An empty cell means that the fact is not known.",
		examples: []string{
			"scaleadvise catalog accelerators",
			"scaleadvise catalog instances a10",
			"scaleadvise catalog measurements bert-large -o csv",
		},
		extra: append([]option{catalogOption()}, outputOptions(listing.Formats())...),
		run:   showCatalog,
	}
}

func showCatalog(c *call) error {
	topic, rest, err := c.topic()
	if err != nil {
		return err
	}
	if len(rest) > 1 {
		return noArgs("catalog "+topic, rest[1:])
	}
	known, err := c.catalog()
	if err != nil {
		return err
	}
	l := listing.Catalog(topic, known)
	if len(rest) == 1 {
		l = l.Matching(rest[0])
	}
	if len(l.Rows) == 0 {
		return usagef("catalog %s: no row mentions %q; scaleadvise catalog %s lists all", topic, rest[0], topic)
	}
	return c.listed(l)
}

// listed writes a listing in the format asked for.
func (c *call) listed(l listing.Listing) error {
	format, err := c.format(listing.Formats())
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { return listing.Write(w, format, l, c.columns()) })
}
