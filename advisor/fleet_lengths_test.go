package advisor

import (
	"math"
	"testing"

	"scaleadvise/advisor/unit"
)

// The requests of the two sides of a division are all requests: what each sees has together the mean of the
// whole, and no shorter one is with the longer.
func TestTheSidesOfADivisionAreAllRequests(t *testing.T) {
	l := lengthsOf(unit.Percentiles{P50: 300, P90: 2500, P99: 9000}, nil, 0.5, 0.85, 0.97)
	d := &division{prompts: l}
	mean := 0.0
	for _, c := range l.classes {
		d.sizes = append(d.sizes, sizedWays{share: c.share})
		mean += c.share * c.mean
	}
	for _, parts := range [][]float64{{1, 0, 0, 0}, {1, 0.3, 0, 0}, {0.8, 0, 0, 0}, {1, 1, 1, 0.5}} {
		rest, share := make([]float64, len(parts)), 0.0
		for i, part := range parts {
			rest[i], share = 1-part, share+part*l.classes[i].share
		}
		short, _ := d.seen(parts)
		long, _ := d.seen(rest)
		if short[len(short)-1] > long[0]*1.001 {
			t.Errorf("%v: %.0f tokens are with the shorter, %.0f with the longer", parts, short[len(short)-1], long[0])
		}
		if got := share*meanOf(short) + (1-share)*meanOf(long); math.Abs(got/mean-1) > 0.05 {
			t.Errorf("%v: together a mean of %.0f tokens, all have %.0f", parts, got, mean)
		}
		if !d.falls(parts) || d.falls(rest) {
			t.Errorf("%v: the shorter requests are not told from the longer", parts)
		}
	}
	if d.falls([]float64{1, 0.5, 0.5, 0}) || d.falls([]float64{0, 1, 0, 0}) {
		t.Error("a load balancer divides by one length")
	}
}

// Of a trace the sizes have the shares and means in which prompts and answers stand together.
func TestSizesOfATrace(t *testing.T) {
	var in, out []float64
	for i := range 1000 { // long prompts have short answers
		in, out = append(in, float64(100+10*i)), append(out, float64(1100-i))
	}
	prompts, answers := lengthsOf(unit.Percentiles{}, in, 0.5), lengthsOf(unit.Percentiles{}, out, 0.5)
	if prompts == nil {
		t.Fatal("lengths that differ are not told apart")
	}
	if answers == nil {
		answers = &lengths{classes: []class{{0.5, 350, 600}, {0.5, 850, math.Inf(1)}}, of: out}
	}
	cells := cellsOf(prompts, answers)
	if len(cells) != 4 || cells[0].share > 0.01 || math.Abs(cells[1].share-0.5) > 0.01 || math.Abs(cells[2].share-0.5) > 0.01 {
		t.Errorf("short prompts have long answers: %+v", cells)
	}
}

func meanOf(all []float64) float64 {
	sum := 0.0
	for _, v := range all {
		sum += v
	}
	return sum / float64(len(all))
}
