package onnx

import "scaleadvise/advisor/shape"

// treeEnsemble counts the trees of ONNX-ML: each node names its tree, its kind and what
// follows.
func treeEnsemble(c *call) error {
	ids, kids := c.list("nodes_treeids"), [2][]int64{c.list("nodes_truenodeids"), c.list("nodes_falsenodeids")}
	nodes := c.list("nodes_nodeids")
	if len(ids) == 0 || len(ids) != len(nodes) || len(ids) != len(kids[0]) || len(ids) != len(kids[1]) {
		c.notUnderstood()
		return nil
	}
	if c.trees == nil {
		c.trees = &shape.Trees{}
	}
	leaves := leavesOf(ids, nodes, kids)
	c.trees.Add(leaves, float64(len(ids)))
	for _, feature := range c.list("nodes_featureids") {
		c.trees.Features = max(c.trees.Features, int(min(feature, mostNodes))+1)
	}
	x := c.shaped(0)
	if x == nil {
		return c.lost()
	}
	c.trees.Features = max(c.trees.Features, int(min(x.dim(1), mostNodes)))
	v := value{dims: []int64{int64(x.dim(0)), max(1, int64(c.whole("n_targets", 1)))}, known: true, elem: float32Type}
	c.output(1, v)
	return c.view(v)
}

// leavesOf are the depths of the leaves of each tree. A node that follows itself, or that
// there is not, ends a path.
func leavesOf(ids, nodes []int64, kids [2][]int64) map[int64][]int {
	type key struct{ tree, node int64 }
	place := make(map[key]int, len(ids))
	for i := range ids {
		place[key{ids[i], nodes[i]}] = i
	}
	child := make([]bool, len(ids))
	follow := func(i, side int) (int, bool) {
		at, ok := place[key{ids[i], kids[side][i]}]
		return at, ok && at != i && kids[0][i] != kids[1][i]
	}
	for i := range ids {
		for side := range 2 {
			if at, ok := follow(i, side); ok {
				child[at] = true
			}
		}
	}
	depth, seen := map[int64][]int{}, make([]bool, len(ids))
	type step struct{ at, depth int }
	for i := range ids {
		if child[i] {
			continue
		}
		for stack := []step{{i, 0}}; len(stack) > 0; {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[top.at] {
				continue
			}
			seen[top.at] = true
			inner := false
			for side := range 2 {
				if at, ok := follow(top.at, side); ok {
					inner = true
					stack = append(stack, step{at, top.depth + 1})
				}
			}
			if !inner {
				depth[ids[top.at]] = append(depth[ids[top.at]], top.depth)
			}
		}
	}
	return depth
}
