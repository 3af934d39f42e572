package advisor

import (
	"context"
	"fmt"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/offer"
)

// partTooSmall judges a replica on a part of an accelerator by the memory of the part, which
// is all that is known of it: a model that does not fit is a finding, whatever its speed.
func partTooSmall(ctx context.Context, in Declared) (bool, []advice.Located, error) {
	o := in.Object
	if o == nil || o.Part.GB == 0 || in.Workload.ModelAssumed {
		return false, nil, nil
	}
	w := *in.Workload
	w.GPU, w.GPUsPerReplica, w.Replicas = "", 0, 0
	offers, err := offer.New(&w, in.Catalog)
	if err != nil {
		return false, nil, nil // of what else is wrong the caller tells
	}
	part := catalog.Accelerator{ID: "part", Name: o.Part.Name, Vendor: "NVIDIA", MemoryGiB: o.Part.GB * 1e9 / (1 << 30)}
	memory, err := offers.Memory(offer.Hardware{Accelerator: part, PerReplica: 1}, offers.Variants(part, false)[0])
	if err != nil || memory.Fits {
		return false, nil, nil
	}
	v := emptyView(in.Rules)
	v.Workload, v.Origins = in.Workload, origins(in.Workload)
	v.Origins["gpu"] = o.Part.Origin.String()
	v.Model.ID = offers.Model.ID
	v.Base = fact.Base{Accelerator: o.Part.Name, Replicas: 1, PerReplica: 1, Allowed: true}
	v.Server = candidate.Server{Weights: memory.Weights, Needed: memory.Needed, Usable: memory.Usable}
	fired, err := in.Rules.Evaluate(ctx, fact.Check, fact.Read(v))
	return err == nil, locate(in, findings(fired), v.Origins), err
}

// onlyAtWorst says why a deployment on slices of an accelerator's time is not judged: with all
// neighbours at work it does not hold, and what it has of them nothing declares; "" where it is.
func onlyAtWorst(q question, today advice.Judged) string {
	b := q.space.Base
	p := b.Accelerator.Part
	if p == nil || !p.TimeSliced() || today.Excuse == nil || today.Excuse.Code != candidate.Throughput && today.Excuse.Code != candidate.SlowAlone {
		return ""
	}
	return fmt.Sprintf("a replica on %s shares its time: with all %d neighbours busy it does not hold (%s), with none of them it has the whole accelerator; measure it with its neighbours running and state what it carries (replica-qps)",
		offer.ShortName(b.Accelerator), p.PerCard-1, today.Excuse.Text)
}
