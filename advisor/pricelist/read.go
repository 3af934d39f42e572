package pricelist

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/catalog"
)

// limits bound a price list: it may be of gigabytes, but not without end.
var limits = bounded.Limits{What: "price list", Remedy: "fetch the file of one region", Bytes: 64 << 30, Packed: 16 << 30}

// File is a price list to read.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// reader keeps what several pages of one source say together.
type reader struct {
	facts   *facts
	azure   *azureList
	gcp     *gcpList
	queried *awsList // of AWS's query API; nil without
	done    []*List
}

// Read reads price lists, each recognized by its content; the pages of one source count together. An
// error names the file and the place in it.
func Read(ctx context.Context, files []File, known *catalog.Catalog) ([]*List, error) {
	f := newFacts(known)
	r := &reader{facts: f, azure: newAzure(f), gcp: newGCP(f)}
	for _, file := range files {
		if err := r.file(ctx, file); err != nil {
			return nil, err
		}
	}
	if r.queried != nil {
		r.done = append(r.done, r.queried.list("AWS price list", r.queried.asOf))
	}
	if r.azure.any {
		r.done = append(r.done, r.azure.finished())
	}
	if r.gcp.any {
		list, err := r.gcp.finished()
		if err != nil {
			return nil, err
		}
		r.done = append(r.done, list)
	}
	return r.done, nil
}

// file reads one file.
func (r *reader) file(ctx context.Context, file File) error {
	source, err := file.Open()
	if err != nil {
		return err
	}
	defer source.Close()
	stream := bounded.NewReader(ctx, source, limits)
	err = r.recognize(stream, file.Name)
	switch fault := stream.Fault(); {
	case ctx.Err() != nil:
		return ctx.Err()
	case fault != nil:
		err = fault
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name, err)
	}
	return nil
}

// errStrange refuses a file that is none of those that are read.
var errStrange = errors.New("is not a price list that is read: the bulk price list of AmazonEC2 (JSON or CSV), pages of Azure's retail prices, " +
	"Google Cloud's SKUs, or vms.csv of SkyPilot's catalog")

// recognize reads a stream as what its first bytes say it is.
func (r *reader) recognize(stream *bounded.Reader, name string) error {
	start, err := firstByte(stream.Reader)
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("is empty; fetch it again")
	case err != nil:
		return err
	case start == '{' || start == '[':
		return r.documents(newScanner(stream))
	}
	line, _ := stream.Peek(4 << 10)
	head, _, _ := strings.Cut(string(line), "\n")
	switch columns := strings.ToLower(head); {
	case strings.Contains(columns, "formatversion"):
		return r.keep(readAWSCSV(stream, r.facts))
	case strings.Contains(columns, "instancetype") && strings.Contains(columns, "acceleratorname"):
		s := newSheet(stream)
		if err := s.next(); err != nil {
			return orWhole(err)
		}
		s.header()
		return r.keep(readSkyPilot(s, name, r.facts))
	case strings.Contains(columns, "instance_type") && strings.Contains(columns, "usd_per_hour"):
		return errors.New("is a table of the catalog already: put it into a folder, and name that with --catalog")
	}
	return errStrange
}

// firstByte is the first byte that is no white space, which stays to be read.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		if b > ' ' {
			return b, r.UnreadByte()
		}
	}
}

// keep adds a list that was read.
func (r *reader) keep(l *List, err error) error {
	if err == nil {
		r.done = append(r.done, l)
	}
	return err
}

// documents reads one JSON document after another: pages may stand in one file.
func (r *reader) documents(s *scanner) error {
	for {
		b, err := s.peek()
		switch {
		case err != nil || b == 0:
			return err
		case b == '[':
			err = s.array(func() error { return r.element(s) })
		default:
			err = r.document(s)
		}
		if err != nil {
			return err
		}
	}
}

// element reads an element of an array: a page, a price as it stands on one, or a product of AWS as a string.
func (r *reader) element(s *scanner) error {
	b, err := s.peek()
	switch {
	case err != nil:
		return err
	case b == '"':
		return r.products().inner(s)
	}
	return r.document(s)
}

// products is the list of what AWS's query API says of one product after another.
func (r *reader) products() *awsList {
	if r.queried == nil {
		r.queried = newAWS(r.facts)
	}
	return r.queried
}

// document reads one document by the members that it has: those of a page, or of one price.
func (r *reader) document(s *scanner) error {
	of, known := newAWS(r.facts), false
	documents := []func(*scanner, string) (bool, error){of.document, r.azure.document, r.gcp.document}
	var item azureItem
	var sku gcpSKU
	err := s.object(func(key string) error {
		switch key {
		case "PriceList":
			known = true
			return s.array(func() error { return r.products().inner(s) })
		case "product":
			documents = []func(*scanner, string) (bool, error){r.products().member}
		}
		for _, read := range documents {
			if ok, err := read(s, key); ok || err != nil {
				known = true
				return err
			}
		}
		for _, read := range []func(*scanner, string) (bool, error){item.member, sku.member} {
			if ok, err := read(s, key); ok || err != nil {
				return err
			}
		}
		return s.skip()
	})
	if err != nil {
		return err
	}
	switch {
	case item.kind != "" && item.region != "":
		r.azure.any = true
		return r.azure.take(item)
	case sku.description != "" && sku.regions != nil:
		r.gcp.any = true
		return r.gcp.take(sku)
	case !known:
		return errStrange
	case len(of.prices) > 0 || len(of.left) > 0 || of.products:
		r.done = append(r.done, of.list("AWS price list", of.asOf))
	}
	return nil
}

// inner reads a product with its offers, as a string of the query API's answer or as it is.
func (l *awsList) inner(s *scanner) error {
	b, err := s.peek()
	if err != nil {
		return err
	}
	if b != '"' {
		return l.offer(s)
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	return l.offer(newScanner(strings.NewReader(text)))
}

// offer reads one product with its offers.
func (l *awsList) offer(s *scanner) error {
	return s.object(func(key string) error {
		ok, err := l.member(s, key)
		if !ok && err == nil {
			err = s.skip()
		}
		return err
	})
}

// member reads a member of a product with its offers; ok is false for one that says nothing here.
func (l *awsList) member(s *scanner, key string) (ok bool, err error) {
	switch key {
	case "product":
		return true, l.product(s)
	case "terms":
		return true, s.object(func(kind string) error {
			reserved := kind == "Reserved"
			if kind != "OnDemand" && !reserved {
				return s.skip()
			}
			return s.object(func(code string) error {
				sku, _, _ := strings.Cut(code, ".")
				return l.term(s, sku, reserved)
			})
		})
	case "publicationDate":
		stamp, err := s.optional()
		l.asOf = max(l.asOf, day(stamp))
		return true, err
	}
	return false, nil
}
