package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func schemaFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "schema", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSARIFIsValid(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaFile(t, "sarif-2.1.0.json")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range checkSamples() {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(renderCheck(t, "sarif", s.check, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
	value, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{"version": "2.1.0", "runs": [{"results": []}]}`))
	if schema.Validate(value) == nil {
		t.Error("the schema accepts a run without a tool: it is not the one that is meant")
	}
}

func TestJUnitIsValid(t *testing.T) {
	x := readXSD(t, schemaFile(t, "junit-4.xsd"))
	for _, s := range checkSamples() {
		if faults := x.validate(t, renderCheck(t, "junit", s.check, Options{})); len(faults) > 0 {
			t.Errorf("%s: %s", s.name, strings.Join(faults, "\n"))
		}
	}
	for _, wrong := range []string{
		`<testsuites><testcase name="x"/></testsuites>`, `<testsuites><testsuite tests="1"/></testsuites>`, `<testsuites><testsuite name="a" tests="1" more="2"/></testsuites>`,
		`<testsuites><testsuite name="a" tests="1"><testcase name="x"><failure/><error/></testcase></testsuite></testsuites>`,
	} {
		if len(x.validate(t, wrong)) == 0 {
			t.Errorf("accepted: %s", wrong)
		}
	}
}

// xsd is what the schema of JUnit uses of XML Schema: sequences of references, and
// attributes that are required or not.
type xsd map[string]xsdElement

type xsdElement struct {
	Name string `xml:"name,attr"`
	Type string `xml:"type,attr"`
	Body struct {
		Mixed    bool `xml:"mixed,attr"`
		Sequence []struct {
			Ref string `xml:"ref,attr"`
			Min string `xml:"minOccurs,attr"`
			Max string `xml:"maxOccurs,attr"`
		} `xml:"sequence>element"`
		Attributes []struct {
			Name string `xml:"name,attr"`
			Use  string `xml:"use,attr"`
		} `xml:"attribute"`
	} `xml:"complexType"`
}

func readXSD(t *testing.T, text []byte) xsd {
	t.Helper()
	var doc struct {
		Elements []xsdElement `xml:"element"`
	}
	if err := xml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	x := xsd{}
	for _, e := range doc.Elements {
		x[e.Name] = e
	}
	if len(x) < 8 {
		t.Fatalf("the schema declares %d elements", len(x))
	}
	return x
}

type xmlNode struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []xmlNode  `xml:",any"`
}

func (x xsd) validate(t *testing.T, text string) []string {
	t.Helper()
	var root xmlNode
	if err := xml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	return x.faults(root)
}

func (x xsd) faults(n xmlNode) (faults []string) {
	name := n.XMLName.Local
	e, ok := x[name]
	if !ok {
		return []string{"unknown element " + name}
	}
	given := map[string]bool{}
	for _, a := range n.Attrs {
		given[a.Name.Local] = true
	}
	for _, a := range e.Body.Attributes {
		if a.Use == "required" && !given[a.Name] {
			faults = append(faults, name+" lacks "+a.Name)
		}
		delete(given, a.Name)
	}
	for a := range given {
		faults = append(faults, name+" may not have "+a)
	}
	rest := n.Children
	for _, part := range e.Body.Sequence {
		found := 0
		for len(rest) > 0 && rest[0].XMLName.Local == part.Ref {
			found, rest = found+1, rest[1:]
		}
		if part.Max != "unbounded" && found > 1 || part.Min != "0" && found == 0 {
			faults = append(faults, fmt.Sprintf("%s has %d × %s", name, found, part.Ref))
		}
	}
	if len(rest) > 0 {
		faults = append(faults, name+" may not have, or not there, "+rest[0].XMLName.Local)
	}
	return slices.Concat(faults, slices.Concat(each(n.Children, x.faults)...))
}
