package catalog

import (
	"bytes"
	"context"
	"encoding/csv"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// folder is a folder of one file.
func folder(file, text string) fs.FS { return fstest.MapFS{file: {Data: []byte(text)}} }

func TestOverlayOverridesAndAdds(t *testing.T) {
	base := shipped(t)
	before := len(base.Accelerators())
	c, err := base.Overlay(context.Background(), fstest.MapFS{
		"accelerators.csv":  {Data: []byte("\ufeffID, memory_gib ,aliases\nnvidia-a10,20,a10\nAcme-One,64,one;acme 1\n")},
		"instances.csv":     {Data: []byte("cloud,instance_type,region,accelerator_id,accelerator_count,on_demand_usd_per_hour\nAWS,G5.XLARGE,,A10G,1,0.5\naws,g5.xlarge,eu-west-1,a10g,1,1.2\nhome,box,,acme-one,2,0.1\n")},
		"models.csv":        {Data: []byte("id,kind,total_params_b,source\nranker,encoder,0.2,our own\n")},
		"optimizations.csv": {Data: []byte("id,title,kind,effort,quality_risk,throughput,admitted\nours,Ours,pruning,low,none,1.5..2,yes\n")},
		"measurements.csv":  {Data: []byte("model,accelerator,precision,offline_qps,single_p50_ms\nranker,one,fp16,100,5\n")},
		"notes.txt":         {Data: []byte("not a table")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	a10, _ := c.Accelerator("nvidia-a10")
	if a10.MemoryGiB != 20 || a10.BandwidthGBs != 600 || a10.Sources != "accelerators.csv:2" || a10.AsOf != "" {
		t.Errorf("a10: %+v", a10)
	}
	if old, _ := base.Accelerator("nvidia-a10"); old.MemoryGiB != 24 || len(base.Accelerators()) != before {
		t.Errorf("the embedded catalogue was changed: %+v", old)
	}
	one, note, err := c.ResolveAccelerator("ACME 1")
	if err != nil || one.ID != "acme-one" || one.Name != "acme-one" || note != "" || one.MemoryGiB != 64 {
		t.Errorf("acme: %+v, %q, %v", one, note, err)
	}
	prices := map[string]float64{}
	for _, i := range c.Rows() {
		if strings.EqualFold(i.Type, "g5.xlarge") && (i.Region == "us-east-1" || i.Region == "eu-west-1") || i.Cloud == "home" {
			prices[i.Cloud+" "+i.Region+" "+i.Accelerator] = i.OnDemand
			if !strings.HasPrefix(i.Source, "instances.csv:") {
				t.Errorf("%s has the source %q", i.Type, i.Source)
			}
		}
	}
	if len(prices) != 3 || prices["aws us-east-1 nvidia-a10g"] != 0.5 || prices["aws eu-west-1 nvidia-a10g"] != 1.2 || prices["home  acme-one"] != 0.1 {
		t.Errorf("prices: %v", prices)
	}
	if m, err := c.ResolveModel("ranker"); err != nil || m.Source != "our own" {
		t.Errorf("ranker: %+v, %v", m, err)
	}
	if o, ok := c.Optimization("ours"); !ok || o.Throughput.Mid != 1.75 || !o.Admitted {
		t.Errorf("ours: %+v", o)
	}
	if a, ok := c.Measured("ranker", "acme-one", "fp16"); !ok || a.QPS != 100 || a.AloneS != 0.005 || a.Rows[0].Source != "measurements.csv:2" || a.Rows[0].Count != 1 {
		t.Errorf("measured: %v %+v", ok, a)
	}
	if got, want := len(c.MeasurementsOf("bert-large")), len(base.MeasurementsOf("bert-large")); got != want {
		t.Errorf("%d rows of bert-large; want %d", got, want)
	}
}

func TestOverlayReplacesAMeasurement(t *testing.T) {
	base := shipped(t)
	rows := base.MeasurementsOf("bert-large")
	at := slices.IndexFunc(rows, func(m Measurement) bool {
		return m.Accelerator == "nvidia-a10" && m.SingleP50MS > 0 && m.OfflineQPS > 0
	})
	old := rows[at]
	var text strings.Builder
	w := csv.NewWriter(&text)
	for _, record := range [][]string{
		{"model", "benchmark", "precision", "accelerator", "count", "round", "submitter", "system", "offline_qps"},
		{"BERT", old.Benchmark, old.Precision, "NVIDIA A10", strconv.Itoa(old.Count), old.Round, old.Submitter, old.System, "1"},
	} {
		if err := w.Write(record); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	c, err := base.Overlay(context.Background(), folder("measurements.csv", text.String()))
	if err != nil {
		t.Fatal(err)
	}
	got := c.MeasurementsOf("bert-large")
	if len(got) != len(rows) || got[at].OfflineQPS != 1 || got[at].SingleP50MS != old.SingleP50MS || got[at].Source != "measurements.csv:2" {
		t.Errorf("%d rows of %d: %+v", len(got), len(rows), got[at])
	}
	if base.MeasurementsOf("bert-large")[at] != old {
		t.Error("the embedded catalogue was changed")
	}
	again, err := c.Overlay(context.Background(), folder("measurements.csv", "model,accelerator,precision,offline_qps\nbert,a10,fp16,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := again.MeasurementsOf("bert-large"); len(got) != len(rows)+1 || got[at].OfflineQPS != 1 || got[len(rows)].OfflineQPS != 2 {
		t.Errorf("a second overlay on top has %d rows", len(got))
	}
}

func TestOverlayErrors(t *testing.T) {
	c := shipped(t)
	for _, test := range []struct{ name, file, text, want string }{
		{"empty", "instances.csv", "", "instances.csv: empty; its first line must name columns out of cloud, instance_type,"},
		{"unknown column", "accelerators.csv", "id,memory_gb\nx,1\n", `accelerators.csv:1: unknown column "memory_gb" (did you mean memory_gib?); columns are id, vendor,`},
		{"column twice", "accelerators.csv", "id,name,name\n", "accelerators.csv:1: column name appears twice; keep one"},
		{"no key", "instances.csv", "cloud,vcpus\naws,1\n", "instances.csv:1: column instance_type is missing; it names the row"},
		{"blank key", "models.csv", "id,kind\n ,llm\n", "models.csv:2:1: column id is blank; it names the row, so give it a value"},
		{"not a number", "instances.csv", "cloud,instance_type,vcpus\naws,x,many\n", `instances.csv:2:7: column vcpus is "many", not a number of 0 or more; leave it blank when unknown`},
		{"not finite", "instances.csv", "cloud,instance_type,vcpus\naws,x,+Inf\n", `is "+Inf", not a number`},
		{"not a number at all", "instances.csv", "cloud,instance_type,vcpus\naws,x,NaN\n", `is "NaN", not a number`},
		{"negative", "instances.csv", "cloud,instance_type,on_demand_usd_per_hour\naws,x,-1\n", `is "-1", not a number of 0 or more`},
		{"not whole", "models.csv", "id,layers\nx,1.5\n", `models.csv:2:3: column layers is "1.5", not a whole number`},
		{"too few cells", "models.csv", "id,kind\nx\n", "models.csv:2: 1 cells under 2 columns"},
		{"stray quote", "models.csv", "id,kind\nx,a\"b\n", "models.csv:2:4: "},
		{"open quote", "models.csv", "id,kind\nx,\"a\n", "double the quotes"},
		{"same row twice", "models.csv", "id,kind\nx,a\ny,a\nX,b\n", "models.csv:4: the same row as models.csv:2; keep one"},
		{"unknown accelerator", "instances.csv", "cloud,instance_type,accelerator_id,accelerator_count\naws,x,a11,1\n", `instances.csv:2: column accelerator_id: unknown accelerator "a11" (did you mean a10`},
		{"count of nothing", "instances.csv", "cloud,instance_type,accelerator_count\nhome,x,1\n", "accelerator_id is blank but accelerator_count is not"},
		{"unknown model", "measurements.csv", "model,accelerator,precision,offline_qps\nbertlarg,a10,fp16,1\n", `measurements.csv:2: column model: unknown model "bertlarg" (did you mean`},
		{"measured on nothing known", "measurements.csv", "model,accelerator,precision,offline_qps\nbert,a11,fp16,1\n", "or add it to accelerators.csv"},
		{"precision", "measurements.csv", "model,accelerator,precision,offline_qps\nbert,a10,half,1\n", `measurements.csv:2: column precision is "half"; it is one of fp32,`},
		{"nothing measured", "measurements.csv", "model,accelerator,precision\nbert,a10,fp16\n", "nothing is measured"},
		{"no bound", "measurements.csv", "model,accelerator,precision,server_qps\nbert,a10,fp16,1\n", "server_qps needs bound_ms"},
		{"usable above nominal", "accelerators.csv", "id,memory_usable_gib\nnvidia-a10,25\n", "more than memory_gib 24"},
		{"interval", "optimizations.csv", "id,kind,effort,quality_risk,throughput\nx,pruning,low,low,3..1\n", `"3..1"; write one number, low..high or low..mid..high`},
		{"kind", "optimizations.csv", "id,kind,effort,quality_risk\nx,prunning,low,low\n", `column kind is "prunning" (did you mean pruning?)`},
		{"yes", "models.csv", "id,sequential\nx,maybe\n", `is "maybe"; write yes, or leave it blank`},
		{"binary", "models.csv", "\x00\x01\xff\xfe", "models.csv: line 1 holds a NUL byte; this is a binary file"},
		{"not UTF-8", "models.csv", "id,kind\nx,\xff\n", "models.csv:2:3: column kind is not UTF-8"},
		{"misspelt table", "instance.csv", "cloud\n", "instance.csv: not a table of the catalog (did you mean instances.csv"},
		{"no table", "readme.txt", "", "no table in it; tables are accelerators.csv,"},
		{"too large", "models.csv", "id,kind\n" + strings.Repeat("x,y\n", maxOverlay/4+2), "models.csv:"},
		{"too large at once", "models.csv", "id,kind\nx,\"" + strings.Repeat("y", maxOverlay), "models.csv: line 2 is longer than 1 MiB; this is not a table of the catalog"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := c.Overlay(context.Background(), folder(test.file, test.text))
			if err == nil || got != nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("%v; want %q", err, test.want)
			}
			if strings.ContainsAny(err.Error(), "\x00\n") {
				t.Errorf("%q is not one clean line", err)
			}
		})
	}
}

func TestOverlayOfNoFolder(t *testing.T) {
	if _, err := shipped(t).Overlay(context.Background(), fstest.MapFS{"a/b.csv": {}}); err == nil || !strings.Contains(err.Error(), "no table in it") {
		t.Errorf("%v", err)
	}
}

func FuzzOverlay(f *testing.F) {
	f.Add(uint8(0), []byte("id,memory_gib\nx,1\n"))
	f.Add(uint8(1), []byte("cloud,instance_type\naws,\"x\n"))
	f.Add(uint8(2), []byte("model,accelerator,precision,offline_qps\nbert,a10,int8,9\n"))
	f.Add(uint8(3), []byte("id,kind,effort,quality_risk,throughput\nx,pruning,low,low,1..2..3\n"))
	c, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		files := []string{"accelerators.csv", "instances.csv", "measurements.csv", "optimizations.csv", "models.csv"}
		over, err := c.Overlay(context.Background(), fstest.MapFS{files[int(which)%len(files)]: {Data: bytes.Clone(text)}})
		if (err == nil) != (over != nil) {
			t.Fatalf("%v, %v", over, err)
		}
		if err != nil {
			return
		}
		if err := over.Check(); err != nil {
			t.Error(err)
		}
		finite(t, "accelerators", over.Accelerators())
		finite(t, "instances", over.instances().rows)
		finite(t, "measurements", over.MeasurementsOf("bert-large"))
	})
}
