package advisor

import (
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/unit"
)

// rowOf is the row of the catalog that a plan's machines are priced by.
func rowOf(q question, e candidate.Evaluation) (row catalog.Instance, ok bool) {
	f := catalog.Filter{Clouds: []string{e.Cloud}, Region: q.Workload.Region}
	a, known := q.space.Accelerator(e.Accelerator)
	if !known || e.Cloud == "" {
		return row, false
	}
	if f.Accelerator = a.ID; a.Part != nil {
		f.Accelerator = a.Part.Of
	}
	rows := q.Catalog.Instances
	if a.CPU {
		rows = q.Catalog.VCPUs
	}
	for _, i := range rows(f) {
		if i.Type == e.InstanceType && i.Region == e.Region {
			return i, true
		}
	}
	return row, false
}

// Months of a commitment.
const (
	yearMonths  = 12
	threeMonths = 36
)

// breakEvens are other ways to pay for what a plan rents by the hour, and from when on each costs less:
// a commitment is paid to its end whether its machines run or not, and a machine of one's own before
// it runs.
func breakEvens(q question, e candidate.Evaluation) []advice.BreakEven {
	row, ok := rowOf(q, e)
	if !ok || e.Rented == 0 || row.OnDemand == 0 || row.Ownership.Given() || e.Pricing != purchase.OnDemand || len(e.Purchase) > 1 {
		return nil
	}
	hourly := float64(e.Rented) * row.OnDemand
	var out []advice.BreakEven
	for _, c := range []struct {
		list   string
		price  float64
		months float64
	}{{purchase.OneYear, row.OneYear, yearMonths}, {purchase.ThreeYear, row.ThreeYear, threeMonths}} {
		if c.price > 0 && c.price < row.OnDemand {
			out = append(out, advice.BreakEven{
				Pricing: c.list, USDPerMonth: float64(e.Rented) * c.price * unit.HoursPerMonth,
				Months: c.months * c.price / row.OnDemand, WithinMonths: c.months,
			})
		}
	}
	return append(out, ownedInstead(q, e, hourly)...)
}

// ownedInstead is the machine on premises that repays its purchase soonest; none where the catalog has
// none with the accelerator, or running it costs as much as renting.
func ownedInstead(q question, e candidate.Evaluation, hourly float64) (out []advice.BreakEven) {
	needed := float64(e.Replicas * e.PerReplica)
	best := math.Inf(1)
	for _, i := range q.Catalog.Instances(catalog.Filter{Accelerator: e.Accelerator}) {
		if i.PurchaseUSD == 0 || i.Count < 1 {
			continue
		}
		boxes := math.Ceil(needed / i.Count)
		running := boxes * (i.USDPerHour() - i.PurchaseUSD/(i.Years*yearMonths*unit.HoursPerMonth)) * unit.HoursPerMonth
		months := boxes * i.PurchaseUSD / (hourly*unit.HoursPerMonth - running)
		if months > 0 && months < best && months < i.Years*yearMonths {
			best = months
			out = []advice.BreakEven{{Pricing: candidate.OwnedAlready, Machine: i.Type, USDPerMonth: running, Months: months, WithinMonths: i.Years * yearMonths}}
		}
	}
	return out
}

// energyOf is what a plan draws at the most.
func energyOf(q question, e candidate.Evaluation) advice.Energy {
	a, ok := q.space.Accelerator(e.Accelerator)
	if !ok || e.Replicas == 0 {
		return advice.Energy{}
	}
	var x advice.Energy
	watts := float64(e.Replicas*e.PerReplica) * a.TDPW
	if a.Part != nil {
		whole, _ := q.space.Accelerator(a.Part.Of)
		watts = float64(e.Replicas*e.PerReplica) / float64(max(a.Part.PerCard, 1)) * whole.TDPW
	}
	if row, ok := rowOf(q, e); ok && row.Watts > 0 {
		watts, x.Whole = float64(e.Instances)*row.Watts, true
	}
	x.KWh = watts / 1000 * unit.HoursPerMonth
	if g := q.Workload.GridIntensity; g > 0 {
		x.CO2, x.Stated = x.KWh*g/1000, true
	}
	return x
}
