package prom

import (
	"math"
	"time"
)

// What share of the scrapes that its densest five minutes promise half an hour must hold: for rates
// to be taken over minutes, and for counts of windows to be compared with each other.
const (
	steadily = 0.8
	evenly   = 0.9
)

// window is over how long rates are taken: at least four scrapes, in whole minutes; an hour
// where scrapes fail, since what is counted across a gap shows behind it.
func (o *observer) window() time.Duration {
	if o.flaps {
		return coarse
	}
	return o.minutes()
}

// minutes is the window where no scrapes fail.
func (o *observer) minutes() time.Duration {
	w := max(min(fine, 4*o.pace), (4*o.interval + time.Minute - 1).Truncate(time.Minute))
	if o.life > 0 {
		return min(w, o.life)
	}
	if o.missed { // at the ends of few scrapes one that is missing weighs much
		w = max(w, min((missedOver*o.interval+time.Minute-1).Truncate(time.Minute), coarse))
	}
	if o.read["requests"].whole && o.interval%usualInterval == 0 {
		w = (w + o.interval - 1).Truncate(o.interval) // else now one scrape more lies within it, now one less
	}
	return w
}

// scrapes asks how often the counter of requests is scraped.
func (o *observer) scrapes() []*question {
	const stretch = 30 * time.Minute
	within := min(fine, 4*o.pace)
	requests, told := o.read["requests"], 0.0 // scrapes of the stretch
	return []*question{{
		purpose: "who counts the requests", expr: requests.counters(identity(o.modelLabel())), span: Span{To: o.span.To},
		samples: func(found []Sample) { o.who = found },
	}, {
		purpose: "how often it is scraped", expr: requests.scrapedAllWhile(stretch), span: Span{To: o.span.To},
		samples: one(func(n float64) {
			if n >= 2 {
				o.interval = intervalOf(stretch, n)
				told = stretch.Seconds() / o.interval.Seconds()
			}
		}),
	}, {
		purpose: "how many scrapes there are for each server that is there", expr: requests.scrapesOfAll(stretch), span: Span{To: o.span.To},
		samples: one(func(n float64) { o.perServer = n }),
	}, {
		purpose: "whether scrapes fail", expr: requests.densest(within, stretch), span: Span{To: o.span.To},
		samples: one(func(n float64) {
			if n < 3 {
				return
			}
			o.interval = min(o.interval, time.Duration(math.Round(within.Seconds()/(n-1)))*time.Second)
			if told == 0 { // no server was there before: none is seen to come back
				return
			}
			o.whole = o.perServer >= steadily*(n-1)*float64(stretch/within)
			o.flaps = told < steadily*(n-1)*float64(stretch/within)
			o.uneven = told < evenly*(n-1)*float64(stretch/within)
		}),
	}, {
		purpose: "whether some scrapes are missing all the time", expr: requests.scattered(2*fine, 2*time.Hour), span: Span{To: o.span.To},
		samples: one(func(v float64) { o.missed = v > regular }),
	}, {
		purpose: "how often the slowest is scraped", expr: requests.slowest(stretch), span: Span{To: o.span.To},
		samples: one(func(n float64) { // else a missed scrape
			if told := intervalOf(stretch, n); n >= 2 && float64(told) >= slower*float64(o.interval) {
				o.interval = told
			}
		}),
	}}
}

// regular is by how much the middle half of counts of scrapes, in windows of one length, differs where none is
// missing, and missedOver over how many scrapes rates are taken where some are.
const (
	regular    = 1
	missedOver = 15
)

// slower is by how many times the scrapes of some servers lie further apart than those of others, for the
// windows of all to be theirs: clusters are scraped at intervals of their own.
const slower = 1.5

// usualInterval is what scrapes lie apart, or a multiple of it.
const usualInterval = 5 * time.Second

// intervalOf is the time between scrapes of which a stretch holds n. Servers count the scrape at its
// start, or do not; a usual interval tells which.
func intervalOf(stretch time.Duration, n float64) time.Duration {
	for _, gaps := range []float64{n, n - 1} {
		if gaps > 0 && math.Mod(stretch.Seconds()/gaps, usualInterval.Seconds()) == 0 {
			return time.Duration(stretch.Seconds()/gaps) * time.Second
		}
	}
	return time.Duration(math.Round(stretch.Seconds()/n)) * time.Second
}
