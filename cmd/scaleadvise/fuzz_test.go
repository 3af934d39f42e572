package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fuzzFile holds runs that read one file to the contract, whatever is in the file.
func fuzzFile(f *testing.F, name string, seeds []string, words ...string) {
	f.Helper()
	for _, seed := range seeds {
		f.Add(seed)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		t.Chdir(dir)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		q := question{words: words, files: map[string]string{name: text}}
		for _, fault := range violations(q, q.ask()) {
			t.Errorf("%s: %s", q, fault)
		}
	})
}

const plainPlan = "version: 1\nname: x\nworkload: {qps: 40, model: bert-large}\nslo: {p99: 80ms}\ndeploy: {gpu: l4, replicas: 2}\n"

func FuzzPlanFile(f *testing.F) {
	fuzzFile(f, "plan.yaml", []string{plainPlan}, "init", "--plan", "plan.yaml")
}

func FuzzManifest(f *testing.F) {
	fuzzFile(f, "deploy.yaml", []string{intact()["deploy.yaml"], plainPlan}, "check", "deploy.yaml", "-o", "json")
}

func FuzzIgnore(f *testing.F) {
	fuzzFile(f, "plan.yaml", []string{
		plainPlan + "ignore: [{rule: single-zone, reason: dev only, until: 2027-03-01}]\n",
		"# scaleadvise:ignore single-zone dev only until 2027-03-01\n" + plainPlan,
	}, "check", "plan.yaml", "-o", "json")
}

func FuzzBaseline(f *testing.F) {
	fuzzFile(f, "baseline.json", []string{intact()["baseline.json"]}, "check", "-", "--baseline", "baseline.json", "-o", "json")
}

func FuzzScaling(f *testing.F) {
	fuzzFile(f, "scaling.csv", []string{intact()["scaling.csv"], "n,throughput_qps"}, "init", "--qps", "40", "--gpu", "l4", "--scaling-data", "scaling.csv")
}

func FuzzMetricsFile(f *testing.F) {
	fuzzFile(f, "metrics", []string{intact()["vllm.txt"], intact()["requests.json"]}, "observe", "--metrics-file", "metrics")
}

func FuzzClientConfig(f *testing.F) {
	fuzzFile(f, "client.yaml", []string{intact()["client.yaml"]}, "observe", "--prometheus", "ftp://127.0.0.1", "--prometheus-config", "client.yaml")
}

func FuzzAnswers(f *testing.F) {
	fuzzFile(f, "answers.txt", []string{intact()["answers.txt"]}, "quiz", "--answers", "answers.txt", "-o", "json")
}

func FuzzOwnRule(f *testing.F) {
	fuzzFile(f, "rules/own.yaml", []string{intact()["rules/own.yaml"]}, "rules", "list", "--rules", "rules", "-o", "json")
}

// FuzzArguments: words of a command line, one a line, which name no file and ask no server.
func FuzzArguments(f *testing.F) {
	f.Add("init\n--qps=5\n--gpu\na10\n-q")
	f.Add("help\ncheck\n--\n-x")
	f.Fuzz(func(t *testing.T, text string) {
		t.Chdir(t.TempDir())
		q := question{words: append([]string{"--dry-run=false", "init"}, strings.Split(text, "\n")...), stdin: plainPlan}
		for _, word := range q.words {
			if strings.Contains(word, "prometheus") || strings.ContainsAny(word, `/\`) {
				t.Skip("asks elsewhere")
			}
		}
		for _, fault := range violations(q, q.ask()) {
			t.Errorf("%s: %s", q, fault)
		}
	})
}
