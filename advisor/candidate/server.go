package candidate

// Server describes one replica, for rules and reports.
type Server struct {
	Basis                   string  // "none" when it cannot serve
	Alone                   float64 // s, one request, at the percentile of the bound
	SlowAlone               float64 // s, the same at the slow end of its range, at the confidence asked for
	MaxBatch                int
	CV                      float64
	QPS, Saturation         float64 // 1/s, within the bounds and without them
	Fits                    bool
	Weights, Needed, Usable float64 // GiB on each accelerator
	Optimizations           []string
	Measured                bool // measured by the user
}
