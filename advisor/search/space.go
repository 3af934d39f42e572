package search

import (
	"slices"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/service"
)

// Options are the choices that belong to the caller, not to the workload.
type Options struct {
	Confidence float64 // probability with which the SLO must hold, in (0,1)
	Seed       uint64  // seed of the sampled evaluation of intervals
	// ZoneAvailability is the share of time that a zone of a cloud is up, (0,1]; 0 stands for 1.
	ZoneAvailability float64
	SpotShortage     float64          // s during which a zone that reclaimed spot machines offers none
	Known            *serve.Solutions // solutions shared with other spaces; may be nil
}

// Space is everything that a search depends on except the demand. It never changes.
type Space struct {
	*offer.Offers
	Base    offer.Base // the deployment that every strategy changes
	Servers *serve.Servers
	Notes   []string // assumptions

	options Options
	samples *samples
	losses  *memo.Of[int, down]    // by instances
	spared  *memo.Of[spared, bool] // whether today could lose a machine
}

// New returns the space of offers, with strategies starting from the first of the deployments that serves
// within the bounds at any rate; from the first where none does.
func New(o *offer.Offers, options Options) *Space {
	if options.ZoneAvailability == 0 {
		options.ZoneAvailability = 1
	}
	first := &Space{
		Offers: o, Base: o.Starts[0], Servers: serversFrom(o, o.Starts[0], options), Notes: o.Notes, options: options,
		samples: newSamples(o.Workload, options.Seed), losses: new(memo.Of[int, down]), spared: new(memo.Of[spared, bool]),
	}
	if first.Base.Known {
		return first
	}
	for _, base := range o.Starts {
		s := From(first, base)
		if !servesAtAll(s) {
			continue
		}
		if one, ok := BaseReplica(s); ok && one.Service.Basis == service.Given {
			s.Notes = append(s.Notes, "no --gpu was named: the service is assumed to run as measured on the cheapest machine that can be rented, "+
				offer.ShortName(base.Accelerator)+"; name the hardware it was measured on")
		}
		if givesJob(s) && !jobTied(s) {
			s.Notes = append(s.Notes, "no --gpu was named: a replica on any hardware is assumed to process the data at --job-rate; name the hardware it was measured on")
		}
		return s
	}
	return first
}

// another returns a copy of the space whose base, offers or servers may change: whether today could lose a
// machine is found anew.
func another(s *Space) *Space {
	other := *s
	other.spared = new(memo.Of[spared, bool])
	return &other
}

// From returns the space with strategies starting from another base, and notes about that.
func From(s *Space, base offer.Base, notes ...string) *Space {
	other := another(s)
	other.Base, other.Notes = base, append(slices.Clip(s.Notes), notes...)
	if base.Kind() != s.Base.Kind() || base.Known != s.Base.Known { // a given service belongs to it
		other.Servers = serversFrom(s.Offers, base, s.options)
	}
	return other
}

// In returns the space with everything rented from one cloud, from any for "".
func In(s *Space, cloud string) (*Space, error) {
	offers, err := offer.Starting(offer.In(s.Offers, cloud))
	if err != nil {
		return nil, err
	}
	other := another(s)
	other.Offers, other.losses = offers, new(memo.Of[int, down])
	if s.Base.Known {
		return other, nil
	}
	for _, base := range offers.Starts {
		base.Replicas = s.Base.Replicas
		if at := From(other, base); servesAtAll(at) {
			return at, nil
		}
	}
	return From(other, offers.Starts[0]), nil
}

// Everywhere returns the space without the restriction to today's cloud and vendor.
func Everywhere(s *Space) *Space {
	other := another(s)
	other.Offers = offer.Everywhere(s.Offers)
	return other
}

// Corrected returns the space with the rate of as many replicas as a plan has limited to a share of that by
// formula, as a simulation found; byRequests, where the formula misses it because of the requests, whatever serves them.
func Corrected(s *Space, e candidate.Evaluation, share float64, byRequests bool) *Space {
	server, ok := serverOf(s, e)
	if !ok {
		return s
	}
	other := another(s)
	other.Servers = s.Servers.Corrected(server, e.Replicas, share, byRequests)
	return other
}

func serversFrom(o *offer.Offers, base offer.Base, options Options) *serve.Servers {
	return serve.New(o, base, serve.Options{Confidence: options.Confidence, Known: options.Known})
}

// servesAtAll reports whether one replica of the base answers within the bounds at some rate.
func servesAtAll(s *Space) bool {
	return slices.ContainsFunc(s.Variants(s.Base.Accelerator, false), func(v offer.Variant) bool {
		r := s.Servers.Of(s.Base.Hardware, v)
		return r.Excuse == nil && r.Sustainable(1) > 0
	})
}

// RequestTokens returns how many tokens a request reads and writes, means; ok is false for a
// model without tokens.
func RequestTokens(s *Space) (input, output float64, ok bool) {
	if !s.Generates() {
		return 0, 0, false
	}
	return s.Language.Lengths.Input.Mean, s.Language.Lengths.Output.Mean, true
}

// serverOf returns the server of an evaluated plan.
func serverOf(s *Space, e candidate.Evaluation) (*serve.Server, bool) {
	a, ok := s.Accelerator(e.Accelerator)
	if e.Accelerator == s.Base.Accelerator.ID {
		a, ok = s.Base.Accelerator, true // a machine that no catalog lists may be the base
	}
	if !ok {
		return nil, false
	}
	v, ok := s.Variant(a, offer.Variant{Precision: e.Precision, Optimizations: e.Optimizations}.Key())
	if !ok {
		return nil, false
	}
	return s.Servers.Of(offer.Hardware{Accelerator: a, PerReplica: e.PerReplica}, v), true
}

// ServerOf returns what one replica of an evaluated plan runs; ok is false where nothing serves.
func ServerOf(s *Space, e candidate.Evaluation) (server *serve.Server, ok bool) {
	server, ok = serverOf(s, e)
	return server, ok && server.Serves()
}

// Bounded reports whether there is a bound on any time.
func (s *Space) Bounded() bool { return serve.ConditionsOf(s.Offers).Bounded() }

// hostingOf returns how an evaluated plan on the hardware is rented.
func hostingOf(s *Space, h offer.Hardware, e candidate.Evaluation) offer.Hosting {
	for _, offers := range []*offer.Offers{s.Offers, offer.Everywhere(s.Offers)} { // the second for plans that were left for
		for _, o := range stated(s, h, apart(s, offers.Hosting(h))) {
			if o.Type == e.InstanceType && o.Cloud == e.Cloud && o.SpotMachines(e.Replicas) == e.SpotMachines() {
				return o
			}
		}
	}
	return offer.Unpriced()
}
