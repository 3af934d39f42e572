package catalog

import (
	"math"
	"strings"
)

// homeRegions are where machines are rented unless a region is named: where the large clouds have
// most of them, at their lowest prices.
var homeRegions = map[string]string{"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}

// HomeRegion returns the region in which a cloud's machines are rented unless another is named; ""
// where all of its regions count, or it has none.
func HomeRegion(cloud string) string { return homeRegions[strings.ToLower(cloud)] }

// settleRegions marks the rows that count only where their region is named: of each machine type of the large
// clouds all but that of the cloud's home, where the type has a price there, else where it costs
// least.
func settleRegions(rows []Instance) {
	least := map[string]int{}
	for i := range rows {
		row := &rows[i]
		if row.Away = false; homeRegions[row.Cloud] == "" {
			continue
		}
		key := typeKey(row.Cloud, row.Type)
		before, ok := least[key]
		switch {
		case !ok:
			least[key] = i
		case homeRank(row) < homeRank(&rows[before]):
			rows[before].Away, least[key] = true, i
		default:
			row.Away = true
		}
	}
}

// homeRank orders the regions of a machine type: its cloud's home, then by price, then without one.
func homeRank(i *Instance) float64 {
	switch {
	case i.OnDemand == 0:
		return math.Inf(1)
	case strings.EqualFold(i.Region, homeRegions[i.Cloud]):
		return 0
	}
	return i.OnDemand
}

// settleMachines is the same of machines without an accelerator.
func settleMachines(rows []Machine) {
	all := make([]Instance, len(rows))
	for i := range rows {
		all[i] = rows[i].Instance()
	}
	settleRegions(all)
	for i := range rows {
		rows[i].Away = all[i].Away
	}
}

func typeKey(cloud, kind string) string { return strings.ToLower(cloud) + "/" + strings.ToLower(kind) }
