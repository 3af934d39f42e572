package onnx

import "scaleadvise/advisor/shape"

// mostTurns bounds the turns of a loop that are counted.
const mostTurns = 1 << 20

// control evaluates operators that hold graphs; ok is false for any other.
func (c *call) control() (ok bool, err error) {
	switch string(c.op) {
	case "If":
		return true, c.choose()
	case "Loop":
		return true, c.loop()
	case "Scan":
		return true, c.scan()
	}
	return false, nil
}

// choose takes the branch that costs more, unless the condition is known.
func (c *call) choose() error {
	condition := c.input(0)
	names := []string{"then_branch", "else_branch"}
	if condition != nil && len(condition.data) == 1 {
		names = names[:1]
		if condition.data[0] == 0 {
			names[0] = "else_branch"
		}
	}
	before := c.Layers
	var best shape.Layers
	for i, name := range names {
		c.Layers = before
		out, err := c.branch(c.attribute(name).graph, nil)
		if err != nil {
			return err
		}
		if i > 0 && c.MACs() <= best.MACs() {
			continue
		}
		best = c.Layers
		for k, v := range out {
			c.output(k, v)
		}
	}
	c.Layers = best
	if len(names) > 1 {
		c.note("of branches that the input decides, the one that costs more is counted")
	}
	return nil
}

// loop evaluates the body once and counts it as often as it is known to run.
func (c *call) loop() error {
	turns := 1.0
	if n := c.input(0); n != nil && len(n.data) == 1 && n.data[0] < mostTurns {
		turns = max(0, n.data[0])
	} else {
		c.note("how often a loop runs depends on the input: once is counted")
	}
	inputs := []*value{{known: true, elem: int64Type}, {known: true, elem: boolType}}
	for i := 2; i < len(c.in); i++ {
		inputs = append(inputs, c.input(i))
	}
	out, err := c.repeat(turns, inputs)
	carried := len(c.in) - 2
	for i := range c.out {
		if i+1 < len(out) {
			v := out[i+1] // the first says whether to go on
			if i >= carried && v.known {
				v = value{dims: append([]int64{int64(turns)}, v.dims...), known: true, elem: v.elem}
			}
			c.output(i, v)
		}
	}
	return err
}

// repeat adds the work of the body as often as it runs.
func (c *call) repeat(turns float64, inputs []*value) ([]value, error) {
	before := c.Layers
	c.Layers = shape.Layers{}
	out, err := c.branch(c.attribute("body").graph, inputs)
	body := c.Layers
	c.Layers = before
	c.Share(turns, func(l *shape.Layers) { *l = body })
	return out, err
}

// scan runs the body over the first axis of what it reads.
func (c *call) scan() error {
	reads := min(max(c.whole("num_scan_inputs", 1), 0), len(c.in))
	carried := len(c.in) - reads
	turns := 1.0
	var inputs []*value
	for i := range c.in {
		v := c.input(i)
		if i >= carried && v != nil && v.known && len(v.dims) > 0 {
			turns = min(v.dim(0), mostTurns)
			v = &value{dims: v.dims[1:], known: true, elem: v.elem}
		}
		inputs = append(inputs, v)
	}
	out, err := c.repeat(turns, inputs)
	for i, v := range out {
		if i >= carried && v.known {
			v = value{dims: append([]int64{int64(turns)}, v.dims...), known: true, elem: v.elem}
		}
		c.output(i, v)
	}
	return err
}
