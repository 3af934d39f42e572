package catalog

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestResolveAccelerator(t *testing.T) {
	c := shipped(t)
	for _, test := range []struct{ id, names string }{
		{"nvidia-a10", "a10, A10, NVIDIA A10, NVIDIA-A10, nvidia-a10"},
		{"nvidia-a10g", "a10g, NVIDIA-A10G, NVIDIA-A10G-SHARED, A10G"},
		{"nvidia-t4", "t4, Tesla-T4, Tesla T4, NVIDIA T4, nvidia-tesla-t4"},
		{"nvidia-p4", "tesla-p4"},
		{"nvidia-v100-sxm2-16gb", "Tesla V100-SXM2-16GB, Tesla-V100-SXM2-16GB"},
		{"nvidia-v100-sxm2-32gb", "Tesla V100-SXM3-32GB"},
		{"nvidia-v100-pcie-16gb", "Tesla V100-PCIE-16GB"},
		{"nvidia-a100-sxm-80gb", "nvidia-a100-sxm-80gb, NVIDIA-A100-SXM4-80GB, NVIDIA A100-SXM4-80GB, NVIDIA A100-SXM-80GB, NVIDIA A100-SXM-80GB-CTS, NVIDIA A100-SXM-80GB-500W, A100-SXM-80GB, A100-SXM-80GB?, a100sxm80gb"},
		{"nvidia-a100-sxm-40gb", "NVIDIA A100-SXM-40GB, NVIDIA-A100-SXM4-40GB, A100-SXM-40GB?"},
		{"nvidia-a100-pcie-80gb", "NVIDIA A100-PCIe-80GB, NVIDIA A100 80GB PCIe, NVIDIA-A100-80GB-PCIe, A100-PCIE-80GB"},
		{"nvidia-a100-pcie-40gb", "NVIDIA A100-PCIe-40GB, NVIDIA-A100-PCIE-40GB"},
		{"nvidia-h100-sxm", "NVIDIA-H100-80GB-HBM3, NVIDIA H100-SXM-80GB, NVIDIA H100-SXM-80GB-02, H100-SXM-80GB, h100-sxm5"},
		{"nvidia-h100-pcie", "NVIDIA H100 PCIe, NVIDIA H100-PCIe-80GB, H100-PCIE-80GB, NVIDIA-H100-PCIe"},
		{"nvidia-h100-nvl", "NVIDIA H100-NVL-94GB, NVIDIA H100 NVL"},
		{"nvidia-h200", "NVIDIA-H200, NVIDIA H200-SXM-141GB, NVIDIA H200-SXM-141GB-CTS, H200-SXM-141GB"},
		{"nvidia-h200-nvl", "NVIDIA H200-NVL-141GB, H200-NVL-141GB"},
		{"nvidia-gh200-96gb", "NVIDIA GH200-96GB, GH200-96GB, NVIDIA-GH200-480GB"},
		{"nvidia-gh200-144gb", "NVIDIA GH200-144GB, GH200-144GB, NVIDIA GH200 144G HBM3e"},
		{"nvidia-b200", "NVIDIA B200-SXM-180GB, B200-SXM-180GB, NVIDIA-B200, b200"},
		{"nvidia-b300", "B300-SXM, NVIDIA B300"},
		{"nvidia-gb200", "NVIDIA GB200, GB200"},
		{"nvidia-gb300", "NVIDIA GB300, GB300"},
		{"nvidia-l4", "NVIDIA L4, L4, nvidia-l4"},
		{"nvidia-l40", "NVIDIA L40"},
		{"nvidia-l40s", "NVIDIA L40S, L40S, NVIDIA-L40S"},
		{"nvidia-a2", "NVIDIA A2"},
		{"nvidia-a16", "NVIDIA A16"},
		{"nvidia-a30", "NVIDIA A30"},
		{"nvidia-a40", "NVIDIA A40, A40"},
		{"nvidia-rtx-4090", "NVIDIA GeForce RTX 4090, RTX-4090, rtx4090"},
		{"nvidia-rtx-6000-ada", "RTX-6000-Ada, NVIDIA-RTX-6000-Ada-Generation"},
		{"nvidia-rtx-pro-6000-blackwell-server", "NVIDIA RTX PRO 6000 Blackwell Server-96GB, RTX-PRO-6000-SE, NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition"},
		{"nvidia-rtx-pro-6000-blackwell-workstation", "NVIDIA RTX PRO 6000 Blackwell Workstation Edition"},
		{"amd-mi300x", "AMD Instinct MI300X-192GB, MI300X, AMD_Instinct_MI300X_OAM"},
		{"amd-mi325x", "AMD Instinct MI325X-256GB"},
		{"amd-mi250", "MI250"},
		{"intel-gaudi2", "Gaudi2, gaudi-2"},
		{"google-tpu-v5e", "Google TPU v5e, tpu-v5-lite-podslice"},
		{"google-tpu-v6e", "Google TPU v6 (Trillium), trillium"},
		{"aws-inferentia2", "inf2, Inferentia2"},
		{"qualcomm-cloud-ai-100-pro", "Qualcomm Cloud AI 100 PCIe/HHHL Pro"},
		{"qualcomm-cloud-ai-100-standard", "Qualcomm Cloud AI 100 PCIe/HHHL Standard"},
	} {
		for name := range strings.SplitSeq(test.names, ", ") {
			a, note, err := c.ResolveAccelerator(name)
			if err != nil || a.ID != test.id || note != "" {
				t.Errorf("%s: %s, note %q, %v; want %s", name, a.ID, note, err, test.id)
			}
		}
	}
}

func TestResolveAcceleratorByAssumption(t *testing.T) {
	c := shipped(t)
	for name, id := range map[string]string{
		"h100": "nvidia-h100-sxm", "H200": "nvidia-h200", "a100": "nvidia-a100-sxm-80gb", "A100-80GB": "nvidia-a100-sxm-80gb",
		"a100-40gb": "nvidia-a100-sxm-40gb", "a100-pcie": "nvidia-a100-pcie-80gb", "v100": "nvidia-v100-sxm2-16gb", "gh200": "nvidia-gh200-96gb",
		"rtx-pro-6000": "nvidia-rtx-pro-6000-blackwell-server", "mi300": "amd-mi300x", "tpu": "google-tpu-v5e", "g5.xlarge": "nvidia-a10g",
		"Standard_ND96isr_MI300X_v5": "amd-mi300x", "a2-ultragpu-1g": "nvidia-a100-sxm-80gb", "c7a.xlarge": "cpu-amd-genoa",
	} {
		a, note, err := c.ResolveAccelerator(name)
		if err != nil || a.ID != id || !strings.Contains(note, id) || !strings.Contains(strings.ToLower(note), strings.ToLower(name)) {
			t.Errorf("%s: %s, note %q, %v; want %s", name, a.ID, note, err, id)
		}
	}
}

func TestUnknownAccelerator(t *testing.T) {
	c := shipped(t)
	for name, want := range map[string]string{
		"a11":                              "a10",
		"h100-pci":                         "h100-pcie",
		"nvidia l41":                       "l4",
		"":                                 "no accelerator named",
		"nvidia":                           "unknown accelerator",
		"NVIDIA-A100-SXM4-40GB-MIG-1g.6gb": "it has 1g.5gb, 1g.10gb, 2g.10gb",
		"h100:1g.5gb":                      "NVIDIA H100 SXM5 80GB has no MIG profile",
		"l4:1g.5gb":                        "NVIDIA L4 has no MIG; a slice of its time is written l4:1/4",
		"l4:1/1":                           "1/2 to 1/64",
		"l4:1/900":                         "1/2 to 1/64",
		"h100-mig":                         "MIG slice without a profile",
		"n1-standard-8":                    "unknown accelerator", // an instance without an accelerator
		"NVIDIA Jetson Xavier":             "catalog accelerators",
		"Quadro P6000":                     "unknown accelerator",
		"Inferentia1":                      "inferentia",
		strings.Repeat("x", 5000):          "5000 bytes long",
		"\x00\xff":                         `\x00\xff`,
	} {
		_, _, err := c.ResolveAccelerator(name)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v; want %q", name, err, want)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("%.20q: an error of %d bytes", name, len(err.Error()))
		}
	}
}

func TestResolveModel(t *testing.T) {
	c := shipped(t)
	for id, names := range map[string]string{
		"bert-large":       "bert, bert-large, bert-large-uncased, google-bert/bert-large-uncased, bert-99, bert-99.9, BERT-large",
		"bert-base":        "bert-base-uncased, google-bert/bert-base-cased",
		"distilbert-base":  "distilbert, distilbert/distilbert-base-uncased",
		"resnet-50":        "resnet50, ResNet-50, resnet-50, microsoft/resnet-50, ResNet-50 v1.5",
		"retinanet-mlperf": "retinanet", "rnnt": "rnnt, RNN-T", "dlrm": "dlrm-99, dlrm-99.9", "dlrm-dcnv2": "dlrm-v2-99, dlrm-v2-99.9",
		"3d-unet-kits19": "3d-unet-99, 3d-unet-99.9, 3d-unet", "ssd-resnet34": "ssd-resnet34", "ssd-mobilenet": "ssd-mobilenet", "mobilenet-v1": "mobilenet",
		"sdxl-base-1.0":    "stable-diffusion-xl, stabilityai/stable-diffusion-xl-base-1.0",
		"whisper-large-v3": "whisper, openai/whisper-large-v3", "rgat": "rgat",
		"llama-3.1-70b":          "meta-llama/Llama-3.1-70B-Instruct, Llama-3.1-70B, llama3.1-70b, nvidia/Llama-3.1-70B-Instruct-FP8",
		"llama-2-70b":            "llama2-70b-99.9, meta-llama/Llama-2-70b-chat-hf",
		"llama-3.1-405b":         "llama3.1-405b",
		"mixtral-8x7b":           "mistralai/Mixtral-8x7B-Instruct-v0.1, mixtral-8x7b",
		"mistral-7b-v0.3":        "mistralai/Mistral-7B-Instruct-v0.3",
		"gpt-j-6b":               "gptj-99, EleutherAI/gpt-j-6b",
		"deepseek-r1":            "deepseek-ai/DeepSeek-R1, deepseek-ai/DeepSeek-R1-0528, nvidia/DeepSeek-R1-0528-FP4",
		"deepseek-v3":            "deepseek-ai/DeepSeek-V3-0324, deepseek-ai/DeepSeek-V3-Base",
		"llama-3.1-8b":           "neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8, RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16, amd/Llama-3.1-8B-Instruct-FP8-KV",
		"llama-3.3-70b":          "nvidia/Llama-3.3-70B-Instruct-NVFP4, unsloth/Llama-3.3-70B-Instruct-bnb-4bit",
		"llama-2-7b":             "TheBloke/Llama-2-7B-Chat-AWQ, meta-llama/Llama-2-7b-hf",
		"llama-7b":               "huggyllama/llama-7b",
		"llama-4-scout":          "meta-llama/Llama-4-Scout-17B-16E-Instruct, nvidia/Llama-4-Scout-17B-16E-Instruct-FP8",
		"llama-4-maverick":       "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
		"qwen3-32b":              "Qwen/Qwen3-32B-FP8, Qwen/Qwen3-32B-AWQ, nvidia/Qwen3-32B-NVFP4",
		"qwen3-235b-a22b":        "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8, Qwen/Qwen3-235B-A22B-Thinking-2507",
		"qwen2.5-72b":            "Qwen/Qwen2.5-72B-Instruct-GPTQ-Int8",
		"qwen2-7b":               "Qwen/Qwen2-7B-Instruct",
		"qwen1.5-7b":             "Qwen/Qwen1.5-7B-Chat",
		"qwen3.5-397b-a17b":      "Qwen/Qwen3.5-397B-A17B-FP8",
		"kimi-k2":                "moonshotai/Kimi-K2-Instruct-0905",
		"kimi-k2.5":              "moonshotai/Kimi-K2.5, nvidia/Kimi-K2.5-NVFP4",
		"glm-5":                  "zai-org/GLM-5-FP8",
		"minimax-m2.5":           "MiniMaxAI/MiniMax-M2.5",
		"gpt-oss-120b":           "openai/gpt-oss-120b",
		"gemma-3-27b":            "google/gemma-3-27b-it",
		"falcon-180b":            "tiiuae/falcon-180B-chat",
		"bloom-7b1":              "bigscience/bloom-7b1",
		"opt-6.7b":               "facebook/opt-6.7b",
		"decilm-7b":              "Deci/DeciLM-7B-instruct",
		"yi-6b":                  "01-ai/Yi-6B-Chat",
		"aquila-7b":              "BAAI/Aquila-7B",
		"mistral-7b-v0.1":        "mistralai/Mistral-7B-v0.1, mistralai/Mistral-7B-Instruct-v0.1",
		"retinanet-resnet50-fpn": "retinanet_resnet50_fpn",
	} {
		for name := range strings.SplitSeq(names, ", ") {
			if m, err := c.ResolveModel(name); err != nil || m.ID != id {
				t.Errorf("%s: %s, %v; want %s", name, m.ID, err, id)
			}
		}
	}
	for name, want := range map[string]string{"bertlarg": "bert-large", "": "no model named", "org/": "unknown model", "resnet-51": "resnet"} {
		if _, err := c.ResolveModel(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", name, err, want)
		}
	}
}

// TestServedModels: every spelling of published measurements of language model serving.
func TestServedModels(t *testing.T) {
	c := shipped(t)
	for name := range strings.FieldsSeq(`aquila-7b bloom-7b1 decilm-7b deepseek-r1 deepseek-v3 falcon-180b glm-5 gpt-j-6b gpt-oss-120b gpt-oss-20b
		kimi-k2.5 llama-2-13b llama-2-70b llama-2-7b llama-3-70b llama-3-8b llama-3.1-405b llama-3.1-70b llama-3.1-8b llama-3.3-70b llama-4-maverick
		llama-4-scout llama-7b minimax-m2.5 mistral-7b mixtral-8x22b mixtral-8x7b opt-350m opt-6.7b qwen1.5-7b qwen2-72b qwen2-7b qwen3-235b-a22b
		qwen3-30b-a3b qwen3-32b qwen3.5-397b-a17b yi-6b gptj-99.9 llama2-70b-99 llama3.1-405b llama3.1-8b-edge`) {
		if m, err := c.ResolveModel(name); err != nil || m.Kind != "llm" || m.ParamsB == 0 {
			t.Errorf("%s: %+v, %v", name, m.ID, err)
		}
	}
}

func TestNamedPrecision(t *testing.T) {
	for name, want := range map[string]string{
		"Qwen/Qwen3-32B-FP8": "fp8", "nvidia/DeepSeek-R1-0528-FP4": "fp4", "TheBloke/Llama-2-7B-Chat-AWQ": "int4", "Qwen/Qwen2.5-72B-Instruct-GPTQ-Int8": "int8",
		"unsloth/Llama-3.3-70B-Instruct-bnb-4bit": "int4", "RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8": "int8", "llama-3.1-70b": "", "": "", "fp8/x": "",
	} {
		if got := NamedPrecision(name); got != want {
			t.Errorf("%s: %q; want %q", name, got, want)
		}
	}
}

func TestSequentialModels(t *testing.T) {
	c := shipped(t)
	for id, want := range map[string]bool{"rnnt": true, "whisper-large-v3": true, "llama-3.1-8b": true, "bert-large": false, "resnet-50": false, "sdxl-base-1.0": false} {
		if m, _ := c.Model(id); m.Sequential != want {
			t.Errorf("%s: sequential %v", id, m.Sequential)
		}
	}
}

// TestSpellingIsForgiving: case, separators and the vendor's name never change the part.
func TestSpellingIsForgiving(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SampledFrom(c.Accelerators()).Draw(t, "accelerator")
		name := rapid.SampledFrom(append([]string{a.ID}, a.Aliases...)).Draw(t, "spelling")
		name = strings.ReplaceAll(name, "-", rapid.SampledFrom([]string{"-", " ", "_"}).Draw(t, "separator"))
		if rapid.Bool().Draw(t, "upper") {
			name = strings.ToUpper(name)
		}
		name = rapid.SampledFrom([]string{"", "NVIDIA ", "nvidia-"}).Draw(t, "vendor") + name
		if got, note, err := c.ResolveAccelerator(name); err != nil || got.ID != a.ID || note != "" {
			t.Fatalf("%q: %s, note %q, %v; want %s", name, got.ID, note, err, a.ID)
		}
	})
}

func FuzzResolve(f *testing.F) {
	for _, name := range []string{"a10", "NVIDIA A100-SXM4-80GB", "meta-llama/Llama-3.1-70B-Instruct", "///", "\xff"} {
		f.Add(name)
	}
	c, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if a, _, err := c.ResolveAccelerator(name); (err == nil) != (a.ID != "") {
			t.Errorf("%q: %q, %v", name, a.ID, err)
		}
		if m, err := c.ResolveModel(name); (err == nil) != (m.ID != "") {
			t.Errorf("%q: %q, %v", name, m.ID, err)
		}
	})
}

// TestWith: a model that is added is found by its name before any that is known, and the
// catalogue it was added to does not change.
func TestWith(t *testing.T) {
	c := shipped(t)
	before := len(c.Models())
	for _, id := range []string{"My Model", "mixtral", "llama-3.1-70b", strings.Repeat("long", 100)} {
		over := c.With(Model{ID: id, Kind: "llm", ParamsB: 7})
		if m, err := over.ResolveModel(id); err != nil || m.ParamsB != 7 || m.Name == "" {
			t.Errorf("%.20s: %+v, %v", id, m, err)
		}
	}
	if m, _ := c.ResolveModel("mixtral"); len(c.Models()) != before || m.ID != "mixtral-8x7b" {
		t.Errorf("%d models after %d; mixtral is %s", len(c.Models()), before, m.ID)
	}
}

// TestSizesStandApart: without what separates it from a version, a size is another one.
func TestSizesStandApart(t *testing.T) {
	c := shipped(t)
	apart := regexp.MustCompile(`(?i)(\d)[-_ ](\d+(?:\.\d+)?[bm])\b`)
	looked := 0
	for _, m := range c.Models() {
		for _, spelling := range append([]string{m.ID, m.Name}, m.Aliases...) {
			if joined := apart.ReplaceAllString(spelling, "$1$2"); joined != spelling {
				looked++
				if other, err := c.ResolveModel(joined); err == nil && other.ID == m.ID {
					t.Errorf("%q is taken for %s", joined, m.Name)
				}
			}
		}
	}
	if looked < 50 {
		t.Errorf("only %d names have a size behind a version", looked)
	}
}

// TestThePointOfASizeCounts: without it a name is that of a model of ten times the size, or of none.
func TestThePointOfASizeCounts(t *testing.T) {
	c := shipped(t)
	sized := regexp.MustCompile(`(?i)(\d)\.(\d+(?:b|m|gf|mf))\b`)
	looked := 0
	for _, m := range c.Models() {
		for _, spelling := range append([]string{m.ID, m.Name}, m.Aliases...) {
			without := sized.ReplaceAllString(spelling, "$1$2")
			if without == spelling {
				continue
			}
			looked++
			if other, err := c.ResolveModel(without); err == nil && other.ID == m.ID {
				t.Errorf("%q is taken for %s", without, m.Name)
			}
			underscored := sized.ReplaceAllString(strings.ReplaceAll(spelling, "-", "_"), "${1}_$2")
			if other, err := c.ResolveModel(underscored); err != nil || other.ID != m.ID {
				t.Errorf("%q is %v (%v), not %s", underscored, other.ID, err, m.ID)
			}
		}
	}
	if looked < 50 {
		t.Errorf("only %d names state a size with a point", looked)
	}
}
