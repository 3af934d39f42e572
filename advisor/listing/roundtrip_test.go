package listing_test

import (
	"bytes"
	"context"
	"testing"
	"testing/fstest"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/listing"
)

// TestCatalogRoundTrip: what a table prints as CSV, a folder of one's own reads back as it was.
func TestCatalogRoundTrip(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for _, table := range []string{"accelerators", "instances", "machines", "models", "measurements", "optimizations"} {
		dir[table+".csv"] = &fstest.MapFile{Data: printed(t, table, c)}
	}
	again, err := c.Overlay(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range dir {
		table := name[:len(name)-len(".csv")]
		if got := printed(t, table, again); !bytes.Equal(got, file.Data) {
			t.Errorf("%s: not what was printed", table)
		}
	}
	for i, a := range again.Instances(catalog.Filter{Clouds: again.Clouds()}) {
		if b := c.Instances(catalog.Filter{Clouds: c.Clouds()})[i]; a != b {
			t.Fatalf("instance %d is %+v, was %+v", i, a, b)
		}
	}
}

func printed(t *testing.T, table string, c *catalog.Catalog) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := listing.Write(&b, "csv", listing.Catalog(table, c), 100); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
