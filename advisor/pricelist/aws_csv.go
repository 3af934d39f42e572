package pricelist

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"scaleadvise/advisor/bounded"
)

// sheet is a CSV whose columns are found by their names.
type sheet struct {
	rows    *csv.Reader
	record  []string
	columns map[string]int
}

// newSheet reads from r; the header is set once it is found.
func newSheet(r io.Reader) *sheet {
	rows := csv.NewReader(r)
	rows.ReuseRecord, rows.FieldsPerRecord = true, -1
	return &sheet{rows: rows}
}

// next reads a record; io.EOF at the end.
func (s *sheet) next() error {
	record, err := s.rows.Read()
	if err != nil {
		var p *csv.ParseError
		if errors.As(err, &p) {
			return fmt.Errorf("line %d: %s; fetch the file again", p.Line, bounded.CSV(p))
		}
		return err
	}
	if s.record = record; s.columns != nil && len(record) != len(s.columns) {
		line, _ := s.rows.FieldPos(0)
		return fmt.Errorf("line %d: %d cells under %d columns: it is not whole; fetch it again", line, len(record), len(s.columns))
	}
	return nil
}

// header takes the record as the names of columns.
func (s *sheet) header() {
	s.columns = map[string]int{}
	for i, name := range s.record {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if _, twice := s.columns[name]; twice {
			name += fmt.Sprint(" #", i)
		}
		s.columns[name] = i
	}
}

// missing names the first of some columns that there is not; "" where all are.
func (s *sheet) missing(names ...string) string {
	for _, name := range names {
		if _, ok := s.columns[name]; !ok {
			return name
		}
	}
	return ""
}

// cell is a cell of the record; "" where there is no such column.
func (s *sheet) cell(name string) string {
	i, ok := s.columns[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(s.record[i])
}

// number is a cell as a number; 0 where it is blank.
func (s *sheet) number(name string) (float64, error) {
	text := s.cell(name)
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v < 0 || v != v || v > 1e12 {
		return 0, s.fault(fmt.Errorf("column %s is %q, not a price of 0 or more", name, text))
	}
	return v, nil
}

// fault gives an error its line.
func (s *sheet) fault(err error) error {
	line, _ := s.rows.FieldPos(0)
	return fmt.Errorf("line %d: %w", line, err)
}

// readAWSCSV reads the CSV form of the price list, whose first rows say what it is.
func readAWSCSV(r io.Reader, f *facts) (*List, error) {
	l, s := newAWS(f), newSheet(r)
	for s.columns == nil {
		if err := s.next(); err != nil {
			return nil, orWhole(err)
		}
		switch strings.TrimPrefix(s.record[0], "\ufeff") {
		case "Publication Date":
			if len(s.record) > 1 {
				l.asOf = day(s.record[1])
			}
		case "SKU":
			s.header()
		}
	}
	if name := s.missing("sku", "termtype", "unit", "priceperunit", "currency", "instance type", "operating system", "region code"); name != "" {
		return nil, fmt.Errorf("column %q is missing; fetch the file of AmazonEC2", name)
	}
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			return l.list("AWS price list", l.asOf), nil
		}
		if err != nil {
			return nil, err
		}
		if err := l.row(s); err != nil {
			return nil, err
		}
	}
}

// orWhole is the error about a file that ends before its table begins.
func orWhole(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("ends before its table begins: it is not whole; fetch it again")
	}
	return err
}

// row reads one price; the two of a reservation with a fee stand in rows of their own.
func (l *awsList) row(s *sheet) error {
	if s.cell("operating system") != "Linux" {
		return nil
	}
	p := awsProduct{
		sku: s.cell("sku"), family: s.cell("product family"), kind: s.cell("instance type"), region: s.cell("region code"), system: "Linux",
		tenancy: s.cell("tenancy"), installed: s.cell("pre installed s/w"), capacity: s.cell("capacitystatus"), market: s.cell("marketoption"),
		usage: s.cell("usagetype"), gpus: s.cell("gpu"),
	}
	if l.skus[p.sku] == nil {
		if err := l.take(p); err != nil {
			return s.fault(err)
		}
	}
	if l.skus[p.sku] == nil {
		return nil
	}
	usd, err := s.number("priceperunit")
	if err != nil {
		return err
	}
	t := awsTerm{length: s.cell("leasecontractlength"), class: s.cell("offeringclass"), purchase: s.cell("purchaseoption")}
	if c := s.cell("currency"); c != "USD" {
		t.currency = c
	}
	t.add(s.cell("unit"), usd)
	if s.cell("termtype") == "Reserved" && t.purchase != "No Upfront" {
		return nil // its other part stands elsewhere, and one without a fee is preferred
	}
	if err := l.apply(p.sku, s.cell("termtype") == "Reserved", t); err != nil {
		return s.fault(err)
	}
	return nil
}
