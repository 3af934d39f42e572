package forward

// neighbour is a cell with its covariance with a question.
type neighbour struct {
	*cell
	covariance float64
}

// neighbours are the cells most alike to a question. A question has the source of the runs
// of its hardware, runtime and precision: the harness that is usual there.
func (e *Evidence) neighbours(p *point, kin []kinship, among []*cell, w *workspace) []neighbour {
	p.source = e.usualSource(p, among)
	return w.largest(e.covariances(p, kin, among, w), most)
}

// covariances are cells with their covariance with a point, given what its model has in
// common with theirs.
func (e *Evidence) covariances(p *point, kin []kinship, cells []*cell, w *workspace) []neighbour {
	list := w.neighbours(len(cells))
	for i, c := range cells {
		list[i] = neighbour{c, e.Kernel.given(&kin[c.origin.Model], &c.point, p, e.Kernel.like(&c.point, p))}
	}
	return list
}

// usualSource is the source of most runs of one hardware, runtime and precision; −1 where
// there are none.
func (e *Evidence) usualSource(p *point, among []*cell) int32 {
	if p.run < 0 || p.runtime < 0 {
		return -1
	}
	counts := make([]int, len(e.names[bySource].list))
	best := int32(-1)
	for _, c := range among {
		if c.tuned || c.run != p.run || c.runtime != p.runtime || c.precision != p.precision {
			continue
		}
		if counts[c.source]++; best < 0 || counts[c.source] > counts[best] {
			best = c.source
		}
	}
	return best
}
