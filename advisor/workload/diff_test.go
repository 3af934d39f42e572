package workload

import (
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// difference compares two workloads but for the list of their traits.
func difference(want, got *Workload) string {
	return cmp.Diff(want, got, cmpopts.IgnoreFields(Workload{}, "Traits", "Log"), cmpopts.EquateApprox(1e-12, 0))
}
