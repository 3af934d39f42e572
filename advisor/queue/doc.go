// Package queue is the mathematics of waiting: how long requests take on a server under a
// load, the largest load within a bound on that, how throughput scales with servers, and
// how many losses an availability allows. Loads and service times come in as rates and
// seconds, results go out as probabilities, seconds and rates. There is no I/O and no
// error but for measurements that cannot be fitted: a server or load that makes no sense
// has saturation 0 and is not stable.
//
// # Batches
//
// Batch is a server that forms batches dynamically. Its queue length at the starts of
// steps is a Markov chain (Neuts, A general class of bulk queues with Poisson input, Ann.
// Math. Stat. 1967; Inoue, Queueing analysis of GPU-based inference servers with dynamic
// batching, Perform. Eval. 2021), solved without subtraction (Grassmann, Taksar and
// Heyman, Oper. Res. 1985). Beyond the largest batch the distribution is followed until
// it is geometric, its decay the root of z^B = E z^arrivals, and the geometric rest is one
// state, so that nothing is cut off. Above about 16 requests a batch the lengths are
// summed over a mesh by interpolation of eighth order, and stationary probabilities are
// right to about 1e-5; below, every length has its own state.
//
// The tails of wait and sojourn are exact for constant step times, given the chain: a
// batch holds the oldest that wait, so that its ages follow from what a step left and what
// arrived in the parts of it (see ages.go). They are checked against a brute-force chain
// and simulation. With varying step times the chain is exact for gamma steps and Poisson
// arrivals, and the tails are sums over a few representative steps: p99 within about 2 %
// of simulation up to a coefficient of variation of 0.3, within 15 % at 1.
//
// # Pools
//
// Pool is servers without batching. M/M/c is Erlang's (by the stable recurrence), M/D/c
// Crommelin's chain (P.O. Electr. Engrs. J. 1932) with the wait of Franx (Oper. Res. Lett.
// 2001), both exact; anything between and beyond follows Tijms's two-moment interpolation
// of quantiles (A First Course in Stochastic Models, 2003, 9.6), which has the mean of
// Pollaczek and Khinchine for one server and of Allen and Cunneen in heavy traffic.
// Service times are gamma.
//
// # Burstiness
//
// A load's index of dispersion makes its requests come in Poisson clusters of logarithmic
// size, negative binomial counts with that dispersion over any window, and the chains
// above are solved for those. What was measured over a window longer than the queue
// remembers is first damped towards 1, in proportion: slower variation of the rate belongs
// into the peak (Fendick and Whitt, Proc. IEEE 1989). Dispersion below 1 counts as 1.
// Random balancing thins it (Cox and Isham, Point Processes, 1980). Beyond a dispersion of
// 16 and a coefficient of variation of 1 waits are scaled as in heavy traffic.
//
// # Balancing
//
// Balanced makes n queues of one, or lets each request join the server with the fewest: one
// queue for pools, a model of our own for batches. One queue is what least-loaded balancing
// comes to where servers take from it. Where each has a queue of its own, p99 is longer by up
// to 30 % (constant service, 16 servers at 70 %), and by nothing where each works on several
// requests; package simulate has those.
//
// # Scaling and redundancy
//
// FitUSL fits Gunther's Universal Scalability Law (Guerrilla Capacity Planning, 2007) by
// variable projection. LossesToSurvive sums the binomial tail as a tail.
package queue
