// Package purchase says on which price lists a number of machines is bought: commitments for
// those that always run, spot for a share that a floor beside it can do without, on demand for
// the rest.
//
// In come the prices of one machine, the share of the machines that is needed from the first day
// on, and the share that may be spot. Out go lines of machines with what they cost, and the share
// of its hours from which on a commitment costs less than paying by the hour:
// the commitment's price over the price on demand.
package purchase
