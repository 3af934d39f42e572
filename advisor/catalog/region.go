package catalog

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// homeRegions are where machines are rented unless a region is named: where the large clouds have
// most of them, at their lowest prices.
var homeRegions = map[string]string{"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}

// continents are words for a part of the world, with the region in which each large cloud has most
// machines there.
var continents = map[string]map[string]string{
	"us": homeRegions,
	"eu": {"aws": "eu-central-1", "gcp": "europe-west4", "azure": "westeurope"},
	"ap": {"aws": "ap-northeast-1", "gcp": "asia-southeast1", "azure": "japaneast"},
}

// inRegion reports whether a region is the one that is named, or its cloud's in a part of the world.
func inRegion(cloud, region, named string) bool {
	if homes, ok := continents[strings.ToLower(named)]; ok {
		return homes[cloud] != "" && strings.EqualFold(region, homes[cloud])
	}
	return strings.EqualFold(region, named)
}

// near is instances.csv: what most questions need.
var near = sync.OnceValue(func() *table[Instance] {
	t := instanceSchema.parse(instancesCSV)
	settleRegions(t.rows)
	return t
})

// everywhere is instances.csv with regional.csv, whose rows have the facts of the first of their type.
var everywhere = sync.OnceValue(func() *table[Instance] {
	t := near().clone()
	types := map[string]Instance{}
	for _, i := range slices.Backward(t.rows) {
		types[typeKey(i.Cloud, i.Type)] = i
	}
	text, err := Unpack("regional.csv", regionalPacked)
	far := instanceSchema.parse(text)
	for _, row := range far.rows {
		if i, ok := types[typeKey(row.Cloud, row.Type)]; !ok {
			types[typeKey(row.Cloud, row.Type)] = row
		} else if row.Accelerator == "" {
			row.Accelerator, row.Count, row.VCPUs, row.MemoryGiB, row.DiskGiB, row.NetworkGbps = i.Accelerator, i.Count, i.VCPUs, i.MemoryGiB, i.DiskGiB, i.NetworkGbps
		}
		t.put(instanceSchema.key(&row), row)
	}
	t.err = cmp.Or(t.err, err, far.err)
	settleRegions(t.rows)
	return t
})

// fartherClouds are the clouds that regional.csv alone has.
var fartherClouds = []string{"akash", "cudo", "dataoorts", "genesis-cloud", "gpuhub", "jarvis-labs", "nebius", "novita", "packet-ai", "qubrid", "salad", "seeweb", "spheron", "tensordock", "thunder-compute", "verda", "vultr"}

// fartherAccelerators are those that regional.csv alone rents.
var fartherAccelerators = []string{
	"amd-mi350x", "google-tpu-v6e", "nvidia-a16", "nvidia-a30", "nvidia-a800-sxm-80gb", "nvidia-gtx-1080-ti",
	"nvidia-p40", "nvidia-quadro-rtx-6000", "nvidia-rtx-3060", "nvidia-rtx-3060-ti", "nvidia-rtx-3070",
	"nvidia-rtx-3070-ti", "nvidia-rtx-3080", "nvidia-rtx-3080-ti", "nvidia-rtx-3090", "nvidia-rtx-3090-ti",
	"nvidia-rtx-4000-ada", "nvidia-rtx-4060-ti-16gb", "nvidia-rtx-4070", "nvidia-rtx-4070-ti", "nvidia-rtx-4070-ti-super",
	"nvidia-rtx-4080", "nvidia-rtx-5060-ti-16gb", "nvidia-rtx-5070", "nvidia-rtx-5070-ti", "nvidia-rtx-5080",
	"nvidia-rtx-5090", "nvidia-rtx-5880-ada", "nvidia-rtx-a4000", "nvidia-rtx-a5000", "nvidia-rtx-a6000",
}

// fartherTypes are the machine types of the large clouds that regional.csv alone has: they count only
// where their region is named.
var fartherTypes = []string{"gcp/ct6e-standard-1t", "gcp/ct6e-standard-4t", "gcp/ct6e-standard-8t", "gcp/tpu-v6e-16"}

// Rented reports whether any cloud rents an accelerator, without reading the prices of all regions.
func (c *Catalog) Rented(id string) bool {
	return len(c.usualHosts()[id]) > 0 || c.near != nil && slices.Contains(fartherAccelerators, id)
}

// usualHosts returns the instances of Usual by their accelerator.
func (c *Catalog) usualHosts() map[string][]Instance {
	if c.near != nil {
		return c.nearHosts()
	}
	return c.hosts()
}

// MostTogether returns the most of an accelerator that a cloud rents in one machine, 0 where none does, without
// reading the prices of all regions: no region has larger machines than the usual ones.
func (c *Catalog) MostTogether(id string) int {
	most := 0.0
	for _, i := range c.usualHosts()[id] {
		most = max(most, i.Count)
	}
	return int(most)
}

// settleRegions marks the rows that count only where their region is named: of each machine type of
// the large clouds all but that of the cloud's home, where the type has a price there, else the
// first that has one.
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
		case slices.Contains(fartherTypes, key):
			row.Away = true
		case !ok:
			least[key] = i
		case homeRank(row) < homeRank(&rows[before]):
			rows[before].Away, least[key] = true, i
		default:
			row.Away = true
		}
	}
}

// homeRank orders the regions of a machine type.
func homeRank(i *Instance) int {
	switch {
	case i.OnDemand == 0:
		return 2
	case strings.EqualFold(i.Region, homeRegions[i.Cloud]):
		return 0
	}
	return 1
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
