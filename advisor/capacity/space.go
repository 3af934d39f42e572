package capacity

import (
	"errors"
	"fmt"
	"sort"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

// Options are the choices that belong to the caller, not to the workload.
type Options struct {
	Confidence float64    // probability with which the SLO must hold, in (0,1)
	Seed       uint64     // of the sampled evaluation of intervals
	Known      *Solutions // shared with other spaces; may be nil
}

// Hardware is what one replica owns.
type Hardware struct {
	Accelerator catalog.Accelerator
	PerReplica  int
}

// Base is the deployment that every strategy changes (DESIGN §2).
type Base struct {
	Hardware
	Replicas int
	Known    bool // an accelerator was named: the base is today's deployment
	Assumed  bool // a part of today's deployment was defaulted
}

// Space is everything about a workload that does not depend on the demand.
type Space struct {
	Workload *workload.Workload
	Catalog  *catalog.Catalog
	Model    catalog.Model // zero ID when the service was measured and no model named
	Base     Base
	USL      *queue.USL // nil without --scaling-data
	Baseline int        // rank of the precision class that counts as not optimized
	Notes    []string   // assumptions made while resolving names

	options      Options
	choices      []Hardware // every hardware a strategy may change to, the base's among them, once listed
	listed       bool
	replicas     map[replicaKey]*Replica
	hostings     map[hardwareKey][]hosting
	optimizer    []catalog.Optimization // admitted beyond precision
	samples      *samples
	measured     []string // precision classes of the model, most precise first
	forms        map[variantKey][]Variant
	services     map[replicaKey]knownService
	solved       map[replicaKey]map[int]float64
	losses       map[int]down                   // by instances
	cloudAssumed bool                           // nobody named a cloud
	permits      func(catalog.Accelerator) bool // what --allow-gpu and --max-gpu leave
	evidence     *service.Evidence
	language     *language // nil for a model without tokens
}

type variantKey struct {
	accelerator string
	optimized   bool
}

type hardwareKey struct {
	accelerator string
	perReplica  int
}

func (h Hardware) key() hardwareKey { return hardwareKey{h.Accelerator.ID, h.PerReplica} }

// New resolves the names in the workload and settles the base. Its errors name the
// trait that is wrong and the nearest known words.
func New(w *workload.Workload, cat *catalog.Catalog, o Options) (*Space, error) {
	s := &Space{
		Workload: w, Catalog: cat, options: o,
		replicas: map[replicaKey]*Replica{},
		hostings: map[hardwareKey][]hosting{},
		forms:    map[variantKey][]Variant{},
		services: map[replicaKey]knownService{},
		solved:   map[replicaKey]map[int]float64{},
		losses:   map[int]down{},
		evidence: service.Learn(cat), cloudAssumed: w.Assumed("cloud"),
		samples: newSamples(w, o.Seed),
	}
	for _, step := range []func() error{s.resolveModel, s.fitScaling, s.checkService, s.speak, s.resolveOptimizations, s.resolveHardware, s.settleBase} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// measuredByUser reports whether the service was measured by the user, so that the
// catalogue's measurements of the model do not apply.
func (s *Space) measuredByUser() bool {
	return s.Workload.Service.Given() || len(s.Workload.Service.Elsewhere) > 0 || s.USL != nil
}

func (s *Space) resolveModel() error {
	w := s.Workload
	if w.Facts != nil {
		s.Model = modelOfFacts(w.Facts)
		return nil
	}
	own := w.Service.Given() || len(w.Service.Elsewhere) > 0 || len(w.Service.Scaling) > 0
	if w.ModelAssumed && own {
		return nil
	}
	m, err := s.Catalog.ResolveModel(w.Model)
	if err != nil {
		if own { // a name of the user's own is fine where the service was measured
			s.Model = catalog.Model{Name: w.Model}
			return nil
		}
		return w.Fault("model", err)
	}
	s.Model = m
	return nil
}

func modelOfFacts(f *workload.ModelFacts) catalog.Model {
	return catalog.Model{ID: f.Name, Name: f.Name, Kind: f.Kind, ParamsB: f.Params / 1e9, GFLOPs: f.GFLOPs, Source: f.Origin.String()}
}

func (s *Space) fitScaling() error {
	points := s.Workload.Service.Scaling
	if len(points) == 0 {
		return nil
	}
	ns, qps := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		ns[i], qps[i] = p.N, p.QPS
	}
	law, err := queue.FitUSL(ns, qps)
	if err != nil {
		return s.Workload.Fault("scaling_data", err)
	}
	s.USL = &law
	return nil
}

// resolveHardware checks the names of the limits and keeps what hardware they permit:
// everything rentable under them, one to many accelerators a replica.
func (s *Space) resolveHardware() error {
	allow, err := s.allowList()
	if err != nil {
		return err
	}
	strongest, err := s.strongestAllowed()
	if err != nil {
		return err
	}
	if err := s.checkClouds(); err != nil {
		return err
	}
	s.permits = func(a catalog.Accelerator) bool {
		return (allow == nil || allow[a.ID]) && (strongest == 0 || strength(a) <= strongest)
	}
	return nil
}

// allowed lists what strategies may change to, made when it is first asked for: who judges
// one deployment never does.
func (s *Space) allowed() []Hardware {
	if s.listed {
		return s.choices
	}
	s.listed = true
	for _, a := range s.Catalog.Accelerators() {
		if !s.permits(a) || !s.serves(a) {
			continue
		}
		for _, g := range s.sizes(a) {
			s.choices = append(s.choices, Hardware{a, g})
		}
	}
	return s.choices
}

// serves leaves out processors: the catalogue rents them by the slice and knows no rate of
// a slice. They host only a service that was measured on a machine nobody named.
func (s *Space) serves(a catalog.Accelerator) bool {
	return !a.CPU || s.measuredByUser() && s.Workload.GPU == ""
}

func (s *Space) allowList() (map[string]bool, error) {
	if len(s.Workload.AllowGPU) == 0 {
		return nil, nil
	}
	allow := map[string]bool{}
	for _, name := range s.Workload.AllowGPU {
		a, err := s.accelerator("allow_gpu", name)
		if err != nil {
			return nil, err
		}
		allow[a.ID] = true
	}
	return allow, nil
}

func (s *Space) strongestAllowed() (float64, error) {
	if s.Workload.MaxGPU == "" {
		return 0, nil
	}
	a, err := s.accelerator("max_gpu", s.Workload.MaxGPU)
	return strength(a), err
}

// checkClouds refuses a cloud or region the catalogue does not know: an empty result
// would otherwise look like "no price anywhere".
func (s *Space) checkClouds() error {
	err := s.Catalog.CheckFilter(s.filter(""))
	switch {
	case err == nil:
		return nil
	case s.Catalog.CheckFilter(catalog.Filter{Clouds: s.filter("").Clouds}) != nil:
		return s.Workload.Fault("cloud", err)
	}
	return s.Workload.Fault("region", err)
}

// filter chooses the instances of an accelerator under the limits; all for "".
func (s *Space) filter(accelerator string) catalog.Filter {
	w := s.Workload
	f := catalog.Filter{Accelerator: accelerator, Clouds: w.Clouds, Region: w.Region, Pricing: w.Pricing}
	if s.cloudAssumed {
		f.Clouds = nil // a cloud nobody named has no prices in a region that somebody did
	}
	return f
}

func (s *Space) accelerator(trait, name string) (catalog.Accelerator, error) {
	a, note, err := s.Catalog.ResolveAccelerator(name)
	if err != nil {
		return a, s.Workload.Fault(trait, err)
	}
	if note != "" {
		s.note(note)
	}
	return a, nil
}

func (s *Space) note(text string) {
	for _, n := range s.Notes {
		if n == text {
			return
		}
	}
	s.Notes = append(s.Notes, text)
}

// strength orders accelerators for --max-gpu: dense half-precision matrix rate, then
// single precision where that is unknown; memory bandwidth separates equals.
func strength(a catalog.Accelerator) float64 {
	rate := max(a.FP16TFLOPS, a.BF16TFLOPS)
	if rate == 0 {
		rate = max(a.FP32TFLOPS, a.INT8TOPS/2)
	}
	return rate + a.BandwidthGBs/1e6
}

// sizes are the accelerators per replica that rented instances allow: powers of two
// up to the largest instance.
func (s *Space) sizes(a catalog.Accelerator) []int {
	largest := 0
	for _, i := range s.instances(a.ID) {
		largest = max(largest, int(i.Count))
	}
	if s.generates() {
		return llm.ValidTP(s.language.shape, max(largest, 1))
	}
	sizes := []int{1}
	for g := 2; g <= largest; g *= 2 {
		sizes = append(sizes, g)
	}
	return sizes
}

var errNoHardware = errors.New("no accelerator is left to choose from; widen --allow-gpu, --max-gpu, --cloud or --region")

// settleBase finds the deployment that strategies change: today's, or one replica of
// the cheapest hardware that can serve at all.
func (s *Space) settleBase() error {
	w := s.Workload
	if w.GPU != "" {
		a, err := s.accelerator("gpu", w.GPU)
		if err != nil {
			return err
		}
		g := max(w.GPUsPerReplica, 1)
		if s.generates() {
			if g, err = s.split(a); err != nil {
				return err
			}
		}
		if a.MaxPerNode > 0 && g > a.MaxPerNode {
			return w.Fault("gpus_per_replica", fmt.Errorf("%d is too many: a machine holds at most %d × %s", g, a.MaxPerNode, a.Name))
		}
		s.Base = Base{Hardware{a, g}, max(w.Replicas, 1), true, w.Replicas == 0 || w.GPUsPerReplica == 0}
		s.Baseline = s.baselineRank()
		return nil
	}
	s.Baseline = s.baselineRank()
	g := max(w.GPUsPerReplica, 1)
	if s.generates() {
		g = w.GPUsPerReplica
	}
	return s.cheapestBase(g, max(w.Replicas, 1))
}

func (s *Space) cheapestBase(g, n int) error {
	priced := s.pricedHardware(g)
	if len(priced) == 0 {
		return errNoHardware
	}
	for _, h := range priced {
		if s.servesAtAll(h, n) {
			s.noteMachine()
			return nil
		}
	}
	s.Base = Base{Hardware: priced[0], Replicas: n}
	return nil
}

// noteMachine says which machine a time measured on an unnamed one was given.
func (s *Space) noteMachine() {
	if s.measuredByUser() {
		s.note("no --gpu was named: the service is taken to run as measured on the cheapest machine that is rented, " + ShortName(s.Base.Accelerator) + "; name the hardware it was measured on")
	}
}

// BaseAllowed reports whether --allow-gpu and --max-gpu leave the base's accelerator.
func (s *Space) BaseAllowed() bool { return s.permits(s.Base.Accelerator) }

// servesAtAll reports whether one replica of the hardware, taken as the base, answers
// within the SLO at some rate.
func (s *Space) servesAtAll(h Hardware, n int) bool {
	s.Base = Base{Hardware: h, Replicas: n}
	defer s.forget() // a given service belongs to the base: replicas depend on it
	for _, v := range s.variants(h.Accelerator, false) {
		if r := s.replica(h, v); r.Excuse == nil && r.capacity(1) > 0 {
			return true
		}
	}
	return false
}

// forget drops what depends on the base.
func (s *Space) forget() {
	clear(s.replicas)
	clear(s.solved)
	clear(s.forms)
	clear(s.services)
}

// pricedHardware lists the allowed hardware with g accelerators a replica by the price
// of one replica, cheapest first.
func (s *Space) pricedHardware(g int) []Hardware {
	type priced struct {
		Hardware
		cost float64
	}
	var all []priced
	for _, h := range s.allowed() {
		if g != 0 && h.PerReplica != g {
			continue
		}
		if options := s.hosting(h); len(options) > 0 {
			all = append(all, priced{h, cheapest(options, 1)})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].cost < all[j].cost })
	out := make([]Hardware, len(all))
	for i, p := range all {
		out[i] = p.Hardware
	}
	return out
}

// excuse makes an excuse with its near miss.
func excuse(code, text, trait, unit string, value, needed float64) *candidate.Excuse {
	return &candidate.Excuse{Code: code, Text: text, NearMiss: candidate.NearMiss{Trait: trait, Unit: unit, Value: value, Needed: needed}}
}

// bounded reports whether the SLO bounds any time.
func (s *Space) bounded() bool {
	w := s.Workload
	return w.Latency > 0 || s.generates() && (w.LLM.TTFT > 0 || w.LLM.TPOT > 0)
}
