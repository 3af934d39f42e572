package trace

import (
	"context"
	"io"
	"strings"
	"testing"
)

func plainText(t *testing.T, text string) (string, error) {
	t.Helper()
	b, err := io.ReadAll(Plain(context.Background(), strings.NewReader(text)))
	return string(b), err
}

func TestPlain(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"azure": {
			"TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:05.4799600,3180,8\n",
			"arrival_s,input_tokens,output_tokens\n65823.97996,4808,10\n65825.47996,3180,8\n",
		},
		"burstgpt": {
			"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n",
			"arrival_s,input_tokens,output_tokens\n5,472,18\n",
		},
		"mooncake": {
			`{"timestamp": 0, "input_length": 300, "output_length": 5, "hash_ids": [1, 2, 3]}` + "\n" +
				`{"timestamp": 3000, "input_length": 400, "output_length": 6, "hash_ids": [1, 2, 7, 8]}`,
			"arrival_s,input_tokens,output_tokens,reused_tokens\n0,300,5,0\n3,400,6,200\n",
		},
		"seconds": {
			`{"timestamp": 0.5, "input_length": 300, "output_length": 5}` + "\n",
			"arrival_s,input_tokens,output_tokens,reused_tokens\n0.5,300,5,0\n",
		},
		"aiperf": {
			`{"metadata": {"request_start_ns": 2000000000}, "metrics": {"input_sequence_length": {"value": 30}, "output_sequence_length": {"value": 4}}}` + "\n",
			"arrival_s,input_tokens,output_tokens,reused_tokens\n2,30,4,0\n",
		},
		"vllm": {
			`{"request_throughput": 2, "input_lens": [10, 20], "output_lens": [1, 2]}`,
			"arrival_s,input_tokens,output_tokens\n0,10,1\n0.5,20,2\n",
		},
		"guidellm": {
			"{\n\"benchmarks\": [{\"requests\": {\"successful\": [{\"start_time\": 12, \"prompt_tokens\": 7, \"output_tokens\": 8}, {\"start_time\": 10, \"prompt_tokens\": 5, \"output_tokens\": 6}]}}]}",
			"arrival_s,input_tokens,output_tokens\n0,5,6\n2,7,8\n",
		},
		"ours":   {"arrival_s,input_tokens,output_tokens\n0,1,2\n", "arrival_s,input_tokens,output_tokens\n0,1,2\n"},
		"no one": {"a,b\n1,2\n", "a,b\n1,2\n"},
		"empty":  {"", ""},
	} {
		if got, err := plainText(t, test.text); err != nil || got != test.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
	}
}

func TestPlainRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,2\n":              "line 2: TIMESTAMP",
		"TIMESTAMP,ContextTokens,GeneratedTokens\n1\n":                          "line 2: no ContextTokens",
		`{"timestamp": 1, "input_length": -3, "output_length": 1}`:              "line 1: input_length is -3",
		`{"timestamp": 1, "input_length": 3}`:                                   "line 1: no output_length",
		`{"timestamp": 1, "input_length": 3, "output_length": 2}` + "\n{broken": "line 2: no JSON",
		"{\"input_lens\": [1]}":                                                 "says nothing about single requests",
	} {
		if _, err := plainText(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

func TestSummarize(t *testing.T) {
	var b strings.Builder
	b.WriteString("arrival_s,input_tokens,output_tokens\n")
	for range 10 {
		b.WriteString("0,100,10\n")
	}
	b.WriteString("9.5,100,10\n")
	s, err := Summarize(context.Background(), strings.NewReader(b.String()))
	if err != nil || s.Requests != 11 || s.Length != 9.5 || s.Peak != 11/9.5 || s.Reused != 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if want := (8.9*8.9 + 0.1*0.1 + 8*1.1*1.1) / 10 / 1.1; s.Dispersion < want-1e-9 || s.Dispersion > want+1e-9 {
		t.Errorf("dispersion %g, want %g", s.Dispersion, want)
	}
	for text, want := range map[string]string{
		"": "it is empty", "a,b\n1,2\n": "its columns say no requests", "arrival_s,input_tokens\n1,2\n": "fewer than two moments",
		"arrival_s,input_tokens\n-1,2\n": "line 2: arrival_s", "arrival_s\n2\n1\n": "line 3: arrival_s 1 is before",
	} {
		if _, err := Summarize(context.Background(), strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}
