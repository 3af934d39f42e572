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
		if !strings.HasPrefix(p.Source, "https://") || !strings.Contains(p.Source, "read 20") {
			t.Errorf("%s: its source says not where and when: %q", p.ID, p.Source)
		}
		if p.Kind != "hardware" && len(p.Quantities["requests"]) == 0 {
			t.Errorf("%s tells of no requests", p.ID)
		}
		if p.File != "profiles/"+p.ID+".yaml" {
			t.Errorf("%s stands in %s", p.ID, p.File)
		}
	}
	for _, id := range strings.Fields("vllm triton tgi sglang kserve torchserve tf-serving ray-serve bentoml nginx envoy istio generic dcgm kube-state-metrics") {
		if !ids[id] {
			t.Errorf("no profile %s", id)
		}
	}
}
