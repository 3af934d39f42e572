package service

// Felt is the rate, 1/s, at which the bare queue of one replica answers as the real one does at
// a rate: the same, or more where a real server loses against the bare queue.
func (m Model) Felt(rate float64) float64 {
	if d, ok := m.Server().(derated); ok {
		return d.felt(rate)
	}
	return rate
}
