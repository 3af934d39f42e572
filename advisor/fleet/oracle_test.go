//go:build oracle

package fleet

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestAgainstCBC holds the solver against COIN-OR's branch and cut (Debian: coinor-cbc) on random
// problems, written down with every machine and every replica: go test -tags oracle.
func TestAgainstCBC(t *testing.T) {
	cbc, err := exec.LookPath("cbc")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("no cbc on the path: apt-get install coinor-cbc")
	}
	told := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 6))
		p := drawn(r, 2+r.IntN(5), 2+r.IntN(2), r.IntN(2) == 0)
		want, status := optimum(t, cbc, p)
		got, proved := Solve(context.Background(), p, Usual(p))
		switch {
		case status == "stopped":
			continue
		case status == "infeasible":
			if got != nil {
				t.Errorf("seed %d: found %g where there is none", seed, got.Cost)
			}
		case got == nil:
			t.Errorf("seed %d: nothing found; the optimum is %g", seed, want)
		case got.Cost < want*(1-1e-5)-0.01:
			t.Errorf("seed %d: %g is less than the optimum %g", seed, got.Cost, want)
		case proved && got.Cost > want*(1+1e-5)+0.01:
			t.Errorf("seed %d: %g; the optimum is %g", seed, got.Cost, want)
		case got.Bound > want*(1+1e-5)+0.01:
			t.Errorf("seed %d: bound %g above the optimum %g", seed, got.Bound, want)
		}
		told++
	}
	if told < 150 {
		t.Errorf("only %d of 200 problems were solved by both", told)
	}
}

// TestHundredServices keeps the gap that fleets of a hundred services over sixty kinds of machine
// are left with.
func TestHundredServices(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := drawn(r, 100, 60, false)
		s, _ := Solve(context.Background(), p, Usual(p))
		if s == nil || s.Gap() > 0.02 {
			t.Errorf("seed %d: %+v; want a plan within 2 %% of the bound", seed, s)
			continue
		}
		if fault := broken(p, s); fault != "" {
			t.Errorf("seed %d: %s", seed, fault)
		}
		t.Logf("seed %d: cost %.0f bound %.0f gap %.2f %%", seed, s.Cost, s.Bound, 100*s.Gap())
	}
}

// optimum solves a problem by cbc.
func optimum(t *testing.T, cbc string, p *Problem) (cost float64, status string) {
	t.Helper()
	dir := t.TempDir()
	file, out := filepath.Join(dir, "p.lp"), filepath.Join(dir, "p.sol")
	if err := os.WriteFile(file, []byte(program(p)), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(cbc, file, "sec", "20", "ratio", "0", "allow", "0.001", "solve", "solu", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	switch {
	case strings.HasPrefix(first, "Optimal"):
		cost, err = strconv.ParseFloat(strings.Fields(first)[len(strings.Fields(first))-1], 64)
		if err != nil {
			t.Fatal(err)
		}
		return cost, "optimal"
	case strings.HasPrefix(first, "Infeasible"), strings.HasPrefix(first, "Integer infeasible"):
		return 0, "infeasible"
	}
	return 0, "stopped"
}

// program writes a problem in CPLEX's LP format: x chooses options, y uses machines, z places
// replicas.
func program(p *Problem) string {
	var cost, rows, bounds, binary, general strings.Builder
	most := mostUsed(p)
	uses := make([][]string, len(p.Machines)) // by machine and its bin: what stands on it
	number := make([]int, len(p.Machines))
	quota := make([]string, len(p.Quotas))
	cost.WriteString("Minimize\n obj: 0 zero")
	for m, one := range p.Machines {
		left := int(math.Min(most[m], 200))
		for _, s := range one.Stocks {
			for i := range min(s.Most, left) {
				b := number[m]
				if i > 0 { // machines alike are used in their order
					fmt.Fprintf(&rows, " o_%d_%d: y_%d_%d - y_%d_%d <= 0\n", m, b, m, b, m, b-1)
				}
				number[m]++
				left--
				fmt.Fprintf(&cost, " + %.10g y_%d_%d", s.USD, m, b)
				fmt.Fprintf(&binary, " y_%d_%d\n", m, b)
				if s.Quota >= 0 {
					quota[s.Quota] += fmt.Sprintf(" + %g y_%d_%d", one.Cards, m, b)
				}
				uses[m] = append(uses[m], "")
			}
		}
	}
	for s, one := range p.Services {
		row := ""
		for o, option := range one.Options {
			row += fmt.Sprintf(" + x_%d_%d", s, o)
			fmt.Fprintf(&binary, " x_%d_%d\n", s, o)
			part := option.Parts[0]
			all := ""
			for b := range number[part.Machine] {
				z := fmt.Sprintf("z_%d_%d_%d", s, o, b)
				all += " + " + z
				uses[part.Machine][b] += fmt.Sprintf(" + %g %s", part.Need.Cards, z)
				fmt.Fprintf(&general, " %s\n", z)
				fmt.Fprintf(&bounds, " 0 <= %s <= %d\n", z, part.Cap)
			}
			fmt.Fprintf(&rows, " r_%d_%d: 0 zero%s - %d x_%d_%d = 0\n", s, o, all, part.Replicas, s, o)
		}
		fmt.Fprintf(&rows, " s_%d:%s = 1\n", s, row)
	}
	for m, all := range uses {
		for b, text := range all {
			fmt.Fprintf(&rows, " c_%d_%d: 0 zero%s - %g y_%d_%d <= 0\n", m, b, text, p.Machines[m].Cards, m, b)
		}
	}
	for i, text := range quota {
		if text != "" {
			fmt.Fprintf(&rows, " q_%d:%s <= %d\n", i, text, p.Quotas[i].Most)
		}
	}
	return cost.String() + "\nSubject To\n" + rows.String() + "Bounds\n zero = 0\n" + bounds.String() + "General\n" + general.String() + "Binary\n" + binary.String() + "End\n"
}
