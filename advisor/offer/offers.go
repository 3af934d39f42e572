package offer

import (
	"cmp"
	"errors"
	"slices"
	"sync"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/workload"
)

// Offers are what can be rented or is owned and can run the model, under the limits of a workload. They
// never change; costly lists are built on first use.
type Offers struct {
	settled
	*lists
}

// settled is the part of offers that does not change.
type settled struct {
	Workload *workload.Workload // with the traits of language models completed where the model is one
	Catalog  *catalog.Catalog
	Model    catalog.Model  // its ID is "" when the service was measured and no model named
	Language *Language      // nil for a model that generates no tokens
	Steps    *step.Evidence // what is known about the step times of language models
	Pass     *Pass          // forward passes of an ordinary model on an ordinary stack; nil for others
	Tuned    *Tuned         // nil unless MLPerf's tuned runs are asked for with inputs of another size
	Standard *Pass          // the inputs of MLPerf's tuned runs; nil unless those are asked for
	Host     *Host          // nil where nothing is known about the machine's work beside the accelerator
	USL      *queue.USL     // nil without --scaling-data
	Baseline int            // rank of the precision class that counts as not optimized
	Starts   []Base         // deployments from which strategies may start: today's alone, or the cheapest first
	Notes    []string       // assumptions made while resolving names

	limits   limits
	vendor   string                 // whose accelerators the service runs on
	arch     string                 // of the processors beside them, "" for x86
	machine  string                 // type of today's machine, where it was named
	owner    string                 // the cloud that rents it
	workers  int                    // of a replica on a processor, as given
	measured []string               // precision classes of the model, most precise first
	admitted []catalog.Optimization // by --allow-optimization, beyond precision
	home     string                 // the cloud that all of it is rented from, "" for any
	stays    bool                   // with the vendor whose software the service runs on
}

// lists are what is listed of the offers.
type lists struct {
	choices    memo.Of[struct{}, []Hardware]
	hostings   memo.Of[Kind, []Hosting]
	variants   memo.Of[variantKey, []Variant]
	counts     memo.Of[workersKey, int]
	options    memo.Of[bool, []Option]
	priceLists memo.Of[string, string] // by accelerator
	copies     memo.Of[string, *lists] // of offers that differ in place alone
}

// Lists caches the lists of offers for workloads that differ only in demand and bounds. The zero value is
// ready.
type Lists struct {
	mu    sync.Mutex
	first *catalog.Catalog
	known memo.Recent[listed, *lists]
}

// listed is what lists depend on.
type listed struct {
	traits, start string
	light         bool
	base          float64 // share of the machines to commit to, where several lists are bought from
	shares        int     // of spot machines, likewise
	demand        float64 // that a host may bound
}

// unlisted are the traits that lists do not depend on, except for whether a processor can carry the demand,
// and roughly how large it is.
var unlisted = []string{
	"qps", "users", "requests_per_user", "peak_to_mean", "growth", "horizon", "p99", "latency", "latency_percentile", "ttft", "tpot",
	"burstiness", "balancing", "availability", "replica_availability", "max_replicas", "budget", "job_window", "job_rate", "objective", "cold_start", "headroom",
	"day_shape", "lead_time", "autoscale", "grid_intensity",
}

// mostLists bounds what is kept: lists for different loads and sizes of request.
const mostLists = 6

// Share lets offers reuse the lists of earlier ones from the same catalog where those are the same.
func (l *Lists) Share(o *Offers) {
	key := listed{traits: o.Workload.Apart(unlisted), light: o.Pass != nil && light(o)}
	if len(o.Starts) == 1 {
		key.start = o.Starts[0].Accelerator.ID
	}
	if o.Host != nil {
		key.demand = mostDemand(o)
	}
	if lists, shares := pricesOf(o); len(lists) > 1 {
		key.base, key.shares = baseShare(o), len(shares)
	}
	if l.of(o.Catalog) {
		o.lists = l.known.Beside(key, mostLists, func() *lists { return o.lists })
	}
}

// of reports whether lists are of a catalog: that of the first offers.
func (l *Lists) of(c *catalog.Catalog) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = cmp.Or(l.first, c)
	return l.first == c
}

// New lists the offers for a workload.
func New(w *workload.Workload, c *catalog.Catalog) (*Offers, error) {
	model, err := resolveModel(w, c)
	if err != nil {
		return nil, err
	}
	law, err := fitScaling(w)
	if err != nil {
		return nil, err
	}
	names := &names{workload: w, catalog: c}
	if err := checkService(w, law, names); err != nil {
		return nil, err
	}
	w, language, err := languageOf(w, model, law, names)
	if err != nil {
		return nil, err
	}
	copied := *w // its traits are settled further
	w = &copied
	o := &Offers{lists: new(lists), settled: settled{Workload: w, Catalog: c, Model: model, Language: language, USL: law, workers: w.Machine.Workers, stays: w.Stays(workload.StayVendor)}}
	if language == nil && userMeasured(w, law) {
		measuredBound(w, model)
	} else if language == nil {
		var beside fanout.Group // of two tables, each takes a while to read
		beside.Go(func() { o.measured = measuredPrecisions(c, model) })
		o.Workload, o.Pass, err = passOf(w, c, model)
		if err == nil && o.Pass == nil {
			o.Tuned, err = tunedOf(o.Workload, model)
			o.Standard = standardOf(o.Workload, model)
		}
		if beside.Wait(); err != nil {
			return nil, err
		}
	}
	if err := settleFront(o.Workload, o.Pass, language != nil, names); err != nil {
		return nil, err
	}
	if language != nil {
		if o.Steps, err = stepsOf(o); err != nil {
			return nil, err
		}
	}
	if w.Service.MaxBatch > 0 && o.Pass == nil && !userMeasured(w, law) {
		return nil, w.Fault("max_batch", errNoBatches)
	}
	if o.admitted, err = admittedOptimizations(o); err != nil {
		return nil, err
	}
	if o.limits, err = resolveLimits(w, names); err != nil {
		return nil, err
	}
	o.Baseline = baselineRank(o)
	if o.Starts, err = starts(o, names); err != nil {
		return nil, err
	}
	if err := checkStack(o); err != nil {
		return nil, err
	}
	o.Host = hostOf(o)
	settleHostTime(o)
	settlePrecision(o)
	settleProcessor(o)
	for _, text := range []string{staysOnProcessor(o), unpacked(o)} {
		if text != "" {
			names.note(text)
		}
	}
	if w.Stays(workload.StayCloud) && o.Starts[0].Known {
		o = In(o, cmp.Or(o.owner, cloudOf(o, o.Starts[0])))
	}
	o.Notes = names.notes
	return o, nil
}

// errNoBatches rejects a largest batch for a server that forms no batches by itself.
var errNoBatches = errors.New("belongs to a service that was measured (add --service-time, such as 9ms, or --replica-qps, such as 900) or to an ordinary model in a runtime; " +
	"the batches of language models follow from their engine, those of --runtime mlperf from the benchmark's runs")

// UserMeasured reports whether the user measured the service, so that the catalog's
// measurements of the model do not apply.
func (o *Offers) UserMeasured() bool { return userMeasured(o.Workload, o.USL) }

func userMeasured(w *workload.Workload, law *queue.USL) bool {
	return w.Service.Given() || len(w.Service.Elsewhere) > 0 || law != nil
}

// Generates reports whether the model writes tokens and its service is predicted.
func (o *Offers) Generates() bool { return o.Language != nil }

// names resolves the names of accelerators and notes what it had to assume.
type names struct {
	workload *workload.Workload
	catalog  *catalog.Catalog
	notes    []string
}

// accelerator finds the accelerator that a trait names.
func (n *names) accelerator(trait, name string) (catalog.Accelerator, error) {
	a, note, err := n.catalog.ResolveAccelerator(name)
	if err != nil {
		return a, n.workload.Fault(trait, err)
	}
	if note != "" {
		n.note(note)
	}
	return a, nil
}

func (n *names) note(text string) {
	if !slices.Contains(n.notes, text) {
		n.notes = append(n.notes, text)
	}
}
