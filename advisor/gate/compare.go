package gate

import (
	"slices"

	"scaleadvise/advisor/advice"
)

// match pairs each plan with that of the base: of the same file and name, else of the
// same name where that is the only one. nil stands for a plan that is new.
func (b *Base) match(plans []advice.Checked) []*advice.Checked {
	pairs := make([]*advice.Checked, len(plans))
	if b == nil {
		return pairs
	}
	taken := make([]bool, len(b.Plans))
	byPlace, byName := map[[2]string][]int{}, map[string][]int{}
	for i, p := range b.Plans {
		byPlace[[2]string{p.File, p.Name}] = append(byPlace[[2]string{p.File, p.Name}], i)
		byName[p.Name] = append(byName[p.Name], i)
	}
	take := func(i int, from []int) {
		for _, j := range from {
			if pairs[i] == nil && !taken[j] {
				pairs[i], taken[j] = &b.Plans[j], true
			}
		}
	}
	for i, p := range plans {
		take(i, byPlace[[2]string{p.File, p.Name}])
	}
	for i, p := range plans {
		if named := byName[p.Name]; p.Name != "" && len(named) == 1 {
			take(i, named)
		}
	}
	return pairs
}

// drop leaves out what is not shown of the plans checked either.
func (b *Base) drop(below advice.Severity) {
	if b == nil {
		return
	}
	for i := range b.Plans {
		p := &b.Plans[i]
		p.Findings = slices.DeleteFunc(slices.Clone(p.Findings), func(f advice.Located) bool { return f.Severity < below })
	}
}

// has reports whether a plan of the base has the finding too.
func has(before *advice.Checked, f advice.Located) bool {
	return before != nil && slices.ContainsFunc(before.Findings, func(g advice.Located) bool { return identity(f) == identity(g) })
}

// compare says what the change does.
func (b *Base) compare(plans []advice.Checked, pairs []*advice.Checked) *advice.Comparison {
	c := &advice.Comparison{Base: b.Name}
	kept := map[*advice.Checked]bool{}
	for i := range plans {
		d := advice.Delta{File: plans[i].File, Name: plans[i].Name, After: figures(&plans[i]), Before: figures(pairs[i])}
		c.Plans = append(c.Plans, d)
		kept[pairs[i]] = true
		tally(c, plans[i], pairs[i])
	}
	for i := range b.Plans {
		if p := &b.Plans[i]; !kept[p] {
			c.Plans = append(c.Plans, advice.Delta{File: p.File, Name: p.Name, Before: figures(p)})
			c.Gone += len(p.Findings)
		}
	}
	for _, d := range c.Plans {
		sum(&c.Before, d.Before)
		sum(&c.After, d.After)
	}
	return c
}

// tally counts the findings of a plan that are new, old, and gone.
func tally(c *advice.Comparison, after advice.Checked, before *advice.Checked) {
	for _, f := range after.Findings {
		if f.Old {
			c.Old++
		} else {
			c.New++
		}
	}
	if before == nil {
		return
	}
	for _, f := range before.Findings {
		if !has(&after, f) && !slices.ContainsFunc(after.Suppressed, func(s advice.Suppressed) bool { return identity(s.Located) == identity(f) }) {
			c.Gone++
		}
	}
}

// figures are those of a plan of which something is known.
func figures(p *advice.Checked) *advice.Figures {
	if p == nil || !p.Figures.Known {
		return nil
	}
	return &p.Figures
}

func sum(s *advice.Sum, f *advice.Figures) {
	if f == nil {
		return
	}
	s.Plans++
	s.Replicas += f.Replicas
	s.CapacityQPS += f.CapacityQPS
	if !f.Priced {
		s.Unpriced++
	}
	s.Cost += f.Cost
}
