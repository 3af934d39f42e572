package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "scaleadvise"

// root is the repository's.
const root = "../.."

// house draws the floors, the highest number on top, each as a row of packages. A package may
// import those on lower floors, and of its own floor those to its right. advisor/README.md is
// the same drawing for readers.
var house = []struct {
	floor int
	row   string
}{
	{9, "cmd/scaleadvise cmd/schemagen cmd/accuracy cmd/benchmark cmd/fit cmd/dist cmd/screenshot cmd/testsum"},
	{8, "cmd/scaleadvise/page cmd/scaleadvise/mcp cmd/scaleadvise/topics cmd/scaleadvise/connection cmd/scaleadvise/completion cmd/scaleadvise/disk cmd/scaleadvise/revision cmd/scaleadvise/renderer cmd/scaleadvise/collector cmd/scaleadvise/channel cmd/scaleadvise/console"},
	{8, "rules advisor/quiz advisor/inquiry advisor/whatif advisor/explain"},
	{7, "advisor advisor/listing"},
	{6, "advisor/report advisor/gate advisor/validation advisor/rule advisor/comparison advisor/export"},
	{5, "advisor/fact advisor/intake advisor/advice"},
	{4, "advisor/search advisor/choice advisor/fleet advisor/simulate advisor/plan advisor/prom"},
	{3, "advisor/serve advisor/offer"},
	{3, "advisor/service advisor/forward advisor/llm/step advisor/llm/open advisor/llm/hub advisor/llm/sight advisor/llm advisor/candidate"},
	{2, "advisor/pricelist advisor/example advisor/workload advisor/autoscale advisor/purchase advisor/catalog advisor/forecast advisor/queue"},
	{1, "advisor/loadtest advisor/trace advisor/shape/artifact advisor/shape/onnx advisor/shape/tree advisor/shape/architecture advisor/shape advisor/bounded"},
	{1, "advisor/launch advisor/engine advisor/kriging advisor/memo advisor/pattern advisor/fanout advisor/unit advisor/stat advisor/origin advisor/derivation"},
}

// place is where a package stands: its floor, and how far to the right on it.
type place struct{ floor, position int }

// places are those of all packages.
func places() map[string]place {
	all := map[string]place{}
	position := 0
	for _, level := range house {
		for _, name := range strings.Fields(level.row) {
			position++ // rows of one floor continue each other
			all[name] = place{level.floor, position}
		}
	}
	return all
}

// mayImport reports whether a package here may import one there.
func (p place) mayImport(there place) bool {
	return there.floor < p.floor || there.floor == p.floor && there.position > p.position
}

// pkg is what go list says of a package.
type pkg struct {
	ImportPath, Dir string
	Name            string
	Imports         []string
	GoFiles         []string
}

func (p pkg) folder() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func packages(t *testing.T) []pkg {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Dir,Name,Imports,GoFiles", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p pkg
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	return all
}

// TestFloors checks production code; tests may look up, to see the whole house from below.
func TestFloors(t *testing.T) {
	all, unseen := places(), places()
	for _, p := range packages(t) {
		here, ok := all[p.folder()]
		if !ok {
			t.Errorf("%s stands on no floor: draw it", p.folder())
			continue
		}
		delete(unseen, p.folder())
		for _, to := range p.Imports {
			name, ours := strings.CutPrefix(to, module+"/")
			if there := all[name]; ours && !here.mayImport(there) {
				t.Errorf("%s (floor %d) imports %s (floor %d), which is not below or to its right", p.folder(), here.floor, name, there.floor)
			}
		}
	}
	for name := range unseen {
		t.Errorf("%s is drawn and does not exist", name)
	}
}

func TestMayImport(t *testing.T) {
	for _, tt := range []struct {
		from, to place
		want     bool
	}{
		{place{3, 5}, place{2, 1}, true}, {place{3, 5}, place{4, 9}, false}, {place{3, 5}, place{3, 6}, true}, {place{3, 5}, place{3, 4}, false}, {place{3, 5}, place{3, 5}, false},
	} {
		if got := tt.from.mayImport(tt.to); got != tt.want {
			t.Errorf("%v may import %v: %v", tt.from, tt.to, got)
		}
	}
}

func TestNamesAreNouns(t *testing.T) {
	vague := []string{"util", "utils", "common", "helper", "helpers", "base", "types", "manager", "misc", "shared", "lib", "core"}
	for _, p := range packages(t) {
		if slices.Contains(vague, path.Base(p.folder())) {
			t.Errorf("%s: the name says nothing about what lives there", p.folder())
		}
		for _, name := range p.GoFiles {
			if slices.Contains(vague, strings.TrimSuffix(name, ".go")) {
				t.Errorf("%s/%s: the name says nothing about what lives there", p.folder(), name)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		f := parse(t, filepath.Join(p.Dir, "doc.go"))
		if f != nil && len(strings.Fields(f.Doc.Text())) < 15 {
			t.Errorf("%s/doc.go: say what it is, what comes in, what goes out", p.folder())
		}
	}
}

// pureOfCommand are the rooms of the command that need nothing of the machine either.
var pureOfCommand = []string{"cmd/scaleadvise/topics", "cmd/scaleadvise/completion"}

// forTests is the package that only tests import; it knows the flags that they run with.
const forTests = "advisor/example"

// TestPure keeps clock, environment, files and random numbers out of everything below cmd, and
// out of what in cmd only writes texts: they are fields.
func TestPure(t *testing.T) {
	impure := []string{"os", "os/exec", "os/signal", "flag", "log", "log/slog", "net", "net/http", "math/rand", "syscall"}
	calls := []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After"}
	for _, p := range packages(t) {
		if strings.HasPrefix(p.folder(), "cmd/") && !slices.Contains(pureOfCommand, p.folder()) || p.folder() == forTests {
			continue
		}
		for _, to := range p.Imports {
			if to == module+"/"+forTests {
				t.Errorf("%s imports %s, which is for tests", p.folder(), to)
			}
			if slices.Contains(impure, to) {
				t.Errorf("%s imports %s: pass in what it gives", p.folder(), to)
			}
		}
		for _, name := range p.GoFiles {
			for _, call := range selectors(parse(t, filepath.Join(p.Dir, name))) {
				if slices.Contains(calls, call) || isGlobalRandom(call) {
					t.Errorf("%s/%s uses %s: pass in what it gives", p.folder(), name, call)
				}
			}
		}
	}
}

// isGlobalRandom reports whether a call draws from the random source that all share.
func isGlobalRandom(call string) bool {
	name, ok := strings.CutPrefix(call, "rand.")
	return ok && !strings.HasPrefix(name, "New") && !slices.Contains([]string{"Rand", "Source", "PCG", "ChaCha8", "Zipf"}, name)
}

// selectors lists what a file takes from the packages and variables it names.
func selectors(f *ast.File) []string {
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				all = append(all, x.Name+"."+s.Sel.Name)
			}
		}
		return true
	})
	return all
}

// TestBoundedReading keeps everything that comes from outside behind package bounded. A reader
// of text that is in memory or ships with the program has no end to look for.
func TestBoundedReading(t *testing.T) {
	raw := []string{
		"io.ReadAll", "io.LimitReader", "io.LimitedReader", "bufio.NewReader", "bufio.NewReaderSize", "bufio.NewScanner", "gzip.NewReader",
		"csv.NewReader", "json.NewDecoder", "os.ReadFile", "http.MaxBytesReader", "http.Get", "http.Post",
	}
	allowed := map[string][]string{
		"advisor/bounded/reader.go":            {"io.ReadAll", "bufio.NewReaderSize", "gzip.NewReader"},
		"advisor/catalog/forward.go":           {"io.ReadAll", "gzip.NewReader"},         // ships with the program
		"advisor/catalog/llm_measurement.go":   {"io.ReadAll", "gzip.NewReader"},         // ships with the program
		"advisor/forward/siblings.go":          {"io.ReadAll", "gzip.NewReader"},         // ships with the program
		"advisor/catalog/embed.go":             {"io.ReadAll", "gzip.NewReader"},         // ships with the program
		"advisor/catalog/family.go":            {"csv.NewReader"},                        // ships with the program
		"advisor/catalog/label.go":             {"csv.NewReader"},                        // ships with the program
		"advisor/catalog/table.go":             {"csv.NewReader"},                        // over bounded, or ships with the program
		"advisor/llm/hub/config.go":            {"json.NewDecoder"},                      // of text read by bounded
		"advisor/prom/decode.go":               {"json.NewDecoder"},                      // over bounded
		"advisor/gate/baseline.go":             {"json.NewDecoder"},                      // over bounded
		"advisor/simulate/trace.go":            {"csv.NewReader"},                        // over bounded
		"advisor/shape/architecture/config.go": {"json.NewDecoder"},                      // of text read by bounded
		"advisor/shape/tree/json.go":           {"json.NewDecoder"},                      // over bounded
		"advisor/shape/tree/dump.go":           {"bufio.NewScanner"},                     // over bounded
		"advisor/shape/tree/lightgbm.go":       {"bufio.NewScanner"},                     // over bounded
		"advisor/shape/onnx/stream.go":         {"bufio.NewReaderSize"},                  // bounds what it keeps, passes over the rest
		"advisor/trace/plain.go":               {"bufio.NewReaderSize", "csv.NewReader"}, // over bounded
		"advisor/trace/document.go":            {"json.NewDecoder"},                      // over bounded
		"advisor/trace/summary.go":             {"csv.NewReader"},                        // over bounded
		"advisor/loadtest/tables.go":           {"csv.NewReader"},                        // over bounded
		"advisor/loadtest/text.go":             {"bufio.NewScanner"},                     // over bounded
		"advisor/pricelist/aws_csv.go":         {"csv.NewReader"},                        // over bounded
		"advisor/loadtest/read.go":             {"json.NewDecoder"},                      // over bounded
		"advisor/workload/sheet.go":            {"csv.NewReader"},                        // over bounded
	}
	for _, p := range packages(t) {
		if strings.HasPrefix(p.folder(), "cmd/") && !strings.HasPrefix(p.folder(), "cmd/scaleadvise") {
			continue // what the build runs on its own files
		}
		for _, name := range p.GoFiles {
			file := p.folder() + "/" + name
			for _, call := range selectors(parse(t, filepath.Join(p.Dir, name))) {
				if slices.Contains(raw, call) && !slices.Contains(allowed[file], call) {
					t.Errorf("%s uses %s: read through package bounded", file, call)
				}
			}
		}
	}
}

func TestNoInit(t *testing.T) {
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			for _, d := range parse(t, filepath.Join(p.Dir, name)).Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s/%s: an init function; make what it makes where it is needed", p.folder(), name)
				}
			}
		}
	}
}

// The limits of size, in lines.
const (
	medianFunction = 10
	p90Function    = 35
	longestFunc    = 80
	longestSource  = 400
)

func TestSizes(t *testing.T) {
	var lengths []int
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			lengths = append(lengths, functionLengths(t, p, name)...)
		}
	}
	slices.Sort(lengths)
	if n := lengths[len(lengths)/2]; n > medianFunction {
		t.Errorf("the median function has %d lines, more than %d", n, medianFunction)
	}
	if n := lengths[len(lengths)*9/10]; n > p90Function {
		t.Errorf("one function in ten has more than %d lines, the limit is %d", n, p90Function)
	}
	t.Logf("%d functions, median %d lines, p90 %d", len(lengths), lengths[len(lengths)/2], lengths[len(lengths)*9/10])
}

// The limits of the command itself: it decodes, makes one call and writes one report.
const (
	mostCommandLines = 4900
	mostMethods      = 30
)

// TestCommandIsThin keeps work out of cmd/scaleadvise, and objects that do everything.
func TestCommandIsThin(t *testing.T) {
	for _, p := range packages(t) {
		if p.folder() != "cmd/scaleadvise" {
			continue
		}
		lines, methods := 0, map[string]int{}
		for _, name := range p.GoFiles {
			f := parse(t, filepath.Join(p.Dir, name))
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			lines += strings.Count(string(text), "\n")
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
					of := fn.Recv.List[0].Type
					if star, ok := of.(*ast.StarExpr); ok {
						of = star.X
					}
					methods[fmt.Sprint(of)]++
				}
			}
		}
		if lines > mostCommandLines {
			t.Errorf("cmd/scaleadvise has %d lines, more than %d: move what is not decoding to its floor", lines, mostCommandLines)
		}
		for of, n := range methods {
			if n > mostMethods {
				t.Errorf("%s has %d methods, more than %d: a function takes what it needs", of, n, mostMethods)
			}
		}
		if lines == 0 || methods["call"] == 0 {
			t.Errorf("%d lines, methods %v: nothing was counted", lines, methods)
		}
	}
}

// mostOfAValue is how many methods a type of the heart may have: what is offered, served and
// searched are values, and what is done with them are functions.
const mostOfAValue = 20

func TestHeartHasNoSuitcase(t *testing.T) {
	heart := []string{"advisor/offer", "advisor/serve", "advisor/search", "advisor/choice", "advisor/memo"}
	counted := 0
	for _, p := range packages(t) {
		if !slices.Contains(heart, p.folder()) {
			continue
		}
		methods := map[string]int{}
		for _, name := range p.GoFiles {
			for _, d := range parse(t, filepath.Join(p.Dir, name)).Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
					of := fn.Recv.List[0].Type
					if star, ok := of.(*ast.StarExpr); ok {
						of = star.X
					}
					methods[fmt.Sprint(of)]++
					counted++
				}
			}
		}
		for of, n := range methods {
			if n > mostOfAValue {
				t.Errorf("%s: %s has %d methods, more than %d: make them functions of what they need", p.folder(), of, n, mostOfAValue)
			}
		}
	}
	if counted < 20 {
		t.Errorf("%d methods were counted: the rooms have other names", counted)
	}
}

func functionLengths(t *testing.T, p pkg, name string) []int {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if n := files.File(f.Pos()).LineCount(); n > longestSource {
		t.Errorf("%s/%s has %d lines, more than %d", p.folder(), name, n, longestSource)
	}
	var lengths []int
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := files.Position(fn.End()).Line - files.Position(fn.Pos()).Line + 1
		if n > longestFunc {
			t.Errorf("%s/%s: %s has %d lines, more than %d", p.folder(), name, fn.Name.Name, n, longestFunc)
		}
		lengths = append(lengths, n)
	}
	return lengths
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Error(err)
		return nil
	}
	return f
}

// TestTop keeps the top of the repository to what belongs there.
func TestTop(t *testing.T) {
	want := []string{"LICENSE", "Makefile", "README.md", "advisor", "cmd", "go.mod", "go.sum", "rules", "testdata"}
	list := exec.Command("git", "ls-files")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	for file := range strings.Lines(string(out)) {
		top, _, _ := strings.Cut(strings.TrimSpace(file), "/")
		if !strings.HasPrefix(top, ".") && !slices.Contains(want, top) {
			t.Errorf("%s does not belong at the top", top)
		}
	}
}
