package queue

// correction is for batches that are not full although they follow full steps. Where full batches wait less
// than a step, it is what such batches add; otherwise it removes what longer counted too much for them,
// since it took their own step for a full one.
//
// The sums behind it are over smooth functions and are taken at the middle of ranges of a
// third of a standard deviation or more: exact up to batches of 35.
func (a *ages) correction(t float64, own service) float64 {
	y := t - own.time(a.full)
	late := y >= a.stretch
	limit := a.full // batches below it wait a full step and more
	if !late {
		limit = own.least(t-a.stretch, a.full)
	}
	law := a.within(a.stretch)
	least := max(1, law.first(a.cut))
	ranges := 64
	if !late || a.cv2 > 0 { // far less depends on it, or is right
		ranges = 8
	}
	stride := max(third(law), (limit-least)/ranges|1)
	most := limit - 1 - stride/2
	sum := 0.0
	for b := most; b >= least; b -= stride {
		a.lookBack(t-own.time(b), b, stride)
		sum -= a.followers(b, stride)
	}
	if !late {
		return -sum * float64(stride)
	}
	a.lookBack(y, most, stride)
	for b := most; b >= least; b -= stride {
		sum += a.followers(b, stride)
	}
	return sum * float64(stride)
}

// third returns an odd number of counts, about a third of a standard deviation.
func third(c counts) int { return max(1, int(c.sigma()/3)) | 1 }

// lookBack prepares followers for y of a step or more and batches up to most: late is the
// law of what arrived since, and before[i] the probability that J = 1 + stride/2 +
// i·stride were there.
func (a *ages) lookBack(y float64, most, stride int) {
	m := a.ago(y)
	a.late = a.within(y).tabulate(a.late.p, a.cut, &a.recip)
	a.before = a.before[:0]
	if a.late.first > most {
		return
	}
	early := a.law(a.full).share(1 - m.x)
	a.early = early.tabulate(a.early.p, a.cut, &a.recip)
	step := third(early)
	for j := 1 + stride/2; j <= most-a.late.first; j += stride {
		a.before = append(a.before, a.afterFull(j+m.k*a.full, step))
	}
	a.lookBackToFew(m, stride)
}

// afterFull returns the probability that a full step leaves and early arrivals make up n.
func (a *ages) afterFull(n, stride int) float64 {
	from := max(0, n-a.early.end()+1)
	to := min(len(a.over)-1, n-a.early.first)
	sum := 0.0
	for l := from + stride/2; l <= to; l += stride {
		sum += a.over[l] * a.early.p[n-l-a.early.first]
	}
	return sum * float64(stride)
}

// lookBackToFew adds to before what came in steps that were not full.
func (a *ages) lookBackToFew(m moment, stride int) {
	for _, p := range a.low {
		part := 1 - m.x/a.time(p.length)
		if part <= 0 {
			continue
		}
		law := a.law(p.length).share(part)
		if law.most(a.few) <= m.k*a.full {
			continue
		}
		n := 1 + stride/2 + m.k*a.full
		if few := len(a.before) <= fewCounts; few && law.wide() {
			for i := range a.before {
				a.before[i] += p.mass * law.at(n+i*stride)
			}
			continue
		}
		t := law.tabulate(a.row, a.few, &a.recip)
		a.row = t.p
		for i := range a.before {
			a.before[i] += p.mass * t.at(n+i*stride)
		}
	}
}

// followers returns the mean of J where the batch is b < full: the sum over the j that were
// there of those that make the batch b since.
func (a *ages) followers(b, stride int) float64 {
	sum := 0.0
	for i, p := range a.before {
		j := 1 + stride/2 + i*stride
		sum += float64(j) * p * a.late.at(b-j)
	}
	return sum * float64(stride)
}
