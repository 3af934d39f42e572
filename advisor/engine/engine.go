package engine

// Engine is a serving engine that --engine takes, with the defaults of the versions that
// Title names.
type Engine struct {
	Known
	Steps     string // the engine whose measured step times apply: its own name, or that of the engine it wraps
	Title     string
	Since     string    `zero:"which version its defaults came with is not known"`
	Read      string    `zero:"it has no version"` // the newest version for which its defaults were read
	Earlier   []Earlier `zero:"how its defaults changed is not known"`
	Vendors   []string  // of the accelerators that it runs on as released
	Memory    Reserve
	Batching  []Batching // the first row that a device meets applies
	Admission Admission
	Cache     CachePrecision
	Shrinks   []string // vendors of the accelerators on which it keeps the KV cache in 8 bit where it is told to
	Prefixes  Prefixes
	Whole     float64  `zero:"prompts are read in parts"`           // longest context of models whose prompts are read whole in one step, however long
	Context   float64  `zero:"the model's own"`                     // tokens of a request that it allows unless set higher
	Divides   bool     `zero:"the longest sequence is a request's"` // that setting is for all sequences together, and is divided among them
	Longest   bool     `zero:"it serves what fits"`                 // it starts only where the cache holds a request of the longest context that was set
	Together  bool     `zero:"each has its own"`                    // its limits of a step are for all data-parallel groups together
	Lacks     []string `zero:"none"`                                // precisions that it has for neither weights nor KV cache
	Serves    string   `zero:"as published"`                        // the precision that it chooses where none is stated
	Unpacks   Unpacks
	Arguments Arguments
	Metrics   string // the Prometheus profile that reads its metrics
	Source    string // of the defaults
	Date      string // when the source was read, YYYY-MM
}

// Known is what must be known about an engine to learn from measurements of it.
type Known struct {
	Name        string
	Spellings   []string // words that identify it in a source's name: lower-case letters and digits
	Parallelism Parallelism
	Weights     Weights
}

// Batching are the limits of one step of continuous batching.
type Batching struct {
	FromGiB       float64  `zero:"any device"` // memory visible to software, at least
	Except        []string `zero:"no device"`  // words of the names of devices that it does not apply to, in small letters
	PrefillTokens float64  // most prompt tokens of one step, which the engine sizes its activations for
	Requests      int      // most sequences that decode at once
}

// Earlier holds the defaults of older versions, the newest first; a zero field is as in the newer ones.
type Earlier struct {
	Since    string // the first version that has them
	Title    string
	Memory   Reserve    `zero:"as later"`
	Batching []Batching `zero:"as later"`
	Prefixes Prefixes   `zero:"as later"`
	Whole    float64    `zero:"as later"`
	Context  float64    `zero:"as later"`
	Source   string
}

// Admission says when the scheduler admits a waiting request.
type Admission int

// The admission policies.
const (
	EvictsWhenFull Admission = iota + 1 // when its prompt fits; it may be preempted when the KV cache fills
	ReservesOutput                      // when prompt and whole output fit
	ExpectsOutput                       // when its prompt fits beside what the answers in progress are expected to need still, so that preemption is rare
)

// CachePrecision says in which precision the KV cache is kept by default.
type CachePrecision int

// The defaults of the KV cache.
const (
	CacheOfActivations CachePrecision = iota + 1 // that of the activations, 16 bit
	CacheOfCheckpoint                            // 8 bit with a quantized checkpoint
)

// Prefixes says whether an engine caches prompt prefixes for other requests by default.
type Prefixes int

// The defaults of the prefix cache.
const (
	KeepsPrefixes Prefixes = iota + 1
	DropsPrefixes
)

// Unpacks says from which generation of NVIDIA's parts on an engine serves weights in a precision that the
// part does not compute in: it stores them so, and unpacks them to 16 bit at each step.
type Unpacks struct{ FP8, FP4 Generation }

// Generation is a generation of NVIDIA's parts, by the precisions it computes in.
type Generation int

// The generations.
const (
	Never  Generation = iota + 1 // none of them
	Turing                       // int8 matrices
	Ampere                       // bf16 matrices
)

// Parallelism says how an engine spreads a model over several accelerators by default.
type Parallelism int

// The kinds of parallelism.
const (
	SplitsTensors Parallelism = iota + 1 // every layer over all of them: tensor parallelism
	SplitsLayers                         // whole layers one after the other: more memory, no more speed
)

// Weights says where an engine can keep weights.
type Weights int

// The places of weights.
const (
	WeightsOnDevice Weights = iota + 1
	WeightsOnHost           // some layers may stay in the host's memory
)

// Arguments are the names of the command-line arguments for the settings of a deployment.
type Arguments struct {
	TensorParallel string
	Requests       string // most sequences at once
	PrefillTokens  string // most tokens of a step
	MemoryShare    string
	MaxContext     string
}

// Reserve is how an engine divides the memory of a device, all in GiB on each accelerator.
type Reserve interface {
	// Keep returns the memory that the engine leaves unused beyond weights and activations, and the
	// activations as far as they do not fit within that.
	Keep(device, weights, activations float64, gpus int) (reserve, more float64)
}

// ShareOfDevice gives a share of the device to weights, activations and KV cache.
type ShareOfDevice struct {
	Share      float64
	ContextGiB float64 // of the driver's context, libraries and communication buffers
}

// Keep implements Reserve.
func (r ShareOfDevice) Keep(device, _, activations float64, _ int) (reserve, more float64) {
	return (1-r.Share)*device + r.ContextGiB, activations
}

// ShareOfFree gives the KV cache a share of the memory that weights and activations leave.
type ShareOfFree struct {
	Share      float64
	ContextGiB float64 // as in ShareOfDevice
}

// Keep implements Reserve.
func (r ShareOfFree) Keep(device, weights, activations float64, _ int) (reserve, more float64) {
	free := device - r.ContextGiB - weights - activations
	return r.ContextGiB + (1-r.Share)*max(0, free), activations
}

// Fixed keeps a fixed amount free, for activations too; the first row that a device matches applies.
type Fixed []FixedGiB

// FixedGiB is a row of Fixed.
type FixedGiB struct {
	FromGiB float64 `zero:"any device"`
	GiB     float64
	PerGPU  float64 `zero:"the same for any number"` // GiB more for each accelerator of a replica
}

// Keep implements Reserve.
func (r Fixed) Keep(device, _, activations float64, gpus int) (reserve, more float64) {
	for _, row := range r {
		if device >= row.FromGiB {
			kept := row.GiB + row.PerGPU*float64(gpus)
			inside := min(activations, kept)
			return kept - inside, inside
		}
	}
	return 0, activations
}

// ByGPUs gives weights and KV cache a share of the device that depends on the number of accelerators of a
// replica; the first row whose number is reached applies.
type ByGPUs []struct {
	From  int
	Share float64
}

// Keep implements Reserve.
func (r ByGPUs) Keep(device, weights, activations float64, gpus int) (reserve, more float64) {
	for _, row := range r {
		if gpus >= row.From {
			return shareInside{row.Share}.Keep(device, weights, activations, gpus)
		}
	}
	return 0, activations
}

// WithShare returns how an engine divides memory when it is configured to use a share of it: of the device,
// or of what weights leave, as the engine defines it (SGLang's counts weights and cache).
func WithShare(r Reserve, share float64) Reserve {
	switch r := r.(type) {
	case ShareOfFree:
		r.Share = share
		return r
	case ShareOfDevice:
		r.Share = share
		return r
	}
	return shareInside{share}
}

// Share returns the share of memory that an engine's rule for it has; 0 where that is no one number.
func Share(r Reserve) float64 {
	switch r := r.(type) {
	case ShareOfFree:
		return r.Share
	case ShareOfDevice:
		return r.Share
	}
	return 0
}

// shareInside gives a share of the device to weights and KV cache, and the rest to activations.
type shareInside struct{ share float64 }

// Keep implements Reserve.
func (r shareInside) Keep(device, _, activations float64, _ int) (reserve, more float64) {
	kept := (1 - r.share) * device
	inside := min(activations, kept)
	return kept - inside, inside
}
