package prom

import (
	"strings"
	"testing"
)

func shipped(t testing.TB) []*Profile {
	t.Helper()
	files, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadProfiles(files)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestShippedProfilesAreSound(t *testing.T) {
	ids := map[string]bool{}
	for _, p := range shipped(t) {
		ids[p.ID] = true
		if !strings.HasPrefix(p.Source, "https://") || !strings.Contains(p.Source, "read 20") && !strings.Contains(p.Source, "not tried on a running server") {
			t.Errorf("%s: its source says not where and when: %q", p.ID, p.Source)
		}
		if p.Kind != "hardware" && len(p.Quantities["requests"]) == 0 && !strings.Contains(p.Notes, "no requests") {
			t.Errorf("%s tells of no requests, and its notes do not say so", p.ID)
		}
		if p.File != "profiles/"+p.ID+".yaml" {
			t.Errorf("%s stands in %s", p.ID, p.File)
		}
	}
	for _, id := range strings.Fields("vllm triton tgi sglang kserve torchserve tf-serving ray-serve bentoml nginx envoy istio generic dcgm kube-state-metrics ray-vllm nim trtllm dynamo llm-d-epp litellm llama-cpp triton-trtllm knative grpc lmdeploy tei openvino gen-ai traefik haproxy kong") {
		if !ids[id] {
			t.Errorf("no profile %s", id)
		}
	}
}

const soundProfile = `
id: own
title: Own server
kind: classic
source: https://example.com/metrics (read 2026-11)
probe: own_requests_total
quantities:
  requests: {counter: own_requests_total}
  latency: {histogram: own_seconds, unit: s}
`

// Each change of the sound profile is refused, at its place and with what to do.
func TestProfilesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ old, new, says string }{
		"unknown key":         {"title:", "titel:", `own.yaml:3:1: unknown key "titel": did you mean title?`},
		"missing":             {"source: https://example.com/metrics (read 2026-11)\n", "", "the profile has no source"},
		"kind":                {"classic", "clasic", `own.yaml:4:7: unknown word "clasic": did you mean classic?`},
		"id":                  {"id: own", "id: Own Server", "lower-case words joined by dashes"},
		"metric":              {"own_requests_total}", "own-requests}", `"own-requests" is not the name of a metric`},
		"quantity":            {"  requests:", "  request:", `unknown quantity "request": did you mean requests?`},
		"two forms":           {"counter: own_requests_total}", "counter: a, gauge: b}", "name one of counter, gauge, histogram, targets and query"},
		"no form":             {"counter: own_requests_total}", "where: 'a=\"b\"'}", "name one of counter, gauge, histogram, targets and query"},
		"no unit":             {", unit: s", "", "say the unit of latency: ms, ns, s, us"},
		"unknown unit":        {"unit: s", "unit: sec", `unknown word "sec"`},
		"counter as time":     {"histogram: own_seconds", "counter: own_seconds", "latency is not a count; divide the counter by another with per"},
		"label of a number":   {"counter: own_requests_total}", "counter: a, label: b}", "label is for names"},
		"per without counter": {"counter: own_requests_total}", "gauge: a, per: b}", "per divides a counter"},
		"across a counter":    {"counter: own_requests_total}", "counter: a, across: max}", "across joins the series of a gauge"},
		"where":               {"counter: own_requests_total}", "counter: a, where: 'b'}", "where: \"b\" compares nothing"},
		"twice":               {"title: Own server", "title: A\ntitle: B", "title appears twice"},
		"no mapping":          {soundProfile, "[1, 2]", "a profile is a mapping"},
		"empty":               {soundProfile, "  ", "empty"},
		"binary":              {"Own server", "Own\x00server", "not text"},
		"not YAML":            {"kind: classic", "kind: [", "not valid YAML"},
		"empty list":          {"{counter: own_requests_total}", "[]", "no metric is named"},
		"a list for a text":   {"Own server", "[a]", "a text belongs here"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(soundProfile, test.old, test.new, 1)
			_, err := ReadProfiles([]File{{"own.yaml", []byte(text)}})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %s", err, test.says)
			}
		})
	}
	if _, err := ReadProfiles([]File{{"own.yaml", []byte(soundProfile)}}); err != nil {
		t.Error(err)
	}
	twice := []File{{"a.yaml", []byte(soundProfile)}, {"b.yaml", []byte(soundProfile)}}
	if _, err := ReadProfiles(twice); err == nil || !strings.Contains(err.Error(), "b.yaml: the id own is taken by a.yaml") {
		t.Errorf("a taken id: %v", err)
	}
}

func FuzzProfile(f *testing.F) {
	f.Add(soundProfile)
	files, err := Shipped()
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(string(file.Text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ReadProfiles([]File{{"own.yaml", []byte(text)}})
		if err == nil && (len(all) != 1 || all[0].ID == "") {
			t.Errorf("%q: taken as %+v", text, all)
		}
	})
}
