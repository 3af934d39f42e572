package catalog

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"scaleadvise/advisor/pattern"
)

// Partition is the part of an accelerator that a replica has: a MIG instance, which has multiprocessors and
// memory of its own, or one of n equal time slices, which has neither.
type Partition struct {
	Of      string  // id of the accelerator
	Profile string  // "1g.10gb"; "1/4" of its time
	Compute float64 // share of its multiprocessors, or of its time
	Memory  float64 // share of its memory and bandwidth
	PerCard int     // most that one accelerator is divided into
	Source  string
	AsOf    string

	usableGiB float64
}

// TimeSliced reports whether the part is a share of time: its neighbours delay it.
func (p Partition) TimeSliced() bool { return strings.Contains(p.Profile, "/") }

// mostSlices bounds the slices of an accelerator's time: beyond it none is left any.
const mostSlices = 64

// partitions are the MIG profiles of accelerators, by id.
var partitions = sync.OnceValue(func() map[string][]Partition {
	all := map[string][]Partition{}
	_, rows, _ := strings.Cut(strings.TrimSpace(partitionsCSV), "\n")
	for row := range strings.SplitSeq(rows, "\n") {
		r := strings.Split(row, ",") // no cell is quoted; a test reads every row
		number := func(i int) float64 { v, _ := strconv.ParseFloat(r[i], 64); return v }
		for id := range strings.SplitSeq(r[0], ";") {
			all[id] = append(all[id], Partition{Of: id, Profile: r[1], Compute: number(2) / number(3), Memory: number(4), usableGiB: number(5),
				PerCard: int(number(6)), Source: r[7], AsOf: r[8]})
		}
	}
	return all
})

// Partitions lists the MIG profiles of an accelerator, the smallest first; none where it has
// no MIG or they are not known.
func Partitions(accelerator string) []Partition { return partitions()[accelerator] }

// timeSlice is one of n equal slices of an accelerator's time.
func timeSlice(accelerator string, n int) Partition {
	return Partition{Of: accelerator, Profile: "1/" + strconv.Itoa(n), Compute: 1 / float64(n), Memory: 1 / float64(n), PerCard: n}
}

// Share returns the accelerator's part as hardware of its own: its rates, memory and bandwidth
// are those of the part.
func (a Accelerator) Share(p Partition) Accelerator {
	part := a
	part.ID, part.Part, part.Aliases, part.Defaults, part.MIGMax = a.ID+":"+p.Profile, &p, nil, nil, 0
	short := strings.TrimPrefix(a.Name, "NVIDIA ")
	if part.Name = short + " " + p.Profile; p.TimeSliced() {
		part.Name = p.Profile + " " + short
	}
	for _, rate := range []*float64{&part.FP32TFLOPS, &part.TF32TFLOPS, &part.BF16TFLOPS, &part.FP16TFLOPS, &part.FP8TFLOPS, &part.INT8TOPS, &part.FP4TFLOPS} {
		*rate *= p.Compute
	}
	part.BandwidthGBs, part.MemoryGiB, part.UsableGiB = a.BandwidthGBs*p.Memory, a.MemoryGiB*p.Memory, a.UsableGiB*p.Memory
	if p.usableGiB > 0 {
		part.UsableGiB = math.Min(p.usableGiB, part.MemoryGiB)
	}
	part.MaxPerNode *= p.PerCard
	part.Interconnect, part.LinkGBs = "PCIe only", 0 // parts have no link to each other
	return part
}

// Carried returns the accelerator that an instance carries; the part of it where the instance has
// no whole one.
func (c *Catalog) Carried(i Instance) (Accelerator, bool) {
	a, ok := c.accelerators().get(i.Accelerator)
	if ok && i.Fractional() {
		a = a.Share(timeSlice(a.ID, i.slices()))
	}
	return a, ok
}

// slices is of how many equal slices of an accelerator the instance has one.
func (i Instance) slices() int { return int(math.Round(1 / i.Count)) }

// Sliced lists the instances that carry a part of an accelerator's time, under a filter for
// the whole one.
func (c *Catalog) Sliced(f Filter, p Partition) []Instance {
	f.Accelerator = p.Of
	var out []Instance
	for _, i := range c.Instances(f) {
		if p.TimeSliced() && i.Fractional() && i.slices() == p.PerCard {
			out = append(out, i)
		}
	}
	return out
}

// partitionID is the id of a part: that of the accelerator, and the profile.
func (c *Catalog) partitionID(id string) (Accelerator, bool) {
	of, profile, ok := strings.Cut(id, ":")
	if !ok {
		return Accelerator{}, false
	}
	a, ok := c.accelerators().get(of)
	if !ok {
		return Accelerator{}, false
	}
	p, err := a.partition(profile)
	return a.Share(p), err == nil
}

// partition finds a part of the accelerator by its profile.
func (a Accelerator) partition(profile string) (Partition, error) {
	if rest, ok := strings.CutPrefix(profile, "1/"); ok {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 2 || n > mostSlices {
			return Partition{}, fmt.Errorf("%s is no slice of an accelerator's time; 1/2 to 1/%d are", quote(profile), mostSlices)
		}
		return timeSlice(a.ID, n), nil
	}
	var known []string
	for _, p := range Partitions(a.ID) {
		if p.Profile == profile {
			return p, nil
		}
		known = append(known, p.Profile)
	}
	switch {
	case len(known) > 0:
		return Partition{}, fmt.Errorf("%s has no MIG profile %s; it has %s", a.Name, quote(profile), strings.Join(known, ", "))
	case a.MIGMax > 0:
		return Partition{}, fmt.Errorf("the MIG profiles of %s are not known", a.Name)
	}
	return Partition{}, fmt.Errorf("%s has no MIG; a slice of its time is written %s:1/4", a.Name, shortest(a))
}

// shortest is how people write an accelerator.
func shortest(a Accelerator) string {
	short := a.ID
	for _, alias := range a.Aliases {
		if len(alias) < len(short) {
			short = alias
		}
	}
	return short
}

// partName is the name of an accelerator with a profile behind it: "h100:1g.10gb",
// "A100-SXM4-40GB-MIG-1g.5gb", "l4:1/4".
var partName = pattern.Of(`^(.+?)(?:[\s:_-]+mig)?(?:[\s:_-]+(\dg\.\d+gb)|:\s*(\d+/\d+))$`)

// Words in front of an accelerator: a slice of its time as answers print it, "1/4 L4", and a number of them, "2xl4".
var (
	sliceFirst = pattern.Of(`^(\d+/\d+)\s*(?:[x×]\s*|\s)(?:of an? )?(.+)$`)
	countFirst = pattern.Of(`^(\d+)\s*(?:[x×]\s*|\s)(.+)$`)
)

// partitioned finds the part of an accelerator that a name means; ok is false where it names
// none.
func (c *Catalog) partitioned(name string) (a Accelerator, note string, ok bool, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if slice := sliceFirst.FindStringSubmatch(name); slice != nil {
		name = slice[2] + ":" + slice[1]
	}
	found := partName.FindStringSubmatch(name)
	if found == nil {
		return a, "", false, nil
	}
	profile := found[2] + found[3]
	whole, note, err := c.ResolveAccelerator(found[1])
	if err != nil {
		return a, "", true, err
	}
	p, err := whole.partition(profile)
	if note != "" && !strings.Contains(found[1], "gb") { // a short name: another size of memory may be meant
		if other, better := c.likelier(whole, p, profile); better {
			whole, err = other, nil
			p, _ = whole.partition(profile)
			note = fmt.Sprintf("%s is read as %s (%s), which has this profile", found[1], whole.Name, whole.ID)
		}
	}
	if err != nil {
		return a, "", true, err
	}
	return whole.Share(p), note, true, nil
}

// likelier finds the accelerator of the same generation that is cut into more parts of a
// profile than another: of 1g.10gb an A100 of 80 GB holds seven, one of 40 GB four.
func (c *Catalog) likelier(whole Accelerator, p Partition, profile string) (best Accelerator, ok bool) {
	generation := func(id string) string {
		words := strings.SplitN(id, "-", 3)
		return strings.Join(words[:min(2, len(words))], "-")
	}
	most := p.PerCard
	for _, a := range c.Accelerators() {
		if generation(a.ID) != generation(whole.ID) || a.Interconnect != whole.Interconnect {
			continue
		}
		for _, q := range Partitions(a.ID) {
			if q.Profile == profile && q.PerCard > most {
				best, ok, most = a, true, q.PerCard
			}
		}
	}
	return best, ok
}
