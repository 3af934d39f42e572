package search

import (
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/unit"
)

// Slice is a part of an accelerator that carries a demand by itself.
type Slice struct {
	Name    string
	QPS     float64 // 1/s that it carries
	USD     float64 // USD a month: its share of the machine; 0 where no price is known
	PerCard int     // most that one accelerator is divided into
}

// SmallestSlice returns the smallest MIG instance of the base's accelerator that carries the
// demand of all its replicas; ok is false where there is none, or no part smaller than the
// whole.
func SmallestSlice(s *Space, d Demand) (found Slice, ok bool) {
	whole := s.Base.Accelerator
	if whole.Part != nil {
		return Slice{}, false
	}
	for _, p := range catalog.Partitions(whole.ID) {
		h := offer.Hardware{Accelerator: whole.Share(p), PerReplica: 1}
		plain := s.Variants(h.Accelerator, false)
		if p.PerCard < 2 || len(plain) == 0 || !s.Permits(h.Accelerator) {
			continue
		}
		t := trial{space: s, server: s.Servers.Of(h, plain[0]), hosting: offer.Unpriced(), n: 1, demand: d, confidence: s.options.Confidence}
		if t.server.Excuse != nil || t.server.Sustainable(1) < t.need() {
			continue
		}
		found = Slice{Name: offer.ShortName(h.Accelerator), QPS: t.server.Sustainable(1), PerCard: p.PerCard}
		if places := s.Hosting(h); len(places) > 0 {
			found.USD = places[0].USDPerHour * unit.HoursPerMonth
		}
		return found, true
	}
	return Slice{}, false
}
