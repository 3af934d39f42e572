package advice

// Balancer is what a balancer that knows how much each replica has to do makes of the plan.
type Balancer struct {
	Balancing string  // a word of --balancing
	Replicas  int     // that hold behind it
	Saves     float64 // USD/month
}
