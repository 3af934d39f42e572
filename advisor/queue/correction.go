package queue

// correction is for batches that are not full although they follow full steps. Where full
// batches wait less than a step, it is what such batches add; otherwise it is what longer
// counted for them too much, as it took their own step for a full one.
func (a *ages) correction(t float64, own service) float64 {
	y := t - own.time(a.full)
	limit := a.full // batches below it wait a full step and more
	if y < 1 {
		limit = a.leastSlow(t-1, own)
	}
	sigma := a.law(a.full).sigma()
	stride := 1
	if a.full > exactFull {
		stride = max(1, int(sigma/3)) | 1
	}
	sum := 0.0
	for b := limit - 1 - stride/2; b > 0 && float64(b) > float64(a.full)-leftSigmas*sigma; b -= stride {
		v := a.followers(b, t-own.time(b))
		if y >= 1 {
			v = a.followers(b, y) - v
		}
		sum += v * float64(stride)
	}
	return sum
}

// exactFull is the largest batch up to which the sums behind correction are exact; above
// it they are taken at the middle of small ranges.
const exactFull = 32

// followers is the mean of J where the batch is b < full, for y ≥ 1.
func (a *ages) followers(b int, y float64) float64 {
	k := int(y)
	x := y - float64(k)
	law := a.law(a.full)
	since := law.share(y)
	if since.first() > b {
		return 0
	}
	a.two.sum(since, &a.recip)
	a.one.sum(law.share(1-x), &a.recip)
	sum := 0.0
	for j := 1; j <= b; j++ {
		after := a.two.at(b - j)
		if after == 0 {
			continue
		}
		before := 0.0
		n := j + k*a.full
		for l := max(0, n-a.one.end()+1); l < len(a.over) && l <= n-a.one.first; l++ {
			before += a.over[l] * a.one.at(n-l)
		}
		sum += float64(j) * after * before
	}
	return sum + a.followersOfFew(b, k, x, y)
}

// followersOfFew is the part of followers after steps that were not full.
func (a *ages) followersOfFew(b, k int, x, y float64) float64 {
	sum := 0.0
	for _, p := range a.low {
		part := 1 - x/a.time(p.length)
		law := a.law(p.length)
		if part <= 0 || law.share(part).reach() <= k*a.full {
			continue
		}
		tab := law.share(part).tabulate(a.rows, &a.recip)
		a.rows = tab.p
		v := 0.0
		for j := 1; j <= b; j++ {
			v += float64(j) * a.two.at(b-j) * tab.at(j+k*a.full)
		}
		sum += p.mass * v
	}
	return sum
}
