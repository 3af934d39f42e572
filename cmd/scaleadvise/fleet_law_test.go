package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fleetAnswer is what a fleet's JSON says of its machines.
type fleetAnswer struct {
	Feasible bool
	Warnings []string
	Services []struct {
		Name     string
		Feasible bool
		Losses   int `json:"required_machine_losses"`
		Plans    []struct {
			Accelerator  string
			PerReplica   int `json:"accelerators_per_replica"`
			Runtime      string
			Precision    string
			Replicas     int
			MachineNamed string `json:"machine"`
		}
	}
	Machines []struct {
		Hosts []struct {
			Zone     *int
			Services []struct {
				Name     string
				Replicas int
			}
		}
	}
}

// TestLossesAreSurvived takes every machine and every zone away from random fleets, counts what is
// left of each service, and has a check judge that as a deployment of its own.
func TestLossesAreSurvived(t *testing.T) {
	draws := 12
	if testing.Short() {
		draws = 3
	}
	judged := map[string]bool{}
	zonesLost := 0
	for seed := range uint64(draws) {
		r := rand.New(rand.NewPCG(seed, 21))
		traits, zoned := map[string]string{}, map[string]bool{}
		file := filepath.Join(t.TempDir(), "fleet.yaml")
		text := drawnFleet(r, traits, zoned)
		answer := answered[fleetAnswer](t, file, text)
		var zones = map[int]map[string]int{}
		var machines []map[string]int
		total := map[string]int{}
		for _, m := range answer.Machines {
			for _, h := range m.Hosts {
				here := map[string]int{}
				for _, s := range h.Services {
					here[s.Name] += s.Replicas
					total[s.Name] += s.Replicas
					if h.Zone != nil {
						if zones[*h.Zone] == nil {
							zones[*h.Zone] = map[string]int{}
						}
						zones[*h.Zone][s.Name] += s.Replicas
					}
				}
				machines = append(machines, here)
			}
		}
		zonesLost += len(zones)
		for _, s := range answer.Services {
			if !s.Feasible || len(s.Plans) != 1 || strings.Contains(strings.Join(answer.Warnings, "\n"), s.Name+": however") {
				continue
			}
			p := s.Plans[0]
			if total[s.Name] != p.Replicas {
				t.Errorf("seed %d: %d replicas of %s stand on machines, %d are planned\n%s", seed, total[s.Name], s.Name, p.Replicas, text)
			}
			most := gone(machines, zones, s.Name, s.Losses, zoned[s.Name])
			left := fmt.Sprintf("version: 1\nworkload: {%s}\nslo: {p99: 100ms}\ndeploy: {gpu: %s, gpus_per_replica: %d, replicas: %d, runtime: %s, precision: %s}\n",
				traits[s.Name], p.Accelerator, p.PerReplica, p.Replicas-most, p.Runtime, p.Precision)
			if judged[left] {
				continue
			}
			judged[left] = true
			if p.Replicas-most < 1 {
				t.Errorf("seed %d: nothing is left of %s after a loss\n%s", seed, s.Name, text)
				continue
			}
			if said := checkedFile(t, left); strings.Contains(said, `"over-capacity"`) || strings.Contains(said, `"verdict": "unjudged"`) {
				t.Errorf("seed %d: %s does not carry its load with %d of %d replicas lost:\n%s\n%s\n%s", seed, s.Name, most, p.Replicas, left, text, said)
			}
		}
	}
	if zonesLost == 0 || len(judged) == 0 {
		t.Errorf("%d zones were lost and %d deployments judged: the draws say nothing", zonesLost, len(judged))
	}
}

// gone is the most replicas of a service that go with the machines that it is promised to survive,
// or with a zone where its promise needs one survived.
func gone(machines []map[string]int, zones map[int]map[string]int, name string, losses int, zoned bool) int {
	var on []int
	for _, m := range machines {
		on = append(on, m[name])
	}
	slices.Sort(on)
	slices.Reverse(on)
	most := 0
	for _, n := range on[:min(losses, len(on))] {
		most += n
	}
	if zoned {
		for _, z := range zones {
			most = max(most, z[name])
		}
	}
	return most
}

// drawnFleet draws services that promise to survive, on machines that they share.
func drawnFleet(r *rand.Rand, traits map[string]string, zoned map[string]bool) string {
	var b strings.Builder
	machine := []string{"g6.12xlarge", "g5.12xlarge", "g6.48xlarge", "p4d.24xlarge"}[r.IntN(4)]
	fmt.Fprintf(&b, "version: 1\nkind: fleet\nlimits: {cloud: aws}\nonly_pool: true\npool: [{machine: %s, count: 40}]\nservices:\n", machine)
	for i := range 2 + r.IntN(4) {
		name := fmt.Sprintf("s%d", i)
		model := []string{"bert-large", "resnet50", "bert-base"}[r.IntN(3)]
		traits[name] = fmt.Sprintf("model: %s, qps: %d", model, 20+r.IntN(1500))
		promised, zones := []float64{0.999, 0.9995, 0.99}[r.IntN(3)], 1+r.IntN(3)
		const zone = 0.9995 // of the time one works
		zoned[name] = zones > 1 && math.Pow(zone, float64(zones)) < promised-1e-9
		fmt.Fprintf(&b, "  - {name: %s, workload: {%s}, slo: {p99: 100ms, availability: %g%%}, deploy: {zones: %d}}\n", name, traits[name], 100*promised, zones)
	}
	return b.String()
}

// answered is what of the answer to a fleet is asked for.
func answered[A any](t testing.TB, file, text string) A {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newStage()
	run(t.Context(), []string{"fleet", file, "-o", "json"}, s.streams)
	var a A
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s\n%s", err, s.err.String(), text)
	}
	return a
}

func checkedFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newStage()
	run(t.Context(), []string{"check", file, "-o", "json"}, s.streams)
	if s.out.Len() == 0 {
		t.Fatalf("%s\n%s", s.err.String(), text)
	}
	return s.out.String()
}
