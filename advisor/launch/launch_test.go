package launch_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/launch"
)

func texts(words ...string) []launch.Text {
	var out []launch.Text
	for i, w := range words {
		out = append(out, launch.Text{Value: w, At: i})
	}
	return out
}

func said(s launch.Server) string {
	var out []string
	for _, key := range []launch.Key{
		launch.Model, launch.TensorParallel, launch.PipelineParallel, launch.DataParallel, launch.Quantization, launch.DType,
		launch.KVDType, launch.MaxLength, launch.MaxSequences, launch.MemoryFraction,
	} {
		if v, ok := s.Settings[key]; ok {
			out = append(out, string(key)+"="+v.Text)
		}
	}
	return s.Engine + ": " + strings.Join(out, ", ")
}

func TestRead(t *testing.T) {
	env := []launch.Variable{{Name: "TP", Text: launch.Text{Value: "4"}, Known: true}, {Name: "SECRET"}}
	for _, x := range []struct {
		name      string
		container launch.Container
		want      string
		complete  bool
	}{
		{"vLLM by image", launch.Container{Image: "vllm/vllm-openai:v1", Args: texts("--model", "a/b", "--tensor_parallel_size=2", "-pp", "2")},
			"vllm: model=a/b, tensor-parallel size=2, pipeline-parallel size=2", true},
		{"vLLM by command", launch.Container{Image: "mine", Command: texts("vllm", "serve", "a/b"), Args: texts("--max-model-len", "4096", "--dtype=half")},
			"vllm: model=a/b, data type=half, longest sequence=4096", true},
		{"the model alone", launch.Container{Image: "vllm/vllm-openai", Args: texts("a/b", "--kv-cache-dtype", "fp8")}, "vllm: model=a/b, data type of the KV cache=fp8", true},
		{"a variable of Kubernetes", launch.Container{Image: "vllm/vllm-openai", Args: texts("--model=a/b", "-tp", "$(TP)"), Env: env}, "vllm: model=a/b, tensor-parallel size=4", true},
		{"one that is not known", launch.Container{Image: "vllm/vllm-openai", Args: texts("--model=$(SECRET)", "-tp", "2"), Env: env}, "vllm: tensor-parallel size=2", false},
		{"a script", launch.Container{Image: "x", Command: texts("sh", "-c"), Args: texts("# vllm serve no\nulimit -n 9; exec python3 -m \\\n sglang.launch_server --model-path 'a/b' --tp ${TP} --dp ${DP:-2}")},
			"sglang: model=a/b, data-parallel size=2", false},
		{"a script in the image", launch.Container{Image: "vllm/vllm-openai", Command: texts("bash", "/start.sh")}, "vllm: ", false},
		{"TGI", launch.Container{Image: "ghcr.io/huggingface/text-generation-inference:3", Env: []launch.Variable{{Name: "MODEL_ID", Text: launch.Text{Value: "a/b"}, Known: true}, env[0]},
			Args: texts("--num-shard", "$(TP)")}, "tgi: model=a/b, tensor-parallel size=4", true},
		{"NIM", launch.Container{Image: "nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3"}, "nim: model=meta/llama-3.1-8b-instruct", true},
		{"Ollama", launch.Container{Image: "ollama/ollama", Hooks: [][]launch.Text{texts("sh", "-c", "sleep 1 && ollama pull llama3.1:8b")}}, "ollama: model=llama3.1:8b", true},
		{"something else", launch.Container{Image: "nginx", Args: texts("--model", "x")}, ": ", true},
	} {
		got := launch.Read(x.container)
		if said(got) != x.want || got.Complete != x.complete {
			t.Errorf("%s: %q, complete %v; want %q, %v", x.name, said(got), got.Complete, x.want, x.complete)
		}
	}
}

// TestShellSaysTheSame: a command line quoted into a script means what it means by itself.
func TestShellSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := []string{"vllm", "serve"}
		for range rapid.IntRange(0, 6).Draw(t, "flags") {
			words = append(words, rapid.SampledFrom([]string{"--model", "-tp", "--dtype", "--max-model-len=4096", "--other", "a b", "1"}).Draw(t, "word"))
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = rapid.SampledFrom([]string{"'" + w + "'", `"` + w + `"`}).Draw(t, "quoted")
		}
		glue := rapid.SampledFrom([]string{" ", " \\\n  ", "\t"}).Draw(t, "glue")
		plain := launch.Read(launch.Container{Command: texts(words...)})
		script := launch.Read(launch.Container{Command: texts("sh", "-c", "set -e\n"+strings.Join(quoted, glue))})
		if said(plain) != said(script) {
			t.Errorf("%v: %q, in a script %q", words, said(plain), said(script))
		}
	})
}

// TestAnyText: whatever stands there is read in bounded time.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.SampledFrom([]string{"$", "{", "}", "(", ")", "'", `"`, "\\", "\n", "#", "-c", "sh", "vllm serve", "A", ":-", " "})).Draw(t, "text")
		value := strings.Join(text, "")
		env := []launch.Variable{{Name: "A", Text: launch.Text{Value: "$(A)$(A)" + value}, Known: true}}
		launch.Read(launch.Container{Image: "vllm", Command: texts("sh", "-c", value), Args: texts(value), Env: env})
	})
}
