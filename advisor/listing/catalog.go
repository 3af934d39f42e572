package listing

import "scaleadvise/advisor/catalog"

const catalogSchema = "urn:scaleadvise:catalog:v1"

// tables are what the catalog holds, in the order in which they are offered.
var tables = []struct {
	name string
	of   func(*catalog.Catalog) Listing
}{
	{"accelerators", accelerators}, {"instances", instances}, {"machines", machines}, {"models", models},
	{"measurements", measurements}, {"optimizations", optimizations}, {"llm-measurements", llmMeasurements},
}

// Tables returns the names of the tables of the catalog.
func Tables() []string {
	var names []string
	for _, t := range tables {
		names = append(names, t.name)
	}
	return names
}

// Catalog lists a table of the catalog; one of another name is empty.
func Catalog(table string, k *catalog.Catalog) Listing {
	for _, t := range tables {
		if t.name == table {
			return t.of(k)
		}
	}
	return Listing{}
}

// known is a fact of the catalogue, where zero stands for one that is not known.
func known[N int | float64](fact N) any {
	if fact == 0 {
		return nil
	}
	return fact
}

func accelerators(k *catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "accelerators", Columns: []Column{
		{"id", "id"}, {"vendor", ""}, {"name", ""}, {"memory_gib", "GiB"}, {"usable_gib", ""},
		{"bandwidth_gb_per_s", "GB/s"}, {"fp32_tflops", ""}, {"tf32_tflops", ""}, {"bf16_tflops", ""},
		{"fp16_tflops", "fp16 TFLOPS"}, {"fp8_tflops", "fp8 TFLOPS"}, {"int8_tops", "int8 TOPS"}, {"fp4_tflops", ""},
		{"interconnect", ""}, {"link_gb_per_s", ""}, {"pcie_gen", ""}, {"tdp_w", ""}, {"mig_max", ""},
		{"max_per_node", ""}, {"host_arch", ""}, {"year", "year"}, {"sources", ""}, {"notes", ""},
	}}
	l.File = catalog.Columns[catalog.Accelerator]()
	for _, a := range k.Accelerators() {
		l.Lines = append(l.Lines, catalog.Cells(a))
		l.Rows = append(l.Rows, []any{
			a.ID, a.Vendor, a.Name, known(a.MemoryGiB), known(a.UsableGiB),
			known(a.BandwidthGBs), known(a.FP32TFLOPS), known(a.TF32TFLOPS), known(a.BF16TFLOPS),
			known(a.FP16TFLOPS), known(a.FP8TFLOPS), known(a.INT8TOPS), known(a.FP4TFLOPS),
			a.Interconnect, known(a.LinkGBs), known(a.PCIeGen), known(a.TDPW), known(a.MIGMax),
			known(a.MaxPerNode), a.HostArch, known(a.Year), a.Sources, a.Notes,
		})
	}
	return l
}

func instances(k *catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "instances", Columns: []Column{
		{"cloud", "cloud"}, {"instance_type", "instance"}, {"accelerator", "accelerator"}, {"accelerators", "×"},
		{"vcpus", ""}, {"memory_gib", ""}, {"local_disk_gib", ""}, {"region", "region"},
		{"on_demand_usd_per_hour", "USD/h"}, {"spot_usd_per_hour", "spot"}, {"one_year_usd_per_hour", "1y"},
		{"three_year_usd_per_hour", "3y"}, {"as_of", ""}, {"source", ""}, {"network_gbps", ""},
	}}
	l.File = catalog.Columns[catalog.Instance]()
	for _, i := range k.Rows() {
		l.Lines = append(l.Lines, catalog.Cells(i))
		l.Rows = append(l.Rows, []any{
			i.Cloud, i.Type, i.Accelerator, i.Count,
			known(i.VCPUs), known(i.MemoryGiB), known(i.DiskGiB), i.Region,
			known(i.OnDemand), known(i.Spot), known(i.OneYear), known(i.ThreeYear), i.AsOf, i.Source, known(i.NetworkGbps),
		})
	}
	return l
}

func machines(k *catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "machines", File: catalog.Columns[catalog.Machine](), Columns: []Column{
		{"cloud", "cloud"}, {"instance_type", "machine"}, {"processor", "processor"}, {"vcpus", "vCPUs"}, {"cores", "cores"},
		{"memory_gib", "GiB"}, {"region", "region"}, {"on_demand_usd_per_hour", "USD/h"}, {"spot_usd_per_hour", "spot"},
		{"one_year_usd_per_hour", "1y"}, {"three_year_usd_per_hour", "3y"}, {"as_of", ""}, {"source", ""}, {"notes", ""},
	}}
	for _, m := range k.AllMachines() {
		l.Lines = append(l.Lines, catalog.Cells(m))
		l.Rows = append(l.Rows, []any{
			m.Cloud, m.Type, m.Processor, m.VCPUs, known(m.Cores),
			known(m.MemoryGiB), m.Region, known(m.OnDemandUSD), known(m.SpotUSD),
			known(m.OneYearUSD), known(m.ThreeYearUSD), m.AsOf, m.Source, m.Notes,
		})
	}
	return l
}

func models(k *catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "models", Columns: []Column{
		{"id", "id"}, {"kind", "kind"}, {"name", "name"}, {"params_b", "10⁹ params"}, {"active_params_b", "10⁹ active"},
		{"layers", ""}, {"hidden", ""}, {"heads", ""}, {"kv_heads", ""}, {"head_dim", ""}, {"vocab", ""},
		{"max_context", "context"}, {"experts", ""}, {"experts_per_token", ""}, {"kv_elements_per_token", ""},
		{"gflop_per_inference", "GFLOP"}, {"input", ""}, {"aliases", ""}, {"source", ""}, {"notes", ""},
	}}
	l.File = catalog.Columns[catalog.Model]()
	for _, m := range k.Models() {
		l.Lines = append(l.Lines, catalog.Cells(m))
		l.Rows = append(l.Rows, []any{
			m.ID, m.Kind, m.Name, known(m.ParamsB), known(m.ActiveParamsB),
			known(m.Layers), known(m.Hidden), known(m.Heads), known(m.KVHeads), known(m.HeadDim), known(m.Vocab),
			known(m.MaxContext), known(m.Experts), known(m.ExpertsPerToken), known(m.KVElementsPerToken),
			known(m.GFLOPs), m.Input, list(m.Aliases), m.Source, m.Notes,
		})
	}
	return l
}

func measurements(k *catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "measurements", Columns: []Column{
		{"model", "model"}, {"benchmark", ""}, {"precision", "precision"}, {"accelerator", "accelerator"}, {"accelerators", "×"},
		{"mig", ""}, {"triton", ""}, {"round", "round"}, {"submitter", "submitter"}, {"software", ""},
		{"offline_qps", "offline/s"}, {"server_qps", "server/s"}, {"bound_ms", "bound ms"},
		{"server_p50_ms", ""}, {"server_p90_ms", ""}, {"server_p99_ms", ""},
		{"single_p50_ms", "alone ms"}, {"single_p90_ms", ""}, {"single_p99_ms", ""},
	}}
	l.File = catalog.Columns[catalog.Measurement]()
	for _, m := range k.Measurements() {
		l.Lines = append(l.Lines, catalog.Cells(m))
		l.Rows = append(l.Rows, []any{
			m.Model, m.Benchmark, m.Precision, m.Accelerator, known(m.Count),
			m.MIG, m.Triton, m.Round, m.Submitter, m.Software,
			known(m.OfflineQPS), known(m.ServerQPS), known(m.BoundMS),
			known(m.ServerP50MS), known(m.ServerP90MS), known(m.ServerP99MS),
			known(m.SingleP50MS), known(m.SingleP90MS), known(m.SingleP99MS),
		})
	}
	return l
}

func optimizations(k *catalog.Catalog) Listing {
	l := Listing{Schema: catalogSchema, Name: "optimizations", Columns: []Column{
		{"id", "id"}, {"kind", "kind"}, {"title", "what it does"}, {"models", ""}, {"throughput", "throughput"},
		{"throughput_low", ""}, {"throughput_high", ""}, {"bytes_factor", ""}, {"compute_factor", ""}, {"demand_factor", ""},
		{"precondition", ""}, {"effort", "effort"}, {"quality_risk", "risk"}, {"admitted", "admitted"}, {"source", ""},
	}}
	l.File = catalog.Columns[catalog.Optimization]()
	for _, o := range k.Optimizations() {
		l.Lines = append(l.Lines, catalog.Cells(o))
		l.Rows = append(l.Rows, []any{
			o.ID, o.Kind, o.Title, list(o.Models), known(o.Throughput.Mid),
			known(o.Throughput.Low), known(o.Throughput.High), known(o.BytesFactor.Mid), known(o.ComputeFactor.Mid), known(o.DemandFactor.Mid),
			o.Precondition, o.Effort, o.QualityRisk, o.Admitted, o.Source,
		})
	}
	return l
}
