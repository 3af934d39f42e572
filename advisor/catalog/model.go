package catalog

import "cmp"

// Model is a model that serves requests. A zero means unknown.
type Model struct {
	ID, Kind, Name      string  // Kind is encoder, vision, recommender, speech, diffusion, tree, graph or llm
	ParamsB             float64 // 10^9 parameters
	ActiveParamsB       float64 // 10^9 parameters that one request touches
	Sequential          bool    // a request is many dependent steps: no line s(b) = α + β·b fits its batches
	Layers, Hidden, FFN int
	Heads, KVHeads      int
	HeadDim, Vocab      int
	MaxContext          int // tokens
	Experts             int
	ExpertsPerToken     int
	MoEFFN, KVLoraRank  int
	QKRopeDim           int
	SlidingWindow       int      // tokens that a layer of WindowLayers keeps
	WindowLayers        int      // layers that keep no more than SlidingWindow tokens; 0 with a window: all
	StateLayers         int      // layers that keep a state of fixed size instead of keys and values
	StateBytes          float64  // of one such layer, per request
	KVHeadsByLayer      []string // runs of layers, "4*5" is five with 4 heads; nil where all have KVHeads
	VHeadDim            int      // of a value, where it is not HeadDim
	SharedExperts       int      // of MoEFFN, computed for every token
	DenseLayers         int      // of a mixture: layers without experts, of FFN
	Tied                bool     // the output layer is the table of embeddings
	Released            string   // precision of the published weights, where it is not 16 bit
	KVElementsPerToken  float64  // times bytes per element = KV bytes per token, within every window
	Input               string   // what one request is
	ActivationsM        float64  // 10^6 elements that the layers of one request output
	Operators           int      // layers that a runtime starts one after another
	Subkind             string   // detection, embedding, reranker, text-to-image...
	GFLOPs              float64  // 10^9 floating-point operations per request (2 per multiply-add)
	Aliases             []string
	Source              string
	AsOf                string // month in which the row was compiled
	Notes               string
}

// modelSchema is models.csv.
var modelSchema = schema[Model]{
	file: "models.csv",
	key:  func(m *Model) string { return m.ID },
	check: func(m *Model) error {
		m.Name = cmp.Or(m.Name, m.ID)
		return nil
	},
	source: func(m *Model) *string { return &m.Source },
	date:   func(m *Model) *string { return &m.AsOf },
	columns: []column[Model]{
		keyID("id", func(m *Model) *string { return &m.ID }),
		text("kind", func(m *Model) *string { return &m.Kind }),
		text("name", func(m *Model) *string { return &m.Name }),
		number("total_params_b", func(m *Model) *float64 { return &m.ParamsB }),
		number("active_params_b", func(m *Model) *float64 { return &m.ActiveParamsB }),
		yes("sequential", func(m *Model) *bool { return &m.Sequential }),
		whole("layers", func(m *Model) *int { return &m.Layers }),
		whole("hidden_size", func(m *Model) *int { return &m.Hidden }),
		whole("ffn_size", func(m *Model) *int { return &m.FFN }),
		whole("attention_heads", func(m *Model) *int { return &m.Heads }),
		whole("kv_heads", func(m *Model) *int { return &m.KVHeads }),
		whole("head_dim", func(m *Model) *int { return &m.HeadDim }),
		whole("vocab_size", func(m *Model) *int { return &m.Vocab }),
		whole("max_context", func(m *Model) *int { return &m.MaxContext }),
		whole("experts", func(m *Model) *int { return &m.Experts }),
		whole("experts_per_token", func(m *Model) *int { return &m.ExpertsPerToken }),
		whole("moe_ffn_size", func(m *Model) *int { return &m.MoEFFN }),
		whole("kv_lora_rank", func(m *Model) *int { return &m.KVLoraRank }),
		whole("qk_rope_head_dim", func(m *Model) *int { return &m.QKRopeDim }),
		whole("sliding_window", func(m *Model) *int { return &m.SlidingWindow }),
		whole("window_layers", func(m *Model) *int { return &m.WindowLayers }),
		whole("state_layers", func(m *Model) *int { return &m.StateLayers }),
		number("state_bytes", func(m *Model) *float64 { return &m.StateBytes }),
		words("kv_heads_by_layer", func(m *Model) *[]string { return &m.KVHeadsByLayer }),
		whole("v_head_dim", func(m *Model) *int { return &m.VHeadDim }),
		whole("shared_experts", func(m *Model) *int { return &m.SharedExperts }),
		whole("dense_layers", func(m *Model) *int { return &m.DenseLayers }),
		yes("tied_embeddings", func(m *Model) *bool { return &m.Tied }),
		text("released_precision", func(m *Model) *string { return &m.Released }),
		number("kv_elements_per_token", func(m *Model) *float64 { return &m.KVElementsPerToken }),
		text("input_standard", func(m *Model) *string { return &m.Input }),
		number("gflops_per_inference", func(m *Model) *float64 { return &m.GFLOPs }),
		number("activations_m", func(m *Model) *float64 { return &m.ActivationsM }),
		whole("operators", func(m *Model) *int { return &m.Operators }),
		text("subkind", func(m *Model) *string { return &m.Subkind }),
		words("aliases", func(m *Model) *[]string { return &m.Aliases }),
		text("source", func(m *Model) *string { return &m.Source }),
		text("as_of", func(m *Model) *string { return &m.AsOf }),
		text("notes", func(m *Model) *string { return &m.Notes }),
	},
}
