// Package forecast turns a peak demand today and its growth into the demand to
// plan for.
//
// In: today's peak (requests per second) and the compound growth a month, each
// with its range; a time ahead in seconds. Out: the demand then, with its range,
// and the time at which a capacity is outgrown. The caller states the assumption
// (compound growth at a constant rate); nothing is fitted here.
//
// Source: compound growth D(t) = D0 (1+g)^t, t in months of 730 h as clouds bill.
package forecast
