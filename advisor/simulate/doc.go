// Package simulate runs a deployment event by event, to see what formulas assume: queues,
// batches, balancing, clients that give up and ask again, replicas that are lost, restarted,
// interrupted and scaled.
//
// In: a Spec (what serves, what arrives, what happens) and a seed. Out: a Result with times by
// percentile, their confidence intervals, a time series, and a verdict on a promised share of
// requests within a bound; a run that is too short, unstable or too close to tell does not
// certify anything. The same spec gives the same result on any number of cores. Memory depends
// on the fleet and on what waits, not on how many requests come. There is no clock, no file
// and no error but about the spec.
//
// # Stations
//
// A station has a queue and workers. A free worker takes all that wait, up to a full batch, and
// works Alpha + Beta·b on them: with one worker the batch server of package queue, with batches
// of one its pool. It may wait some time for a batch to fill, as serving systems can be told to.
//
// # Arrivals
//
// Poisson; clusters of logarithmic size, which is what package queue assumes of an index of
// dispersion without a window; or, with a window, Poisson at a rate drawn anew for each window
// from a gamma law. Any of them may follow a profile of rates, such as a day or a trace of rates:
// the steady process runs on a clock that the profile drives. A trace of requests is replayed;
// scaled, it runs faster or slower, which keeps how requests bunch, from each one to the next.
// A profile is scaled in its rates and keeps its time.
//
// # Statistics
//
// The warm-up is dropped by the marginal standard error rule (White 1997). Intervals are those
// of batch means (Asmussen and Glynn, Stochastic Simulation, 2007), over stretches that are
// made longer until neighbours are uncorrelated. Where nobody says how long to run, runs grow
// until p99 is known to 2 %. Scenarios (a day, a trace, events, an autoscaler) have a beginning
// and an end; they are told as they are, warm-up and all, over one or more replications.
//
// # Autoscaling
//
// The algorithm is that of Kubernetes' HorizontalPodAutoscaler v2, on requests a second of a
// replica.
package simulate
