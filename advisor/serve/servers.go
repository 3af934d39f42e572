package serve

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
)

// Options are the choices that belong to the caller, not to the workload.
type Options struct {
	Confidence float64    // probability with which bounds must hold, in (0,1)
	Known      *Solutions // solutions shared with other workloads; may be nil
}

// Servers are the servers of all kinds of replica on offer, each made on first use. They never change.
type Servers struct {
	offers     *offer.Offers
	base       offer.Base // a service that the user gave belongs to it
	conditions Conditions
	confidence float64
	known      *Solutions
	evidence   *service.Evidence

	made  memo.Of[kind, *Server]
	rates memo.Of[kind, *rates]
	*predictions

	uncorrected *Servers              // the servers without corrections; nil where these have none
	corrections map[kind][]correction // corrections by simulation, by the kind that replicas are copies of
}

// kind identifies a kind of replica.
type kind struct {
	hardware offer.Kind
	variant  string
}

// New returns the servers of what is offered, for strategies that start from a base.
func New(o *offer.Offers, base offer.Base, options Options) *Servers {
	return options.Known.corrected(options.Known.serversOf(o, base, func() *Servers { return newServers(o, base, options) }))
}

func newServers(o *offer.Offers, base offer.Base, options Options) *Servers {
	s := &Servers{
		offers: o, base: base, conditions: ConditionsOf(o), confidence: options.Confidence, known: options.Known,
		predictions: options.Known.predictionsOf(o, base),
	}
	if o.Pass == nil {
		s.evidence = service.Learn(o.Catalog)
	}
	return s
}

// Of returns the server of a hardware and variant.
func (s *Servers) Of(h offer.Hardware, v offer.Variant) *Server {
	if s.uncorrected != nil {
		return corrected(s, h, v)
	}
	return s.made.Get(kind{h.Kind(), v.Key()}, func() *Server {
		r := &Server{
			Hardware: h, Variant: v, Copies: 1, Conditions: conditionsOn(s, h), law: s.offers.USL, confidence: s.confidence,
			rates: ratesOf(s, h, v),
		}
		r.Excuse = s.serve(r)
		return r
	})
}

// ratesOf returns the rates found for copies of one server, whatever the replica holds: replicas
// of more accelerators are copies of the same server. A given service is of one replica as it was
// measured, and only replicas of as many accelerators, or a multiple, are copies of it;
// accelerators that split a language model are not.
func ratesOf(s *Servers, h offer.Hardware, v offer.Variant) *rates {
	return s.rates.Get(copiesOf(s, h, v), func() *rates { return new(rates) })
}

// copiesOf returns the kind that replicas of a hardware and variant are copies of.
func copiesOf(s *Servers, h offer.Hardware, v offer.Variant) kind {
	key := kind{h.Kind(), v.Key()}
	if _, onProcessor := s.offers.WorkerOf(h); !s.offers.Generates() && !onProcessor {
		key.hardware.PerReplica = 1
		if n := measuredSize(s, h); h.PerReplica%n == 0 {
			key.hardware.PerReplica = n
		}
	}
	return key
}

// measuredSize returns the accelerators of the replica on which a given service was measured, 1 where it was
// measured without any.
func measuredSize(s *Servers, h offer.Hardware) int {
	w := s.offers.Workload
	switch there := w.Service.There; {
	case offer.OwnService(w, s.offers.USL).Given() && h.Accelerator.ID == s.base.Accelerator.ID:
		return max(s.base.PerReplica, 1)
	case there != nil && there.Accelerator == h.Accelerator.ID:
		return max(there.PerReplica, 1)
	}
	return 1
}

// serve fills in what serves, or returns the excuse.
func (s *Servers) serve(r *Server) *candidate.Excuse {
	if !s.offers.Generates() {
		r.Memory, _ = s.offers.Memory(r.Hardware, r.Variant)
	}
	switch {
	case !s.offers.Permits(r.Accelerator):
		return &candidate.Excuse{Code: candidate.NotAllowed, Text: "outside --allow-gpu or --max-gpu"}
	case s.offers.Generates():
		return s.serveLanguage(r)
	}
	return s.serveClassic(r)
}

// serveClassic finds the service model of a classic model, or the excuse.
func (s *Servers) serveClassic(r *Server) *candidate.Excuse {
	m, copies, err := s.serviceOf(r.Hardware, r.Variant)
	given := err == nil && m.Basis == service.Given
	switch {
	case !given && !r.Memory.Fits:
		return lacksMemory(r.Memory, false)
	case err != nil || !given && !offer.Computes(r.Accelerator, r.Variant.Precision):
		return unknown(s, r)
	}
	if g := r.Variant.Gain; g.Mid != 1 {
		m = m.Faster(g)
	}
	one := classicOf(s, r.Hardware, m)
	r.Service, r.Copies, r.scheduler = m, copies, one
	r.Alone = one.alone().Latency
	return tooSlow(r)
}

// unknown returns the excuse of hardware of which nothing is known.
func unknown(s *Servers, r *Server) *candidate.Excuse {
	v := r.Variant
	if s.offers.UserMeasured() {
		return &candidate.Excuse{Code: candidate.Unknown, Text: "nothing to transfer from; --measured adds a measurement"}
	}
	if text := offer.NotComputed(r.Accelerator, v.Precision); s.offers.Pass != nil && text != "" {
		return &candidate.Excuse{Code: candidate.CannotRun, Text: text}
	}
	if s.offers.Pass != nil && s.offers.Model.Kind == "tree" {
		return &candidate.Excuse{Code: candidate.Unknown, Text: "how many trees " + s.offers.Model.Name + " has is not known: --model-file reads them (JSON or text of XGBoost and LightGBM, ONNX)"}
	}
	if s.offers.Pass != nil {
		return &candidate.Excuse{Code: candidate.Unknown, Text: "neither the operations nor the parameters of " + s.offers.Model.Name + " are known"}
	}
	what := v.Precision
	if what == "" {
		what = s.offers.Model.ID
	}
	return &candidate.Excuse{Code: candidate.Unknown, Text: what + " cannot be predicted on it"}
}
