package advice

import (
	"time"

	"scaleadvise/advisor/candidate"
)

// Affordable is what a budget pays for while the load grows, and until when that is enough.
type Affordable struct {
	Budget  float64              // USD a month
	Plan    candidate.Evaluation // the affordable plan that carries the most
	LoadQPS float64              // 1/s that it carries
	Until   time.Time            // when the load, or the data of a job, exceed it; zero for never
}
