package offer

import "math"

// Option is a form of the model on one kind of hardware with the ways to host it.
type Option struct {
	Kind     Kind
	Hardware *Hardware
	Variant  *Variant
	Hosting  []Hosting // one or more
	least    float64   // cost of one replica
}

// OptionsOf lists the plain or the optimized forms of the model on all hardware that strategies may change
// to and that is rented.
func OptionsOf(o *Offers, optimized bool) []Option {
	return o.options.Get(optimized, func() []Option {
		var all []Option
		hardware := o.Choices()
		for i := range hardware {
			h := &hardware[i]
			ways := o.Hosting(*h)
			if len(ways) == 0 {
				continue
			}
			least := cheapest(ways, 1)
			variants := o.Variants(h.Accelerator, optimized)
			for j := range variants {
				all = append(all, Option{h.Kind(), h, &variants[j], ways, least})
			}
		}
		return all
	})
}

// Least returns the lowest cost of n replicas, US dollars a month.
func (o *Option) Least(n int) float64 {
	if n == 1 && o.least > 0 {
		return o.least
	}
	return cheapest(o.Hosting, n)
}

// cheapest returns the lowest cost of n replicas over the options.
func cheapest(options []Hosting, n int) float64 {
	best := math.Inf(1)
	for i := range options {
		best = math.Min(best, options[i].Cost(n))
	}
	return best
}
