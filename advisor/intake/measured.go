package intake

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/loadtest"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// loadTests adds what the files of load_test say of one replica.
func (s *shelf) loadTests(w *workload.Workload, known *catalog.Catalog) error {
	if len(w.Service.LoadTests) == 0 {
		return nil
	}
	var runs []loadtest.Run
	for _, file := range w.Service.LoadTests {
		name := beside(w, "load_test", file)
		read, err := take(s, "load test", name, func(r io.Reader) ([]loadtest.Run, error) {
			runs, err := loadtest.Read(s.ctx, r)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return runs, nil
		})
		if err != nil {
			return w.Fault("load_test", err)
		}
		runs = append(runs, read...)
	}
	if kindOf(w, known) == "llm" && loadtest.Generates(runs) && !w.Service.Given() {
		return tokenTests(w, known, runs)
	}
	fitted, err := loadtest.Fit(runs)
	if err != nil {
		return w.Fault("load_test", err)
	}
	otherwise(w, known, runs, "longer requests take longer")
	w.Warnings = append(w.Warnings, fitted.Notes...)
	if !fitted.Saturated {
		w.Warnings = append(w.Warnings, fmt.Sprintf("the load test did not reach saturation (%s): %s is the least that one replica carries; test with more load until the rate stays and latency grows",
			fitted.Why, unit.Format(unit.Rate, fitted.Carried)))
	}
	w.Adopt("service_cv", strconv.FormatFloat(fitted.CV, 'g', 3, 64), "the load test shows how the times of requests alone vary; 0 where it has none")
	if w.Assumed("service_cv") {
		w.Service.CV = fitted.CV
	}
	adopt(&w.Service, fitted)
	return nil
}

// otherwise warns of a load test that drove another model, or requests of another length, than
// the workload has; so says what follows from the latter.
func otherwise(w *workload.Workload, known *catalog.Catalog, runs []loadtest.Run, so string) {
	otherModel(w, known, runs)
	for _, r := range runs {
		if differ(r.Input, w.LLM.Input.Mid) || differ(r.Output, w.LLM.Output.Mid) {
			w.Warnings = append(w.Warnings, fmt.Sprintf("%s sent %.0f tokens and got %.0f a request, and the plan is for %.0f and %.0f: %s",
				r.Tool, r.Input, r.Output, w.LLM.Input.Mid, w.LLM.Output.Mid, so))
			break
		}
	}
}

// otherModel warns of a load test that drove another model than the workload has.
func otherModel(w *workload.Workload, known *catalog.Catalog, runs []loadtest.Run) {
	for _, r := range runs {
		if known == nil || r.Model == "" || w.ModelAssumed {
			continue
		}
		drove, errDrove := known.ResolveModel(r.Model)
		asked, errAsked := known.ResolveModel(w.Model)
		if errDrove == nil && errAsked == nil && drove.ID != asked.ID {
			w.Warnings = append(w.Warnings, fmt.Sprintf("%s drove %s, and the plan is for %s: the measurement is of the former", r.Tool, r.Model, w.Model))
			break
		}
	}
}

// sameLength is the fraction by which the requests of a load test may be shorter than those planned
// for, or longer, and still count as the same: lengths of one service vary as much from day to day.
const sameLength = 0.2

// differ reports whether two lengths are both known and not nearly the same.
func differ(a, b float64) bool {
	return a > 0 && b > 0 && math.Abs(a-b) > sameLength*math.Max(a, b)
}

// adopt takes over what a load test shows, but for what was said.
func adopt(own *workload.Service, s loadtest.Service) {
	if len(s.Batches) > 0 {
		for _, b := range s.Batches {
			own.Batch = append(own.Batch, workload.Point{Batch: b.Size, Seconds: b.Seconds})
		}
		own.MaxBatch = max(own.MaxBatch, s.Batches[len(s.Batches)-1].Size)
		return
	}
	if s.Alone > 0 {
		own.Time = unit.Exact(s.Alone)
	}
	own.QPS = unit.Interval{Low: s.Rate.Low, Mid: s.Rate.Mid, High: s.Rate.High}
	switch {
	case own.Concurrency > 1:
		own.MaxBatch, own.Time = 0, unit.Exact(min(own.Time.Mid, float64(own.Concurrency)/s.Rate.Mid))
	case own.MaxBatch > 1:
		own.Time = unit.Exact(min(own.Time.Mid, float64(own.MaxBatch)/s.Rate.Mid))
	default:
		own.Concurrency, own.MaxBatch = s.Concurrency, s.MaxBatch
	}
}

// bind ties a measured service to the hardware that --measured-on names: where that is not
// today's it is one that was measured elsewhere.
func bind(w *workload.Workload, known *catalog.Catalog) error {
	if w.Service.On == "" || known == nil {
		return nil
	}
	there, err := unitsOf(known, w.Service.On, 0)
	if err != nil {
		return w.Fault("measured_on", err)
	}
	here, deployed := today(w, known)
	switch {
	case deployed && here == there || !w.Service.Given():
		return nil
	case deployed && here.id == there.id && here.processor:
		ofUnits(&w.Service, float64(here.count)/float64(there.count))
		return nil
	case deployed && (here.processor || there.processor):
		return w.Fault("measured_on", fmt.Errorf("a measurement on %s says little about %s: measure it there, or let it be predicted with --model alone", there.id, here.id))
	}
	own := w.Service
	m, err := service.FromGiven(own)
	if err != nil {
		return err
	}
	w.Service.There = &workload.There{Accelerator: there.id, PerReplica: there.count, Service: own}
	w.Service.Elsewhere = append(slices.Clip(own.Elsewhere), workload.Elsewhere{Accelerator: there.id, QPS: m.Saturation() / float64(there.count), Alone: m.Alone()})
	w.Service.Time, w.Service.QPS, w.Service.Batch = unit.Interval{}, unit.Interval{}, nil
	w.Service.Concurrency, w.Service.MaxBatch = 0, 0
	return nil
}

// units are what one replica owns: accelerators, or vCPUs of a processor.
type units struct {
	id        string
	count     int
	processor bool
}

// today is what a replica of today's deployment owns; ok is false where none was named.
func today(w *workload.Workload, known *catalog.Catalog) (here units, ok bool) {
	name, count := w.Machine.Type, w.GPUsPerReplica
	switch {
	case name == "" && w.GPU != "":
		name = w.GPU
	case name == "":
		name = offer.UsualProcessor
	}
	if w.Machine.VCPUs > 0 {
		count = w.Machine.VCPUs
	}
	here, err := unitsOf(known, name, count)
	return here, err == nil && w.Deployed()
}

// ranThere are the traits with the machine that a service was measured on as its hardware, where no
// other was named: a processor's times say little of other hardware.
func ranThere(traits workload.Set, known *catalog.Catalog) workload.Set {
	on, ok := traits["measured_on"]
	if _, gpu := traits["gpu"]; !ok || gpu || known == nil || !workload.MeasuredIn(traits) {
		return traits
	}
	for _, named := range []string{"machine", "cpu"} {
		if _, ok := traits[named]; ok {
			return traits
		}
	}
	count, name := hardware(on.Text)
	if _, ok := known.Machine(name); !ok {
		return traits
	}
	why := origin.Origin{Kind: origin.Default, Name: "--machine", Reason: "what was measured ran there, and no other hardware was named"}
	there := workload.Set{"machine": {Text: name, Origin: why}}
	if count > 0 {
		there["cpu"] = workload.Value{Interval: unit.Exact(float64(count)), Text: strconv.Itoa(count), Origin: why}
	}
	return workload.Override(traits, there)
}

// unitsOf are the accelerators or vCPUs that a text names: "a10", "2xa10", a machine with all it
// has, or "2xc7i.2xlarge" for two vCPUs of one. A count, where it is not 0, stands for the one in the text.
func unitsOf(known *catalog.Catalog, text string, count int) (units, error) {
	given, name := hardware(text)
	count = cmp.Or(count, given)
	if a, ok := known.Accelerator(strings.ToLower(strings.TrimSpace(name))); ok {
		return units{a.ID, max(count, 1), false}, nil
	}
	if i, ok := known.InstanceNamed(name); ok {
		return units{i.Accelerator, cmp.Or(count, int(i.Count)), false}, nil
	}
	if m, ok := known.Machine(name); ok {
		return units{m.Processor, cmp.Or(count, m.VCPUs), true}, nil
	}
	if p, ok := catalog.FindProcessor(name); ok {
		return units{p.ID, max(count, 1), true}, nil
	}
	a, _, err := known.ResolveAccelerator(name)
	return units{a.ID, max(count, 1), false}, err
}

// ofUnits is a service as a replica with a multiple of the vCPUs has it: the time of a request
// stays, and in as many go at once.
func ofUnits(s *workload.Service, times float64) {
	s.QPS.Low, s.QPS.Mid, s.QPS.High = s.QPS.Low*times, s.QPS.Mid*times, s.QPS.High*times
	if s.Concurrency > 0 {
		s.Concurrency = max(int(math.Round(float64(s.Concurrency)*times)), 1)
	}
}

// hardware splits "2xa10" into how many accelerators of which; of "a10" the count is 0: not said.
func hardware(text string) (count int, name string) {
	digits, rest, ok := strings.Cut(strings.Replace(text, "×", "x", 1), "x")
	if n, err := strconv.Atoi(strings.TrimSpace(digits)); ok && err == nil && n > 0 && n <= mostAccelerators {
		return n, strings.TrimSpace(rest)
	}
	return 0, text
}

// mostAccelerators of one replica.
const mostAccelerators = 1024
