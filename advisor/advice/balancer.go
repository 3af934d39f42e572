package advice

// Balancer is the plan behind a balancer that knows how loaded each replica is.
type Balancer struct {
	Balancing string  // a value of --balancing
	Replicas  int     // replicas that suffice behind it
	Saves     float64 // USD a month
}
