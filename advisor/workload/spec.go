package workload

import (
	"slices"
	"strings"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/unit"
)

// Spec declares one trait. The table Specs is the only list of traits: flags, environment
// variables, plan keys, JSON names, the schema and the documentation all derive from it.
type Spec struct {
	Name    string    // JSON trait name, "peak_to_mean"
	Flag    string    // without dashes, "peak-to-mean"
	PlanKey string    // dotted, "workload.peak_to_mean"
	OldKey  string    // a plan key under which it is still read; "" for none
	Kind    unit.Kind // how text is read
	Words   []string  // the allowed words of a closed Text trait, sorted; nil when open
	Version bool      // the word may have a version after an @
	Repeat  bool      // may be given several times; the values are collected
	Zero    bool      // zero is a valid value
	Lift    bool      // the word "none" is also a value: it lifts an assumed limit
	Toggle  bool      // true or false; a flag without a value
	Bare    bool      // the name states the unit: a number without one is in base units
	Range   bool      // a range is accepted
	Max     float64   // largest plausible value; 0 leaves it to the kind
	Group   string    // heading in --help: Workload, Service, Model, SLO, Hardware, Limits, Data
	Doc     string    // one line for --help, no full stop
	Example string
}

// Specs returns the trait table in the order in which traits are listed everywhere.
func Specs() []Spec { return specs }

// Lookup finds a trait by its name.
func Lookup(name string) (Spec, bool) {
	for i := range specs { // one is large: it is not copied
		if specs[i].Name == name {
			return specs[i], true
		}
	}
	return Spec{}, false
}

// EnvName returns the environment variable that sets a trait: SCALEADVISE_PEAK_TO_MEAN.
func EnvName(s Spec) string {
	return "SCALEADVISE_" + strings.ToUpper(strings.ReplaceAll(s.Flag, "-", "_"))
}

// Closed returns the only words that a trait takes; nil where it takes others.
func (s Spec) Closed() []string {
	if s.Version {
		return nil
	}
	return s.Words
}

// Choices returns the words to choose a trait from, and its value where that is another; nil where
// any may be written.
func (s Spec) Choices(value string) []string {
	if s.Version && value != "" && !slices.Contains(s.Words, value) {
		return append(slices.Clone(s.Words), value)
	}
	return s.Words
}

// Placeholder returns the word that stands for a trait's value in help.
func (s Spec) Placeholder() string {
	if s.Name == "load_test" {
		return "FILE"
	}
	switch s.Kind {
	case unit.Text:
		switch {
		case s.Words != nil:
			return "WORD"
		case s.Name == "day_shape":
			return "SHAPE"
		case s.Name == "autoscale":
			return "MIN..MAX"
		case s.Name == "scaling_data" || s.Name == "model_config" || s.Name == "model_file":
			return "FILE"
		case s.Name == "image_size":
			return "WxH"
		case s.Name == "lora":
			return "NxR"
		case s.Name == "speculation":
			return "METHOD"
		case s.Name == "machine":
			return "TYPE"
		}
		return "NAME"
	case unit.List:
		return "LIST"
	case unit.Fraction:
		return "PERCENT"
	case unit.Rate, unit.ByteRate, unit.Growth:
		return "RATE"
	case unit.Duration:
		return "TIME"
	case unit.Bytes:
		return "SIZE"
	case unit.Money:
		return "USD"
	}
	return "N"
}

var specs = []Spec{
	{Name: "qps", Flag: "qps", PlanKey: "workload.qps", Kind: unit.Rate, Bare: true, Range: true, Group: "Workload", Doc: "requests per second at the peak (mean, when --peak-to-mean is given)", Example: "5000"},
	{Name: "users", Flag: "users", PlanKey: "workload.users", Kind: unit.Number, Range: true, Group: "Workload", Doc: "active users", Example: "2M"},
	{Name: "requests_per_user", Flag: "requests-per-user", PlanKey: "workload.requests_per_user", Kind: unit.Rate, Range: true, Group: "Workload", Doc: "requests of one user", Example: "20/day"},
	{Name: "peak_to_mean", Flag: "peak-to-mean", PlanKey: "workload.peak_to_mean", Kind: unit.Number, Range: true, Max: 1e4, Group: "Workload", Doc: "peak rate over mean rate", Example: "3"},
	{Name: "burstiness", Flag: "burstiness", PlanKey: "workload.burstiness", Kind: unit.Burstiness, Group: "Workload", Doc: "index of dispersion of arrivals with its window; 1 is Poisson", Example: "1.4@1s"},
	{Name: "day_shape", Flag: "day-shape", PlanKey: "workload.day_shape", Kind: unit.Text, Group: "Workload", Doc: "how the rate varies over a day: flat, office, web, or 24 to 288 rates from midnight on, with commas or in a CSV file", Example: "office"},
	{Name: "growth", Flag: "growth", PlanKey: "workload.growth", Kind: unit.Growth, Zero: true, Range: true, Group: "Workload", Doc: "compound growth of demand", Example: "8%/month"},
	{Name: "lead_time", Flag: "lead-time", PlanKey: "workload.lead_time", Kind: unit.Duration, Group: "Workload", Doc: "time from ordering hardware until it serves", Example: "8w"},
	{Name: "horizon", Flag: "horizon", PlanKey: "workload.horizon", Kind: unit.Duration, Group: "Workload", Doc: "how far ahead the plan must hold", Example: "6mo"},
	{Name: "preset", Flag: "preset", PlanKey: "workload.preset", Kind: unit.Text, Words: Presets(), Group: "Workload", Doc: "usual kind of service, which fills in every trait that is not given", Example: "chat"},
	{Name: "model", Flag: "model", PlanKey: "workload.model", Kind: unit.Text, Group: "Model", Doc: "model, as the catalog or its publisher names it", Example: "bert-large"},
	{Name: "model_config", Flag: "model-config", PlanKey: "workload.model_config", Kind: unit.Text, Group: "Model", Doc: "config.json of a model that the catalog does not have, as Hugging Face publishes it; or its folder", Example: "config.json"},
	{Name: "model_file", Flag: "model-file", PlanKey: "workload.model_file", Kind: unit.Text, Group: "Model", Doc: "file of a model that the catalog does not have: ONNX, or trees of XGBoost, LightGBM or treelite; nothing of it is run", Example: "model.onnx"},
	{Name: "params", Flag: "params", PlanKey: "workload.params", Kind: unit.Number, Max: 1e14, Group: "Model", Doc: "parameters of a model that the catalog does not have", Example: "110M"},
	{Name: "gmacs", Flag: "gmacs", PlanKey: "workload.gmacs", Kind: unit.Number, Max: 1e9, Group: "Model", Doc: "10^9 multiply-adds of one request of such a model", Example: "11"},
	{Name: "service_time", Flag: "service-time", PlanKey: "measured.service_time", Kind: unit.Duration, Range: true, Group: "Service", Doc: "time of one request alone on one replica", Example: "9ms"},
	{Name: "service_cv", Flag: "service-cv", PlanKey: "measured.service_cv", Kind: unit.Number, Zero: true, Max: 100, Group: "Service", Doc: "variation of the service time: its coefficient, gamma:CV, lognormal:CV, pareto:SHAPE or a file of times (CSV)", Example: "0.3"},
	{Name: "concurrency", Flag: "concurrency", PlanKey: "measured.concurrency", Kind: unit.Count, Max: 10000, Group: "Service", Doc: "requests one replica works on in parallel, each at the full service time", Example: "4"},
	{Name: "batch_time", Flag: "batch-time", PlanKey: "measured.batch_time", Kind: unit.List, Repeat: true, Group: "Service", Doc: "time of a batch, SIZE:TIME; may be repeated", Example: "16:85ms"},
	{Name: "max_batch", Flag: "max-batch", PlanKey: "measured.max_batch", Kind: unit.Count, Max: maxBatch, Group: "Service", Doc: "largest batch the server forms", Example: "32"},
	{Name: "replica_qps", Flag: "replica-qps", PlanKey: "measured.replica_qps", Kind: unit.Rate, Bare: true, Range: true, Group: "Service", Doc: "saturated throughput of one replica", Example: "900"},
	{Name: "measured", Flag: "measured", PlanKey: "measured.elsewhere", Kind: unit.List, Repeat: true, Group: "Service", Doc: "a measurement of this model on a named accelerator, GPU:RATE[,TIME]; may be repeated", Example: "t4:850/s,9ms"},
	{Name: "measured_on", Flag: "measured-on", PlanKey: "measured.on", Kind: unit.Text, Group: "Service", Doc: "accelerator or machine on which the service was measured, such as a10 or 2xa10; today's unless given", Example: "a10"},
	{Name: "measured_latency", Flag: "measured-latency", PlanKey: "measured.latency", Kind: unit.Duration, Group: "Service", Doc: "mean latency of a request of what runs today; predictions are compared with it", Example: "40ms"},
	{Name: "measured_percentile", Flag: "measured-percentile", PlanKey: "measured.percentile", Kind: unit.List, Repeat: true, Group: "Service", Doc: "percentile of what runs today under its load, latency, ttft or tpot, compared with its bound: a time, LOW..HIGH, or LOW+ for that or more; may be repeated", Example: "ttft:p99:500ms..750ms"},
	{Name: "load_test", Flag: "load-test", PlanKey: "measured.load_test", Kind: unit.List, Repeat: true, Group: "Service", Doc: "report of a load tool on one replica (scaleadvise help load-tests); one file per load, or a sweep in one file", Example: "results.json"},
	{Name: "host_time", Flag: "host-time", PlanKey: "measured.host_time", Kind: unit.Duration, Zero: true, Range: true, Group: "Service", Doc: "CPU time of a request on the machine, outside the accelerator: decoding, tokenizing; 0ms where another service does that", Example: "3ms"},
	{Name: "scaling_data", Flag: "scaling-data", PlanKey: "measured.scaling", Kind: unit.Text, Group: "Service", Doc: "CSV of n,throughput_qps for the scalability law", Example: "scaling.csv"},
	{Name: "precision", Flag: "precision", PlanKey: "deploy.precision", Kind: unit.Text, Words: []string{"bf16", "fp16", "fp32", "fp4", "fp8", "int4", "int8"}, Group: "Model", Doc: "precision served today", Example: "fp16"},
	{Name: "runtime", Flag: "runtime", PlanKey: "deploy.runtime", Kind: unit.Text, Words: Runtimes(), Group: "Model", Doc: "what executes a model other than a language model; mlperf: the tuned runs of MLPerf", Example: DefaultRuntime},
	{Name: "server", Flag: "server", PlanKey: "deploy.server", Kind: unit.Text, Words: Servers(), Group: "Model", Doc: "inference server in front of the runtime, for a model other than a language model; none: the client calls the runtime itself", Example: "triton"},
	{Name: "kv_precision", Flag: "kv-precision", PlanKey: "deploy.kv_precision", Kind: unit.Text, Words: []string{"bf16", "fp16", "fp8", "int4", "int8"}, Group: "Model", Doc: "precision of the KV cache", Example: "fp8"},
	{Name: "engine", Flag: "engine", PlanKey: "deploy.engine", Kind: unit.Text, Words: engine.Names(), Version: true, Group: "Model", Doc: "LLM serving engine, @ its version", Example: "vllm@0.33"},
	{Name: "engine_arg", Flag: "engine-arg", PlanKey: "deploy.engine_arg", Kind: unit.List, Repeat: true, Group: "Model", Doc: "an argument that the engine is started with, by the engine's own name; may be repeated", Example: "max-num-seqs=64"},
	{Name: "lora", Flag: "lora", PlanKey: "deploy.lora", Kind: unit.Text, Group: "Model", Doc: "LoRA adapters that a replica has at once and their rank, NUMBERxRANK", Example: "8x16"},
	{Name: "speculation", Flag: "speculation", PlanKey: "deploy.speculation", Kind: unit.Text, Group: "Model", Doc: "speculative decoding: METHOD:TOKENS:ACCEPTANCE, the tokens drafted for a step and the share of them that is kept; draft, eagle, eagle3, medusa, mtp or ngram", Example: "eagle3:3:70%"},
	{Name: "pipeline_parallel", Flag: "pipeline-parallel", PlanKey: "deploy.pipeline_parallel", Kind: unit.Count, Max: 64, Group: "Model", Doc: "stages of pipeline parallelism of a replica, each with its part of --gpus-per-replica", Example: "2"},
	{Name: "disaggregate", Flag: "disaggregate", PlanKey: "deploy.disaggregate", Kind: unit.Text, Toggle: true, Words: []string{"false", "true"}, Group: "Model", Doc: "also size prefill and decode of a language model as two pools, and say whether that pays", Example: "true"},
	{Name: "input_tokens", Flag: "input-tokens", PlanKey: "workload.request.tokens", OldKey: "workload.tokens.input", Kind: unit.Tokens, Range: true, Group: "Model", Doc: "input tokens of a request: a mean, p50/p90/p99 (and /most), or a trace with that column", Example: "1024"},
	{Name: "output_tokens", Flag: "output-tokens", PlanKey: "workload.request.output_tokens", OldKey: "workload.tokens.output", Kind: unit.Tokens, Range: true, Group: "Model", Doc: "output tokens of a request: a mean, p50/p90/p99 (and /most), or a trace with that column", Example: "256"},
	{Name: "prefix_hit", Flag: "prefix-hit", PlanKey: "workload.request.prefix_hit", OldKey: "workload.tokens.prefix_hit", Kind: unit.Fraction, Zero: true, Group: "Model", Doc: "share of prompt tokens found in the prefix cache", Example: "30%"},
	{Name: "turns", Flag: "turns", PlanKey: "workload.request.turns", Kind: unit.Count, Max: 1000, Group: "Model", Doc: "turns of a conversation, each of which reads all turns before it; --input-tokens is then what a turn adds", Example: "8"},
	{Name: "think_time", Flag: "think-time", PlanKey: "workload.request.think_time", Kind: unit.Duration, Zero: true, Group: "Model", Doc: "time between an answer and the next turn, mean", Example: "60s"},
	{Name: "image_size", Flag: "image-size", PlanKey: "workload.request.image", Kind: unit.Text, Group: "Model", Doc: "pixels of the image of a request", Example: "640x640"},
	{Name: "images", Flag: "images", PlanKey: "workload.request.images", Kind: unit.Count, Max: 1000, Group: "Model", Doc: "images in a request to a vision-language model; their tokens are added to --input-tokens", Example: "2"},
	{Name: "audio_length_s", Flag: "audio-length", PlanKey: "workload.request.audio", Kind: unit.Duration, Group: "Model", Doc: "length of the audio of a request", Example: "30s"},
	{Name: "steps", Flag: "steps", PlanKey: "workload.request.steps", Kind: unit.Count, Max: 10000, Group: "Model", Doc: "denoising steps of a request", Example: "30"},
	{Name: "request_size", Flag: "request-size", PlanKey: "workload.request.size", Kind: unit.Bytes, Group: "Model", Doc: "bytes of a request over the network, as they arrive: a compressed image, a recording", Example: "150kB"},
	{Name: "items", Flag: "items", PlanKey: "workload.request.items", Kind: unit.Count, Max: 100000, Group: "Model", Doc: "inputs of a request that the model works through together: documents to rank, candidates, rows", Example: "40"},
	{Name: "p99", Flag: "p99", PlanKey: "slo.p99", Kind: unit.Duration, Lift: true, Group: "SLO", Doc: "bound on the 99th percentile of latency; none for no bound", Example: "100ms"},
	{Name: "latency", Flag: "latency", PlanKey: "slo.latency", Kind: unit.Duration, Lift: true, Group: "SLO", Doc: "bound on latency at --latency-percentile; none for no bound", Example: "100ms"},
	{Name: "latency_percentile", Flag: "latency-percentile", PlanKey: "slo.latency_percentile", Kind: unit.Number, Group: "SLO", Doc: "percentile of --latency, --ttft and --tpot, 50 to 99.99", Example: "95"},
	{Name: "ttft", Flag: "ttft", PlanKey: "slo.ttft", Kind: unit.Duration, Lift: true, Group: "SLO", Doc: "bound on the time to the first token; none for no bound", Example: "500ms"},
	{Name: "tpot", Flag: "tpot", PlanKey: "slo.tpot", Kind: unit.Duration, Lift: true, Group: "SLO", Doc: "bound on the time per output token; none for no bound", Example: "40ms"},
	{Name: "availability", Flag: "availability", PlanKey: "slo.availability", Kind: unit.Fraction, Lift: true, Group: "SLO", Doc: "availability that the service must reach; none: one server is acceptable where several run today", Example: "99.9%"},
	{Name: "replica_availability", Flag: "replica-availability", PlanKey: "slo.replica_availability", Kind: unit.Fraction, Group: "SLO", Doc: "availability of one instance", Example: "99.5%"},
	{Name: "zones", Flag: "zones", PlanKey: "deploy.zones", Kind: unit.Count, Max: 100, Group: "SLO", Doc: "zones the instances spread over", Example: "3"},
	{Name: "gpu", Flag: "gpu", PlanKey: "deploy.gpu", Kind: unit.Text, Group: "Hardware", Doc: "accelerator of today's deployment", Example: "a10"},
	{Name: "machine", Flag: "machine", PlanKey: "deploy.machine", Kind: unit.Text, Group: "Hardware", Doc: "type of the machine of today's deployment, as its cloud names it", Example: "c7i.2xlarge"},
	{Name: "cpu", Flag: "cpu", PlanKey: "deploy.cpu", Kind: unit.Count, Max: 4096, Group: "Hardware", Doc: "vCPUs of a replica", Example: "4"},
	{Name: "memory", Flag: "memory", PlanKey: "deploy.memory", Kind: unit.Bytes, Group: "Hardware", Doc: "memory of a replica", Example: "16GiB"},
	{Name: "workers", Flag: "workers", PlanKey: "deploy.workers", Kind: unit.Count, Max: 4096, Group: "Hardware", Doc: "processes of a replica that each hold the model and share its cores", Example: "2"},
	{Name: "gpus_per_replica", Flag: "gpus-per-replica", PlanKey: "deploy.gpus_per_replica", Kind: unit.Count, Max: 1024, Group: "Hardware", Doc: "accelerators one replica owns today", Example: "1"},
	{Name: "replicas", Flag: "replicas", PlanKey: "deploy.replicas", Kind: unit.Count, Max: 1e6, Group: "Hardware", Doc: "replicas of today's deployment", Example: "4"},
	{Name: "balancing", Flag: "balancing", PlanKey: "deploy.balancing", Kind: unit.Text, Words: []string{"least-loaded", "power-of-two", "random", "round-robin"}, Group: "Hardware", Doc: "how the load balancer chooses a replica", Example: "least-loaded"},
	{Name: "cold_start", Flag: "cold-start", PlanKey: "deploy.cold_start", Kind: unit.Duration, Zero: true, Group: "Hardware", Doc: "time from starting a replica to its first answer", Example: "3min"},
	{Name: "autoscale", Flag: "autoscale", PlanKey: "deploy.autoscale", Kind: unit.Text, Group: "Hardware", Doc: "replicas follow the day: MIN..MAX; auto chooses them; off keeps one number", Example: "2..12"},
	{Name: "max_replicas", Flag: "max-replicas", PlanKey: "limits.max_replicas", Kind: unit.Count, Max: 1e6, Group: "Limits", Doc: "most replicas allowed", Example: "16"},
	{Name: "max_gpu", Flag: "max-gpu", PlanKey: "limits.max_gpu", Kind: unit.Text, Group: "Limits", Doc: "strongest accelerator allowed", Example: "a100-pcie-80gb"},
	{Name: "allow_gpu", Flag: "allow-gpu", PlanKey: "limits.allow_gpu", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "accelerators allowed; may be repeated", Example: "a10,l4"},
	{Name: "owned", Flag: "owned", PlanKey: "limits.owned", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "accelerators or machines that you already own, at no extra cost; may be repeated", Example: "a10=4,p4d.24xlarge=2"},
	{Name: "quota", Flag: "quota", PlanKey: "limits.quota", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "most accelerators or machines of a kind; may be repeated", Example: "l4=40"},
	{Name: "budget", Flag: "budget", PlanKey: "limits.budget", Kind: unit.Money, Group: "Limits", Doc: "most the plan may cost", Example: "20000/month"},
	{Name: "headroom", Flag: "headroom", PlanKey: "limits.headroom", Kind: unit.Fraction, Zero: true, Max: 0.9, Group: "Limits", Doc: "share of its capacity that a plan leaves free at the peak", Example: "20%"},
	{Name: "cloud", Flag: "cloud", PlanKey: "limits.cloud", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "clouds to rent from; may be repeated", Example: "aws,gcp"},
	{Name: "region", Flag: "region", PlanKey: "limits.region", Kind: unit.Text, Group: "Limits", Doc: "region to rent in", Example: "us-east-1"},
	{Name: "pricing", Flag: "pricing", PlanKey: "limits.pricing", Kind: unit.List, Words: []string{"1y", "3y", "on-demand", "spot"}, Repeat: true, Group: "Limits", Doc: "price lists to buy from; several buy a mix: commitments for what always runs, spot where the rest carries the promise without it", Example: "1y,on-demand,spot"},
	{Name: "price", Flag: "price", PlanKey: "limits.price", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "what you pay for an accelerator or a machine, on the price list that is bought from; may be repeated", Example: "l4=0.71/h"},
	{Name: "discount", Flag: "discount", PlanKey: "limits.discount", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "what a cloud takes off its list prices; may be repeated", Example: "aws=12%"},
	{Name: "grid_intensity", Flag: "grid-intensity", PlanKey: "limits.grid_intensity", Kind: unit.Number, Max: 5000, Group: "Limits", Doc: "grams of CO2 per kWh of the grid, for the emissions of what runs", Example: "380"},
	{Name: "allow_optimization", Flag: "allow-optimization", PlanKey: "limits.allow_optimization", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "model optimizations admitted although unproven here; lossless: only those that leave answers as they are, and what else is named; none: no optimization; may be repeated", Example: "int8"},
	{Name: "objective", Flag: "objective", PlanKey: "limits.objective", Kind: unit.Text, Words: []string{"cost", "stability"}, Group: "Limits", Doc: "stability keeps today's deployment if it holds; cost selects the cheapest plan that holds", Example: "cost"},
	{Name: "stay", Flag: "stay", PlanKey: "limits.stay", Kind: unit.List, Words: []string{StayCloud, StayEngine, None, StayVendor}, Repeat: true, Group: "Limits", Doc: "what a plan keeps of today even where leaving it would cost less; none for nothing", Example: "cloud,vendor"},
	{Name: "compare_api", Flag: "compare-api", PlanKey: "limits.compare_api", Kind: unit.List, Repeat: true, Group: "Limits", Doc: "prices of a hosted API to compare a language model with, USD per million tokens; may be repeated", Example: "in=0.15,out=0.60"},
	{Name: "data_size", Flag: "data-size", PlanKey: "workload.data.size", Kind: unit.Bytes, Group: "Data", Doc: "data held today", Example: "2TB"},
	{Name: "data_growth", Flag: "data-growth", PlanKey: "workload.data.growth", Kind: unit.ByteRate, Zero: true, Group: "Data", Doc: "data added", Example: "40GB/day"},
	{Name: "retention", Flag: "retention", PlanKey: "workload.data.retention", Kind: unit.Duration, Group: "Data", Doc: "how long data are kept", Example: "365d"},
	{Name: "job_window", Flag: "job-window", PlanKey: "workload.data.job_window", Kind: unit.Duration, Group: "Data", Doc: "time the batch job may take", Example: "6h"},
	{Name: "job_rate", Flag: "job-rate", PlanKey: "workload.data.job_rate", Kind: unit.ByteRate, Group: "Data", Doc: "rate at which one replica processes data", Example: "120MB/s"},
}
