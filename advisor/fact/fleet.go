package fact

// Shared is a fleet as a whole: its services on the machines that they share. Money is US dollars a month.
type Shared struct {
	Services, Machines int
	Feasible           bool
	Cost, Separate     float64
	Gap                float64
	Without, Reasons   []string // services that have no place, and why each
	Budget             float64  // 0 for none
	EnoughBudget       float64  // a budget with which all services fit; 0 where that alone does not suffice
	Quota              Raise    // of a quota whose raise alone makes all fit
	Pool               Raise    // of a kind of machine, more of which make all fit
	Beyond             float64  // cost of the fleet if more machines than the pool may be rented; 0 where that does not help
	Lacks              []string // limits that make all fit only when raised together
	LacksUSD           float64
	Outgrown           string // the first service to outgrow the fleet; "" where none does
	OutgrownMonths     float64
	Fits               bool // what it then needs is free
	Next               string
	NextUSD            float64
	Idle               []string // owned machines that the plan does not use
	IdleMachines       int
}

// Raise is a limit with the value that it would need.
type Raise struct {
	Name        string
	Has, Enough int
	USD         float64 // USD a month of all services
}

// Member is a service of a fleet.
type Member struct {
	Name         string
	Priority     int
	Feasible     bool
	Share        float64 // share of its demand that is carried
	Cost         float64
	Free         float64 // share of its capacity that is free at the peak
	Availability float64 // 0 where none is promised
	Unsafe       bool    // the declared replicas do not survive the losses that the service promises to survive
	Runway       float64 // months; 0 where nothing grows
}

// atFleet is about what a fleet file says, whose value stands there.
func atFleet(traits ...string) about { return about{traits, Fleet} }

// shared reads what is known of a fleet; zero elsewhere.
func shared[T any](of func(*Shared) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Shared == nil {
			return zero
		}
		return of(v.Shared)
	}
}

// oneOf reads what is known of a service of a fleet; zero elsewhere.
func oneOf[T any](of func(*Member) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Member == nil {
			return zero
		}
		return of(v.Member)
	}
}

// fleetFacts are those of a fleet as a whole.
var fleetFacts = []Fact{
	truth("fleet.given", Fleet, on("services"), "a fleet is judged as a whole; false where one of its services is", func(v *View) bool { return v.Shared != nil }),
	count("fleet.services", Fleet, on("services"), "services of the fleet", shared(func(s *Shared) int { return s.Services })),
	count("fleet.machines", Fleet, on("pool"), "machines that they stand on", shared(func(s *Shared) int { return s.Machines })),
	truth("fleet.feasible", Fleet, on("services"), "all services fit", shared(func(s *Shared) bool { return s.Feasible })),
	number("fleet.cost_usd_per_month", "USD/month", Fleet, on("services"), "cost of the machines of those that fit", shared(func(s *Shared) float64 { return s.Cost })),
	number("fleet.separate_usd_per_month", "USD/month", Fleet, on("services"), "cost of the services planned one after the other, each on machines of its own; 0 when unknown", shared(func(s *Shared) float64 { return s.Separate })),
	number("fleet.gap", "fraction", Fleet, on("services"), "by how much the cost may be above that of the best plan, as a fraction of it", shared(func(s *Shared) float64 { return s.Gap })),
	count("fleet.without_services", Fleet, on("services"), "services that are left out", shared(func(s *Shared) int { return len(s.Without) })),
	texts("fleet.without", Fleet, on("services"), "their names", shared(func(s *Shared) []string { return s.Without })),
	texts("fleet.reasons", Fleet, on("pool", "services"), "why each of them does", shared(func(s *Shared) []string { return s.Reasons })),
	number("fleet.budget_usd_per_month", "USD/month", Fleet, atFleet("budget"), "budget of the fleet; 0 when unlimited", shared(func(s *Shared) float64 { return s.Budget })),
	number("fleet.enough_budget_usd_per_month", "USD/month", Fleet, on("budget"), "budget with which all services fit; 0 when they do, or when no budget alone is enough", shared(func(s *Shared) float64 { return s.EnoughBudget })),
	text("fleet.quota", Fleet, on("pool"), "accelerator whose larger quota alone makes all services fit; empty for none", shared(func(s *Shared) string { return s.Quota.Name })),
	count("fleet.quota_allows", Fleet, on("pool"), "accelerators that its quota allows", shared(func(s *Shared) int { return s.Quota.Has })),
	count("fleet.quota_enough", Fleet, on("pool"), "accelerators with which all services fit", shared(func(s *Shared) int { return s.Quota.Enough })),
	number("fleet.quota_usd_per_month", "USD/month", Fleet, on("pool"), "what all services cost then", shared(func(s *Shared) float64 { return s.Quota.USD })),
	text("fleet.pool", Fleet, on("pool"), "machine of the pool of which more make all services fit; empty for none", shared(func(s *Shared) string { return s.Pool.Name })),
	count("fleet.pool_has", Fleet, on("pool"), "machines of that kind that the pool has", shared(func(s *Shared) int { return s.Pool.Has })),
	count("fleet.pool_enough", Fleet, on("pool"), "machines of that kind with which all services fit", shared(func(s *Shared) int { return s.Pool.Enough })),
	number("fleet.pool_usd_per_month", "USD/month", Fleet, on("pool"), "what all services cost then", shared(func(s *Shared) float64 { return s.Pool.USD })),
	number("fleet.beyond_usd_per_month", "USD/month", Fleet, on("pool"), "what all services cost where more than the pool may be rented; 0 when that is allowed, or does not make them fit", shared(func(s *Shared) float64 { return s.Beyond })),
	texts("fleet.lacks", Fleet, on("pool", "budget"), "limits that only together make all services fit, with what each would have to be", shared(func(s *Shared) []string { return s.Lacks })),
	number("fleet.lacks_usd_per_month", "USD/month", Fleet, on("pool", "budget"), "what all services cost then", shared(func(s *Shared) float64 { return s.LacksUSD })),
	text("fleet.outgrown", Fleet, on("services"), "service that grows out of what it has first; empty when none grows", shared(func(s *Shared) string { return s.Outgrown })),
	number("fleet.outgrown_months", "month", Fleet, on("services"), "months until it does", shared(func(s *Shared) float64 { return s.OutgrownMonths })),
	truth("fleet.outgrown_fits", Fleet, on("services"), "what is free holds the replica that it needs then", shared(func(s *Shared) bool { return s.Fits })),
	text("fleet.next_machine", Fleet, on("pool"), "machine to add for it; empty when none is needed", shared(func(s *Shared) string { return s.Next })),
	number("fleet.next_usd_per_month", "USD/month", Fleet, on("pool"), "what that machine costs; 0 when unknown", shared(func(s *Shared) float64 { return s.NextUSD })),
	texts("fleet.idle", Fleet, on("pool"), "owned machines that nothing needs, \"2 × p4d.24xlarge\"", shared(func(s *Shared) []string { return s.Idle })),
	count("fleet.idle_machines", Fleet, on("pool"), "how many machines those are", shared(func(s *Shared) int { return s.IdleMachines })),
}

// memberFacts are those of one service of a fleet.
var memberFacts = []Fact{
	truth("member.given", Fleet, on("services"), "one service of a fleet is judged", func(v *View) bool { return v.Member != nil }),
	text("member.name", Fleet, on("services"), "its name", oneOf(func(m *Member) string { return m.Name })),
	count("member.priority", Fleet, on("services"), "its priority, 1 the most important", oneOf(func(m *Member) int { return m.Priority })),
	truth("member.feasible", Fleet, on("services"), "it runs as it promises", oneOf(func(m *Member) bool { return m.Feasible })),
	number("member.share", "fraction", Fleet, on("services"), "share of its demand that is carried", oneOf(func(m *Member) float64 { return m.Share })),
	number("member.cost_usd_per_month", "USD/month", Fleet, on("services"), "its part of the machines", oneOf(func(m *Member) float64 { return m.Cost })),
	number("member.free", "fraction", Fleet, on("services"), "share of its capacity that is free at the peak planned for", oneOf(func(m *Member) float64 { return m.Free })),
	number("member.availability", "fraction", Fleet, on("services"), "availability that it promises; 0 when it promises none", oneOf(func(m *Member) float64 { return m.Availability })),
	truth("member.unsafe", Fleet, on("services"), "its replicas do not keep that when a machine is lost, however they are spread", oneOf(func(m *Member) bool { return m.Unsafe })),
	number("member.runway_months", "month", Fleet, on("services"), "months until it needs more than it has; 0 when nothing grows", oneOf(func(m *Member) float64 { return m.Runway })),
}
