package forward

import (
	"testing"

	"scaleadvise/advisor/catalog"
)

// TestEverySpellingIsUnderstood: whatever a measurement names leads to the cells that were
// made of it.
func TestEverySpellingIsUnderstood(t *testing.T) {
	e := shipped(t)
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := catalog.ForwardMeasurements()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 20000 {
		t.Fatalf("%d rows", len(rows))
	}
	seen := map[[4]string]bool{}
	for _, r := range rows {
		key := [4]string{r.Hardware, r.Runtime, r.Precision, r.Mode}
		if seen[key] {
			continue
		}
		seen[key] = true
		h, ok := Find(c, r.Hardware, r.Cores)
		if !ok {
			t.Errorf("no hardware %q", r.Hardware)
			continue
		}
		h.Kind = r.DeviceKind
		runtime := Runtime(r.Runtime)
		for what, found := range map[string]int32{
			"hardware " + r.Hardware:   e.names[byDevice].find(h.ID),
			"runtime " + r.Runtime:     e.names[byRuntime].find(runtime),
			"precision " + r.Precision: e.names[byPrecision].find(Precision(r.Precision, runtime)),
			"mode " + r.Mode:           e.names[byMode].find(mode(r.Mode, r.Batch)),
		} {
			if found < 0 {
				t.Errorf("%s is not known", what)
			}
		}
		if _, ok := e.Facts(r.Model, r.Input); !ok {
			t.Errorf("no model %q", r.Model)
		}
	}
}

// TestWeightsAreNoModel: timm's names say behind a dot what weights were trained on.
func TestWeightsAreNoModel(t *testing.T) {
	for name, want := range map[string]string{
		"timm/resnet50.a1_in1k": "resnet50", "convnext_tiny.fb_in22k_ft_in1k": "convnexttiny", "ResNet-50": "resnet50", "yolov8n.pt": "yolov8n.pt", "regnety-1.6gf": "regnety1.6gf",
	} {
		if got := plain(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// TestKind guesses the kind of hardware that no table knows.
func TestKind(t *testing.T) {
	for name, want := range map[string]string{
		"NVIDIA B300": "gpu", "Xeon Gold 6448Y": "cpu", "Core i5-14400": "cpu", "AMD EPYC 7543": "cpu", "Jetson Orin Nano": "edge",
		"Snapdragon 8 Gen 2": "npu", "Hailo-12": "npu", "Core Ultra 5 iGPU": "igpu", "Raspberry Pi 6": "edge",
	} {
		if got := Kind(name); got != want {
			t.Errorf("%s is taken for %s, want %s", name, got, want)
		}
	}
}

// TestFind: names that no table spells lead to what they mean.
func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"AWS cloud instance c6g.2xlarge / Neoverse-N1":             "neoverse-n1",
		"AWS cloud instance m5.large / Intel Xeon Platinum 8259CL": "xeon-platinum-8259cl",
		"a new name of c7i.4xlarge":                                "cpu-intel-sapphire-rapids",
		"c7i.4xlarge":                                              "cpu-intel-sapphire-rapids",
		"NVIDIA GeForce RTX 4070":                                  "nvidia-rtx-4070",
		"Ice Lake":                                                 "cpu-intel-ice-lake",
	} {
		if h := find(t, name, 2); h.ID != want || h.Kind == "cpu" && h.Cores != 2 {
			t.Errorf("%s is %+v, want %s", name, h, want)
		}
	}
}
