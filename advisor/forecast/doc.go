// Package forecast turns demand that was observed, or stated, into the demand to plan for.
//
// In: today's peak and its compound growth, each with its range (Compound); or a History of rates in even
// steps, NaN where nothing is known (Fit). Out: the demand ahead with its central 90 %, the growth, how past
// forecasts fared (Backtest), and the time at which a capacity is outgrown; or a RefusedError, for too
// little history and for traffic that events dominate.
//
// A sudden change of level that lasted (FindShift) is taken out first: what was before is brought to the
// level since, so that days, weeks and growth are read from all of it; a drop of less than two weeks is
// taken for a pause. Hours far off those of all other days, seen once (exceptions), are not repeated: low ones are
// taken for an outage, high ones stay in what the ranges are set by. Then several methods are tried in the past,
// each from what was known then (methods): a combination, its means with the last and the usual week, repeating the last week or day, the usual hours
// of the week, the median of the weeks, the level, and the combination drawn towards the week, the more days
// differ in kind (kinds); where demand grows, each with the growth carried on. For each range of days ahead
// the methods are averaged, weighted by their expected errors: their past errors and, while those are few,
// what is usual for such methods; one that erred more than the better of the two repetitions has no weight.
//
// The combination is the median of simple members that err in different ways. Which members are asked is
// decided by tests: whether days are alike (dayShape, odd days against even ones), whether weeks are
// (weekShape, each week against the others), whether growth is significant and steady (FitGrowth), and
// whether it is by shares or by amounts. The ranges are quantiles of the errors of forecasts made in the
// past by the same methods, by days ahead; the backtest judges them by what they would have been at the time.
// Beyond the days that were tested the level follows a random walk; a history of less than two weeks, which
// cannot show a week repeat, gets a wider range (unseenWeeks). Where a week is known, only forecasts that
// knew one tell how methods will fare. The range of a peak is Student's, of past peaks over the ordinary
// peak of a day that was forecast of them; it bounds the ranges of the hours, and no forecast mean lies
// above it.
//
// Sources: compound growth D(t) = D0 (1+g)^t, t in months of 730 h as clouds bill; growth by Sen (1968) with
// the seasonal form and variance of Hirsch, Slack and Smith (1982); combination of forecasts, Makridakis et
// al., the M4 competition (2020); intervals from past errors, split conformal prediction, Vovk, Gammerman
// and Shafer (2005); MASE by Hyndman and Koehler (2006); the Holt-Winters method, for comparison (Winters 1960).
package forecast
