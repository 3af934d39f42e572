package service

import (
	_ "embed" // the tables below
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"scaleadvise/advisor/catalog"
)

//go:generate go test -count=1 -run FitIsFresh$ . -update
//go:generate go test -count=1 -run (Bare|Models)IsFresh$ . -update

// coefficientsJSON and cellsPacked are made from the embedded catalogue by the test named
// above, which also fails where they are stale.
//
//go:embed fitted/coefficients.json
var coefficientsJSON []byte

//go:embed fitted/cells.tsv.gz
var cellsPacked []byte

// shipped is the evidence of the embedded catalogue, read once.
var shipped = sync.OnceValues(func() (*Evidence, error) {
	c, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	e := evidenceOf(c)
	if err := json.Unmarshal(coefficientsJSON, &e.Coefficients); err != nil {
		return nil, fmt.Errorf("fitted/coefficients.json: %w", err)
	}
	cells, err := catalog.Unpack("fitted/cells.tsv", cellsPacked)
	if err != nil {
		return nil, err
	}
	return e, e.read(cells)
})

// Learn returns the evidence in a catalogue. That of the embedded one is read from precomputed tables, in
// about a millisecond, whatever its prices; that of an overlaid one is collected again, with the same
// coefficients. With a damaged table the evidence is empty.
func Learn(c *catalog.Catalog) *Evidence {
	e, err := shipped()
	if err != nil {
		return evidenceOf(c)
	}
	if e.catalog == c.Facts() {
		return e
	}
	own := evidenceOf(c)
	own.Coefficients = e.Coefficients
	own.rates, own.alone, own.shares = gather(c)
	weights := map[string]float64{}
	for set, cells := range e.sets() {
		for i := range *cells {
			weights[set+(*cells)[i].key()] = (*cells)[i].weight
		}
	}
	for set, cells := range own.sets() {
		for i := range *cells {
			if w, ok := weights[set+(*cells)[i].key()]; ok {
				(*cells)[i].weight = w
			}
		}
	}
	return own
}

// evidenceOf is that of a catalogue before any cell is collected.
func evidenceOf(c *catalog.Catalog) *Evidence {
	return &Evidence{catalog: c, orders: new(orders)}
}

func (e *Evidence) sets() map[string]*[]cell {
	return map[string]*[]cell{"rate": &e.rates, "alone": &e.alone, "share": &e.shares}
}

func (c *cell) key() string {
	return fmt.Sprintf("|%s|%s|%s|%.3f|%.2f|%.2f|%t", c.model, c.benchmark, c.accelerator, c.year, c.count, c.batches, c.half)
}

// cellHeader is the first line of cells.tsv.
const cellHeader = "set\tmodel\tbenchmark\taccelerator\tyear\tln_count\tln_batches\tvalue\trows\troom\tweight\thalf\n"

// write renders the cells as cells.tsv.
func (e *Evidence) write() string {
	var b strings.Builder
	b.WriteString(cellHeader)
	for _, set := range []string{"rate", "alone", "share"} {
		for _, c := range *e.sets()[set] {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%.3f\t%.3f\t%.3f\t%.4f\t%d\t%d\t%.3g\t%t\n", set, c.model, c.benchmark, c.accelerator, c.year, c.count, c.batches, c.value, c.rows, c.room, c.weight, c.half)
		}
	}
	return b.String()
}

// read parses cells.tsv.
func (e *Evidence) read(text string) error {
	body, ok := strings.CutPrefix(text, cellHeader)
	if !ok {
		return fmt.Errorf("fitted/cells.tsv: the header is not %s", strings.TrimSpace(cellHeader))
	}
	places, kinds, sets := map[string]place{}, map[string]string{}, e.sets()
	for line := range strings.Lines(body) {
		r := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		c, err := parseCell(r)
		set, ok := sets[r[0]]
		if err != nil || !ok {
			return fmt.Errorf("fitted/cells.tsv: %q is not a cell", line)
		}
		if _, ok := places[r[3]]; !ok {
			places[r[3]] = placeOf(e.catalog, r[3])
		}
		if _, ok := kinds[r[1]]; !ok {
			known, _ := e.catalog.Model(r[1])
			kinds[r[1]] = known.Kind
		}
		c.place, c.task = places[r[3]], task{r[2], r[1], kinds[r[1]], r[11] == "true"}
		*set = append(*set, c)
	}
	return nil
}

// parseCell reads the numbers of one row.
func parseCell(r []string) (c cell, err error) {
	if len(r) != strings.Count(cellHeader, "\t")+1 {
		return c, fmt.Errorf("%d columns", len(r))
	}
	number := func(i int) float64 {
		v, e := strconv.ParseFloat(r[i], 64)
		if e != nil {
			err = e
		}
		return v
	}
	c.year, c.count, c.batches, c.value, c.weight = number(4), number(5), number(6), number(7), number(10)
	c.rows, c.room = int(number(8)), room(number(9))
	return c, err
}
