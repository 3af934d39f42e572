// Package purchase decides on which price lists a number of machines is bought: commitments for those that
// always run, spot for a share that the promise does not depend on, on demand for the rest.
//
// In: the prices of one machine, the share of the machines that is needed from the first day on, and the
// share that may be spot. Out: lines of machines with their cost, and the share of hours above which a
// commitment costs less than on demand, which is the commitment's price over the price on demand.
package purchase
