package service

import "testing"

// TestOwnVariationIsCarriedOver: requests that vary do so on every accelerator, and wait longer
// for it.
func TestOwnVariationIsCarriedOver(t *testing.T) {
	e := Learn(embedded(t))
	q := Query{Accelerator: "nvidia-l40s", Own: []Own{{Accelerator: "nvidia-a100-sxm-80gb", QPS: 100, Alone: 0.01}}}
	even, err := e.FromTransfer(q, 1)
	if err != nil {
		t.Fatal(err)
	}
	q.OwnCV = 1
	uneven, err := e.FromTransfer(q, 1)
	if err != nil {
		t.Fatal(err)
	}
	if even.CV != 0 || uneven.CV != 1 || uneven.Saturation() != even.Saturation() {
		t.Errorf("variation %v and %v, saturation %v and %v", even.CV, uneven.CV, even.Saturation(), uneven.Saturation())
	}
}
