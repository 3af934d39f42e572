package forward

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

var (
	update = flag.Bool("update", false, "write fitted/, the errors found again")
	again  = flag.Bool("fit", false, "with -update: fit the kernel again, in some minutes")
)

// beginning is where the fit sets out from.
func beginning() Kernel {
	return Kernel{Kind: 0.4, Runtime: 0.8, Precision: 0.02, Mode: 0.14, Device: 0.17, Cell: 0.05, Like: 0.5, LikeClass: 0.005,
		Source: 0.15, SourceClass: 0.05, Class: 0.02, ClassPrecision: 0.09, AlikeDevice: 0.003, ClassCell: 0.02, Family: 0.3, FamilyCell: 0.017,
		Model: 0.003, Uncounted: 2, Batch: 0.1, BatchDevice: 0.002, BatchLike: 0.03, FixedFamily: 0.25, FixedNoise: 0.03, Noise: 0.013, UncountedNoise: 0.3,
		GMACs: 2.2, Intensity: 1, Params: 1.5, FamilyGMACs: 2.2, FamilyIntensity: 0.7, BatchSize: 1.2, Peak: 1.8, Bandwidth: 0.55}
}

// free are the coefficients that the fit moves.
func (k *Kernel) free() []*float64 {
	return []*float64{&k.Kind, &k.Runtime, &k.Precision, &k.Mode, &k.Device, &k.Cell, &k.Like, &k.LikeClass, &k.Source, &k.SourceClass,
		&k.Class, &k.ClassPrecision, &k.AlikeDevice, &k.ClassCell, &k.Family, &k.FamilyCell, &k.Model, &k.Uncounted, &k.Batch, &k.BatchDevice, &k.BatchLike,
		&k.FixedFamily, &k.FixedNoise,
		&k.Noise, &k.UncountedNoise, &k.GMACs, &k.Intensity, &k.Params, &k.FamilyGMACs, &k.FamilyIntensity, &k.BatchSize, &k.Peak, &k.Bandwidth}
}

// evidence of runs, with coefficients for what models of a class are like.
func fitted(t *testing.T, table table, runs []run, k Kernel) *Evidence {
	t.Helper()
	c := Coefficients{Kernel: k, Typical: typical(table.models)}
	return gathering(c, table, c.less(table, runs))
}

// typical fits the regressions of every class that has models enough, and of all.
func typical(models []described) map[string]Typical {
	of := map[string][]described{anyClass: models}
	for _, m := range models {
		of[m.class] = append(of[m.class], m)
	}
	out := map[string]Typical{}
	for name, list := range of {
		if t, ok := typicalOf(list); ok {
			out[name] = t
		}
	}
	return out
}

func typicalOf(models []described) (Typical, bool) {
	var params, extents []float64
	for _, m := range models {
		if m.ParamsM > 0 {
			params = append(params, math.Log(m.ParamsM))
		}
		if x := extent(m.Input); x > 0 {
			extents = append(extents, math.Log(x))
		}
	}
	t := Typical{Params: rounded(stat.Median(params)), Extent: rounded(stat.Median(extents))}
	var gmacs, activations, operators [][]float64
	for _, m := range models {
		if m.GMACs == 0 || m.ParamsM == 0 {
			continue
		}
		gmacs = append(gmacs, []float64{math.Log(m.GMACs), math.Log(m.ParamsM), t.size(m.Input)})
		if m.ActivationsM > 0 {
			activations = append(activations, []float64{math.Log(m.ActivationsM), math.Log(m.GMACs), math.Log(m.ParamsM)})
			if n := operatorsOf(m.Model, m.class); n > 0 {
				operators = append(operators, []float64{math.Log(n), math.Log(m.GMACs), math.Log(m.ParamsM), math.Log(m.ActivationsM)})
			}
		}
	}
	if len(gmacs) < 12 || len(activations) < 12 {
		return t, false
	}
	t.GMACs, t.Activations = regress(gmacs), regress(activations)
	if len(operators) >= 12 {
		t.Operators = regress(operators)
	}
	return t, true
}

// regress fits the first of each row to the others by least squares, held a little to
// slopes of nothing.
func regress(rows [][]float64) Regression {
	n := len(rows[0])
	normal, right := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for _, r := range rows {
		x := append([]float64{1}, r[1:]...)
		for i := range x {
			right.SetVec(i, right.AtVec(i)+x[i]*r[0])
			for j := i; j < n; j++ {
				normal.SetSym(i, j, normal.At(i, j)+x[i]*x[j])
			}
		}
	}
	for i := 1; i < n; i++ {
		normal.SetSym(i, i, normal.At(i, i)+0.1)
	}
	var solution mat.VecDense
	if err := solution.SolveVec(normal, right); err != nil {
		panic(err)
	}
	out := make(Regression, n)
	for i := range out {
		out[i] = rounded(solution.AtVec(i))
	}
	return out
}

// rounded keeps three decimals, so that the last bits of a processor's arithmetic do not
// reach the committed tables.
func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

// likelihood is the negative logarithm of the marginal likelihood of some cells (Rasmussen
// and Williams, 5.8).
func (e *Evidence) likelihood(cells []*cell) float64 {
	chol, ok := e.factor(cells)
	if !ok {
		return math.Inf(1)
	}
	y := mat.NewVecDense(len(cells), nil)
	for i, c := range cells {
		y.SetVec(i, c.value)
	}
	var solved mat.VecDense
	if err := chol.SolveVecTo(&solved, y); err != nil {
		return math.Inf(1)
	}
	return 0.5*mat.Dot(y, &solved) + 0.5*chol.LogDet()
}

func (e *Evidence) factor(cells []*cell) (*mat.Cholesky, bool) {
	n := len(cells)
	m := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			m.SetSym(i, j, e.Kernel.between(&cells[i].point, &cells[j].point))
		}
		m.SetSym(i, i, m.At(i, i)+e.Kernel.noise(cells[i]))
	}
	var chol mat.Cholesky
	return &chol, chol.Factorize(m)
}

// tune moves the coefficients to where the cells are likeliest: one after the other, by a
// factor that shrinks.
func (e *Evidence) tune(cells []*cell) {
	cells = e.believable(cells)
	best := e.likelihood(cells)
	for _, factor := range []float64{1.6, 1.25} {
		for _, x := range e.Kernel.free() {
			for _, f := range []float64{factor, 1 / factor} {
				old := *x
				*x *= f
				if now := e.likelihood(cells); now < best {
					best = now
					break
				}
				*x = old
			}
		}
	}
}

// sharpen moves the coefficients to where predictions err least on models and on devices
// that they leave out, every device, runtime and precision with one vote.
func (e *Evidence) sharpen() {
	held := e.sample(1)
	best := e.loss(held)
	for _, factor := range []float64{1.7, 1.3} {
		for _, x := range e.Kernel.free() {
			for _, f := range []float64{factor, 1 / factor} {
				old := *x
				*x *= f
				if now := e.loss(held); now < best*0.9995 {
					best = now
					break
				}
				*x = old
			}
		}
	}
	for _, x := range e.Kernel.free() {
		*x = significant(*x)
	}
}

// loss is the mean error of ln time, bounded so that no run outweighs others (Geman and
// McClure's form).
func (e *Evidence) loss(cells []int) float64 {
	sum := 0.0
	for i, leave := range []string{LeaveModel, LeaveHardware} {
		weight := float64(2 - i)
		for _, t := range e.try(cells, leave) {
			off := math.Abs(math.Log(t.Seconds / t.Predicted))
			sum += weight * off / (off + 0.3)
		}
	}
	return sum / float64(len(cells))
}

// significant keeps three digits.
func significant(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x))-2)
	return math.Round(x/unit) * unit
}

// believable leaves out the cells that all others contradict: by leave-one-out residuals
// (Rasmussen and Williams, 5.12) beyond 3.5 standard deviations.
func (e *Evidence) believable(cells []*cell) []*cell {
	chol, ok := e.factor(cells)
	if !ok {
		return cells
	}
	var inverse mat.SymDense
	if err := chol.InverseTo(&inverse); err != nil {
		return cells
	}
	var kept []*cell
	for i, c := range cells {
		sum := 0.0
		for j, o := range cells {
			sum += inverse.At(i, j) * o.value
		}
		if math.Abs(sum)/math.Sqrt(inverse.At(i, i)) < 3.5 {
			kept = append(kept, c)
		}
	}
	return kept
}

// learning picks the cells that the fit looks at: of four models in ten, a few of every
// device, runtime, precision and mode, so that models recur across hardware.
func (e *Evidence) learning() []*cell {
	folds, taken := e.foldsOf(), map[[4]int32]int{}
	var list []*cell
	for i := range e.cells {
		c := &e.cells[i]
		key := [4]int32{c.run, c.runtime, c.precision, c.mode}
		if folds[c.name] < 4 && taken[key] < 9 && lot(e.names[byName].list[c.name]+"."+string(rune('a'+c.run%26))) < 0.45 {
			taken[key]++
			list = append(list, c)
		}
	}
	return list
}

// ceilings sets the share of what its hardware could do that one run in fifty exceeds.
func (e *Evidence) ceilings() {
	shares := map[string][]float64{}
	for i := range e.cells {
		c, h := &e.cells[i], e.devices[e.cells[i].origin.Device]
		if !c.rated || !c.asks() || h.Estimated {
			continue
		}
		m := e.models[c.origin.Model]
		least := fastest(m.Model, e.shapeOf(m), h, e.names[byRuntime].list[c.runtime], e.names[byPrecision].list[c.precision], math.Exp(c.batch))
		shares[h.Kind] = append(shares[h.Kind], least/e.seconds(c))
	}
	e.Ceiling = map[string]float64{}
	for kind, list := range shares {
		slices.Sort(list)
		e.Ceiling[kind] = rounded(math.Min(stat.Quantile(list, 0.98), 0.95))
	}
}

// conform sets the quantiles of the errors that cross-validation finds. Of models they hold
// in every sample by itself: hidden models may be seen elsewhere or nowhere, and weigh by run
// or by stack. Of hardware they hold over all samples together, unseen harnesses among them.
func (e *Evidence) conform(each int, times [][]float64) {
	samples := map[string]map[string][]float64{} // by key and sample
	add := func(key, sample string, z []float64) {
		if samples[key] == nil {
			samples[key] = map[string][]float64{}
		}
		samples[key][sample] = append(samples[key][sample], z...)
	}
	for _, leave := range []string{LeaveModel, LeaveCell, LeavePair, LeaveHardware, LeaveSource} {
		for sampling, trials := range map[string][]Trial{"stacks": e.CrossValidate(leave, each), "runs": e.CrossValidateShare(leave, share(leave))} {
			for _, t := range trials {
				asked, sample := askedAbout(leave, t), ""
				if asked == "" {
					continue
				}
				if asked == askedModel {
					sample = leave + sampling
				}
				z := make([]float64, len(times[t.cell]))
				for i, time := range times[t.cell] {
					z[i] = (time - math.Log(t.Predicted)) / t.Deviation
				}
				add(asked, sample, z)
				add(errorsKey(asked, t.HardwareKind, t.Mode, t.Batch), sample, z)
			}
		}
	}
	add(askedMeasured, "", e.repeats(times))
	e.Errors = map[string]Errors{}
	for key, list := range samples {
		if worst, ok := quantilesOf(list); ok {
			e.Errors[key] = worst
		}
	}
}

// share is the share of runs that weigh one by one: all of them where models are left out; of hardware and of
// harnesses few, as what is measured in one way misses together.
func share(leave string) float64 {
	if leave == LeaveModel || leave == LeaveCell {
		return 1
	}
	return 0.06
}

// askedAbout is the kind of question that a trial stands for; "" for one that it does not.
func askedAbout(leave string, t Trial) string {
	switch {
	case leave == LeaveModel, leave == LeaveCell && t.Asked == askedModel:
		return askedModel
	case leave == LeavePair:
		return askedPair
	case leave == LeaveHardware:
		return askedHardware
	case leave == LeaveSource && t.Asked != askedModel: // an unseen harness
		return t.Asked
	}
	return ""
}

// quantilesOf are the widest quantiles of samples that are large enough.
func quantilesOf(samples map[string][]float64) (worst Errors, ok bool) {
	for _, z := range samples {
		if len(z) < 40 {
			continue
		}
		slices.Sort(z)
		worst.Low = math.Max(worst.Low, rounded(math.Max(0.3, -stat.Quantile(z, 0.05))))
		worst.High = math.Max(worst.High, rounded(math.Max(0.3, stat.Quantile(z, 0.95))))
		worst.N += len(z)
	}
	return worst, worst.N > 0
}

// repeats are by how many standard deviations one run is off the median of its repeats.
func (e *Evidence) repeats(times [][]float64) []float64 {
	var z []float64
	for i, own := range times {
		c := &e.cells[i]
		if len(own) < 2 || !c.asks() || i%7 != 0 {
			continue
		}
		w := new(workspace)
		near := e.neighbours(&c.point, e.kinships(c.point), e.of(c.run, c.runtime), w)
		_, deviation := e.krige(&c.point, near, e.condition(near, &w.process, w), w)
		for j, one := range own {
			others := slices.Concat(own[:j], own[j+1:])
			z = append(z, (one-stat.Median(others))/deviation)
		}
	}
	return z
}

// TestFitIsFresh: the committed tables are what the committed measurements give. With
// -update it writes them, with -fit after fitting the kernel again.
func TestFitIsFresh(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	table, runs, times, err := gather(c)
	if err != nil {
		t.Fatal(err)
	}
	var committed Coefficients
	if err := json.Unmarshal(coefficientsJSON, &committed); err != nil && !*update {
		t.Fatal(err)
	}
	e := fitted(t, table, runs, committed.Kernel)
	e.Errors, e.Ceiling = committed.Errors, committed.Ceiling
	if *update && *again {
		e = fitted(t, table, runs, beginning())
		cells := e.learning()
		t.Logf("%d cells of %d", len(cells), len(e.cells))
		e.tune(cells)
		e.sharpen()
	}
	if *update {
		e.ceilings()
		e.conform(4, times)
	}
	coefficients, err := json.MarshalIndent(e.Coefficients, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	names, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	names = bytes.ReplaceAll(names, []byte("},{"), []byte("},\n{")) // a line each, for those who compare
	var models, cells []byte
	for _, m := range table.models {
		models = append(models, m.line()...)
	}
	for _, r := range e.less(table, runs) {
		cells = r.append(cells)
	}
	for name, want := range map[string][]byte{"fitted/coefficients.json": append(coefficients, '\n'), "fitted/names.json": append(names, '\n'),
		"fitted/models.tsv.gz": models, "fitted/cells.bin.gz": cells} {
		packed := strings.HasSuffix(name, ".gz")
		if *update {
			if packed {
				want = pack(t, want)
			}
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(name)
		if err == nil && packed {
			var text string
			text, err = catalog.Unpack(name, got)
			got = []byte(text)
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s is stale; go generate ./advisor/forward makes it again\n%.500s", name, cmp.Diff(string(want[:min(len(want), 2000)]), string(got[:min(len(got), 2000)])))
		}
	}
}
