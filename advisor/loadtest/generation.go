package loadtest

import "slices"

// Generation is what runs of a language model show about the replica that they drove.
type Generation struct {
	Runs []Run // runs in which the replica kept up; of a run that fell behind only the rate counts, and its Loop is Maximum

	Saturated bool
	Why       string
	Notes     []string
}

// Generates reports whether runs measured the time of tokens, as those of a language model do.
func Generates(runs []Run) bool {
	return slices.ContainsFunc(runs, func(r Run) bool { return r.TTFT.Middle() > 0 || r.TPOT.Middle() > 0 })
}

// Generated returns what runs of a language model show about one replica. The error says why they show
// nothing.
func Generated(runs []Run) (Generation, error) {
	var s Service
	points, err := s.usable(runs)
	if err != nil {
		return Generation{}, err
	}
	var g Generation
	_, g.Saturated, g.Why = saturation(points)
	g.Notes = s.Notes
	for _, p := range points {
		if p.fellBehind() != "" {
			p.Loop = Maximum
		}
		g.Runs = append(g.Runs, p.Run)
	}
	return g, nil
}
