package shape

// Class is a class of operations: those of one class are limited by the same part of the hardware.
type Class int

const (
	Convolution Class = iota // dense convolutions
	Depthwise                // depthwise and grouped convolutions: little work per byte
	Linear                   // products with a matrix of weights
	Attention                // products of activations with each other
	Recurrent                // steps that each depend on the one before
	Elementwise              // activation functions, additions, normalization, softmax
	Pooling                  // pooling and other reductions
	Movement                 // transposes, concatenations, resizing: no arithmetic
	Lookup                   // rows of tables and nodes of trees
	Unknown                  // operators of unknown kind
	Classes                  // number of classes
)

func (c Class) String() string {
	return [...]string{"convolution", "depthwise convolution", "linear", "attention", "recurrent", "elementwise", "pooling",
		"movement", "lookup", "unknown", "class"}[min(max(c, 0), Classes)]
}

// Work is what one class of operations does in a pass over one input.
type Work struct {
	MACs     float64 // multiply-adds
	Elements float64 // that its operations output
	Kernels  int     // operations that a runtime starts one by one
}

// Pass is one run of a network, or of a part of it, over one input.
type Pass struct {
	Name   string  // "model", "encoder", "decoder step", "denoiser"
	Times  float64 // number of times that one request makes it
	Input  string  // "384 tokens", "224x224", "30 s of audio"
	Params float64 // parameters that it reads
	Hidden int     // width of its layers, 0 where they differ
	Work   [Classes]Work
}

// MACs returns the multiply-adds of one pass.
func (p *Pass) MACs() float64 {
	sum := 0.0
	for _, w := range p.Work {
		sum += w.MACs
	}
	return sum
}

// Activations returns the elements that convolutions, linear layers and the products of
// attention output in one pass: the count that goes by that name (fvcore, timm), the best
// single proxy of memory traffic.
func (p *Pass) Activations() float64 {
	return p.Work[Convolution].Elements + p.Work[Depthwise].Elements + p.Work[Linear].Elements + p.Work[Attention].Elements
}

// Elements returns the elements that all operations of one pass output.
func (p *Pass) Elements() float64 {
	sum := 0.0
	for _, w := range p.Work {
		sum += w.Elements
	}
	return sum
}

// Kernels returns the operations of one pass that a runtime starts one by one, before it fuses
// any.
func (p *Pass) Kernels() int {
	n := 0
	for _, w := range p.Work {
		n += w.Kernels
	}
	return n
}

// Fused returns the fewest operations that one pass is known to start: additions, activation
// functions and the like join the operation before them where a runtime compiles.
func (p *Pass) Fused() int {
	n := 0
	for _, c := range []Class{Convolution, Depthwise, Linear, Attention, Recurrent} {
		n += p.Work[c].Kernels
	}
	return n
}

// Model is a model that was described, not run. A zero means unknown.
type Model struct {
	Name      string
	Kind      string  // as the catalog calls it: encoder, vision, speech, diffusion, tree, recommender
	Subkind   string  // embedding, reranker, detection, transformer...; what the kind alone does not tell
	Params    float64 // all parameters, whichever pass reads them
	Precision string  // of the stored weights: fp32, fp16, bf16, int8
	Source    string  // the file, or the flags
	Notes     []string

	Uses  []Dimension // dimensions of a request that change the cost
	Usual Request     // the value taken for a dimension that the request omits

	Operators    int      // operators of the graph, 0 where there is none
	Unknown      int      // operators that are not understood: predictions are to be widened
	UnknownNames []string // sorted, each once
	Trees        *Trees   // nil for all but ensembles of trees
	Walk         func(Request) ([]Pass, error)
}

// Trees is an ensemble of decision trees.
type Trees struct {
	Trees, Features, Outputs int
	Depth                    float64 // mean number of comparisons for a row in one tree
	MaxDepth                 int
	Leaves, Nodes            float64 // of all trees
}

// Cost is what one request takes.
type Cost struct {
	Request Request // the request with its omissions filled in
	Passes  []Pass
}

// MACs returns the multiply-adds of all passes of the request.
func (c Cost) MACs() float64 { return c.sum((*Pass).MACs) }

// Activations returns the sum of those of its passes.
func (c Cost) Activations() float64 { return c.sum((*Pass).Activations) }

func (c Cost) sum(of func(*Pass) float64) float64 {
	sum := 0.0
	for i := range c.Passes {
		sum += c.Passes[i].Times * of(&c.Passes[i])
	}
	return sum
}

// Peak returns the most elements that the layers of one pass output, which determines the memory of
// activations.
func (c Cost) Peak() float64 {
	most := 0.0
	for i := range c.Passes {
		most = max(most, c.Passes[i].Elements())
	}
	return most
}

// At returns the cost of a request. Dimensions that it leaves out are the usual ones.
func (m *Model) At(r Request) (Cost, error) {
	if err := m.accepts(r); err != nil {
		return Cost{}, err
	}
	r = r.or(m.Usual)
	passes, err := m.Walk(r)
	return Cost{Request: r, Passes: passes}, err
}
