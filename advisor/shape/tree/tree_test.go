package tree

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor/shape"
)

// The same two trees in every format: one with a split, one with two.
const (
	xgboost = `{"learner":{"attributes":{},"gradient_booster":{"model":{"gbtree_model_param":{"num_trees":"2"},"tree_info":[0,0],"trees":[
		{"base_weights":[0.1,0.2,0.3],"left_children":[1,-1,-1],"right_children":[2,-1,-1],"tree_param":{"num_nodes":"3"}},
		{"left_children":[1,3,-1,-1,-1],"right_children":[2,4,-1,-1,-1]}]},"name":"gbtree"},"learner_model_param":{"num_class":"0","num_feature":"12"}},"version":[2,0,3]}`
	dump = `[{"nodeid":0,"depth":0,"split":"f1","yes":1,"no":2,"children":[{"nodeid":1,"leaf":0.1},{"nodeid":2,"leaf":0.2}]},
		{"nodeid":0,"split":"f2","children":[{"nodeid":1,"split":"f3","children":[{"nodeid":3,"leaf":1},{"nodeid":4,"leaf":2}]},{"nodeid":2,"leaf":0.2}]}]`
	lightDump = `{"name":"tree","version":"v4","num_class":1,"max_feature_idx":11,"tree_info":[
		{"tree_index":0,"num_leaves":2,"tree_structure":{"split_index":0,"left_child":{"leaf_value":1},"right_child":{"leaf_value":2}}},
		{"tree_structure":{"left_child":{"split_index":1,"left_child":{"leaf_index":0,"leaf_value":1},"right_child":{"leaf_value":3}},"right_child":{"leaf_value":2}}}]}`
	treelite = `{"num_feature":12,"task_type":"kRegressor","trees":[{"num_nodes":3,"nodes":[{"node_id":0,"split_feature_id":1,"left_child":1,"right_child":2},{"node_id":1,"leaf_value":1},{"node_id":2,"leaf_value":2}]},
		{"nodes":[{"node_id":0,"left_child":1,"right_child":2},{"node_id":1,"left_child":3,"right_child":4},{"node_id":2,"leaf_value":2},{"node_id":3,"leaf_value":2},{"node_id":4,"leaf_value":2}]}]}`
	light = "tree\nversion=v4\nnum_class=1\nmax_feature_idx=11\nfeature_names=a b\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=1\nleft_child=-1\nright_child=-2\nleaf_value=1 2\n\n" +
		"Tree=1\nnum_leaves=3\nleft_child=1 -1\nright_child=-2 -3\n\nend of trees\n"
)

func TestFormats(t *testing.T) {
	for _, test := range []struct {
		name, text        string
		read              func(io.Reader, string, string) (*shape.Model, error)
		features, outputs int
	}{
		{"XGBoost's model", xgboost, ReadJSON, 12, 0}, {"XGBoost's dump", dump, ReadJSON, 0, 0}, {"LightGBM's dump", lightDump, ReadJSON, 12, 1},
		{"treelite's dump", treelite, ReadJSON, 12, 0}, {"LightGBM's text", light, ReadLightGBM, 12, 1},
	} {
		m, err := test.read(strings.NewReader(test.text), "m", "mine")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		want := shape.Trees{Trees: 2, Features: test.features, Outputs: test.outputs, Depth: 1.25, MaxDepth: 2, Leaves: 5, Nodes: 8}
		if m.Kind != "tree" || *m.Trees != want {
			t.Errorf("%s: %+v, want %+v", test.name, *m.Trees, want)
		}
		c, err := m.At(shape.Request{})
		if err != nil || c.MACs() != 2.5*300 {
			t.Errorf("%s: %g, %v", test.name, c.MACs(), err)
		}
	}
}

func TestOneLeaf(t *testing.T) {
	for _, text := range []string{`[{"nodeid":0,"leaf":1}]`, `{"tree_info":[{"tree_structure":{"leaf_value":3}}]}`, `{"trees":[{"nodes":[{"node_id":0,"leaf_value":1}]}]}`} {
		m, err := ReadJSON(strings.NewReader(text), "m", "mine")
		if err != nil || m.Trees.Trees != 1 || m.Trees.Leaves != 1 || m.Trees.Depth != 0 {
			t.Errorf("%s: %+v, %v", text, m, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":            "ends before the model does",
		`{}`:          "JSON without trees; expected XGBoost's save_model",
		`"tree"`:      "JSON, but not an object",
		xgboost[:300]: "ends before the model does",
		`{"trees":[{"nodes":[{"node_id":0,"left_child":0,"right_child":0}]}]}`:                              "a node follows one that there is not",
		`{"trees":[{"nodes":[{"node_id":7}]}]}`:                                                             "trees are damaged",
		`{"learner":{"gradient_booster":{"model":{"trees":[{"left_children":[5],"right_children":[6]}]}}}}`: "a node follows one that there is not",
		`{"x":` + strings.Repeat("[", 1000):                                                                 "nested more than 256 deep",
		`[` + strings.Repeat(`{"children":[`, 1000):                                                         "nested more than 256 deep",
		`{"trees" 1}`: "invalid JSON at byte 9",
	} {
		_, err := ReadJSON(strings.NewReader(text), "m.json", "mine")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "m.json: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"tree\nversion=v4\n":                                      "m.txt: it ends before",
		"tree\nleft_child=1 x\n":                                  `m.txt:2: left_child: "x" is not a whole number`,
		"tree\nleft_child=0\nright_child=0\n":                     "m.txt:3: right_child: the trees are damaged",
		"tree\nleft_child=0 1 2\nright_child=0\n":                 "the trees are damaged",
		"tree\nmax_feature_idx=many\n":                            "m.txt:2: max_feature_idx",
		"tree\nnum_leaves=1\n\nTree=1\nleft_child=-1 -2\n":        "ends before",
		"tree\nnum_leaves=1\n" + strings.Repeat("a", mostLine+10): "longer than 64 MiB",
	} {
		_, err := ReadLightGBM(strings.NewReader(text), "m.txt", "mine")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
	gone := errors.New("the disk is gone")
	for _, read := range []func(io.Reader, string, string) (*shape.Model, error){ReadJSON, ReadLightGBM} {
		if _, err := read(io.MultiReader(strings.NewReader("{"), failing{gone}), "m", "m"); !errors.Is(err, gone) {
			t.Errorf("%v", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzRead: whatever the text, an ensemble whose figures are finite, or an error of one line.
func FuzzRead(f *testing.F) {
	for _, text := range []string{xgboost, dump, lightDump, treelite, light} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func(io.Reader, string, string) (*shape.Model, error){ReadJSON, ReadLightGBM} {
			m, err := read(strings.NewReader(text), "m", "mine")
			if err != nil {
				continue
			}
			c, err := m.At(shape.Request{})
			if v := c.MACs(); err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || m.Params < 0 {
				t.Fatalf("%+v, %g, %v", m.Trees, v, err)
			}
		}
	})
}

// TestDumpsOfXGBoost: a text of one line a node has the trees, leaves and features that it shows.
func TestDumpsOfXGBoost(t *testing.T) {
	const text = "booster[0]:\n0:[f2<2.45] yes=1,no=2,missing=1\n\t1:leaf=0.4\n\t2:[f29<1.75] yes=3,no=4,missing=3\n\t\t3:leaf=-0.2\n\t\t4:leaf=0.1\n" +
		"booster[1]:\n0:[f0<5] yes=1,no=2,missing=1\n\t1:leaf=0.2\n\t2:leaf=-0.2\n"
	m, err := ReadDump(strings.NewReader(text), "dump.txt", "dump")
	if err != nil {
		t.Fatal(err)
	}
	if m.Trees.Trees != 2 || m.Trees.Features != 30 {
		t.Errorf("%+v, want 2 trees over 30 features", m.Trees)
	}
	for _, damaged := range []string{"", "booster[0]:\n", "booster[0]:\n0:[f2<1] yes=1,no=2\n\t1:leaf=1\n", "booster[0]:\n0:leaf=1\nbooster[1]:\nx\n"} {
		if _, err := ReadDump(strings.NewReader(damaged), "dump.txt", "dump"); err == nil {
			t.Errorf("%q is taken for trees", damaged)
		}
	}
}
