package main

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/listing"
	"scaleadvise/advisor/pricelist"
	"scaleadvise/cmd/scaleadvise/disk"
)

func catalogCommand() command {
	return command{
		name: "catalog", group: "Knowledge", summary: "list what is known about hardware, prices, models and measurements, with sources",
		args:  "TABLE [word]|import FILE…",
		words: append(listing.Tables(), importWord),
		about: "The tables are " + strings.Join(listing.Tables(), ", ") + ". A word keeps the rows that mention it. The table shows the columns that matter most; the other " +
			"formats hold all of them, with sources. An empty cell means that the fact is not known. import reads price lists that " +
			"clouds publish (scaleadvise help catalog) into the user's configuration, which every command reads.",
		examples: []string{
			"scaleadvise catalog accelerators",
			"scaleadvise catalog instances a10",
			"scaleadvise catalog measurements bert-large -o csv",
			"scaleadvise catalog import index.json",
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
	if topic == importWord {
		return importPrices(c, rest)
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

// importWord is what takes price lists in.
const importWord = "import"

// importPrices puts price lists over the catalog of the user's configuration.
func importPrices(c *call, names []string) error {
	if len(names) == 0 || c.text("catalog") != "" {
		return usagef("catalog import: name price lists, without --catalog: scaleadvise catalog import index.json; scaleadvise help catalog says how to fetch them")
	}
	format, errFormat := c.format(listing.ImportFormats())
	folder, errFolder := disk.ConfigFolder(c.env)
	known, errCatalog := c.catalog()
	now, errNow := c.now()
	if err := errors.Join(errFormat, errFolder, errCatalog, errNow); err != nil {
		return err
	}
	var files []pricelist.File
	for _, name := range names {
		files = append(files, pricelist.File{Name: name, Open: func() (io.ReadCloser, error) { return c.open(name) }})
	}
	shipped, _ := catalog.Embedded()
	imported, err := pricelist.Import(c.ctx, files, known, shipped, now.Format(time.DateOnly))
	if err != nil {
		return err
	}
	folder = filepath.Join(folder, "catalog")
	if err := disk.ReplaceFiles(folder, imported.Files); err != nil {
		return unknownf("%w", err)
	}
	return c.deliver(func(w io.Writer) error { return listing.WriteImport(w, format, folder, imported) })
}

// listed writes a listing in the format asked for.
func (c *call) listed(l listing.Listing) error {
	format, err := c.format(listing.Formats())
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { return listing.Write(w, format, l, c.columns()) })
}
