// Package simulate runs a deployment event by event, to check what formulas assume: queues,
// batching, load balancing, timeouts and retries, failures, restarts and autoscaling.
//
// In: a Spec (what serves, what arrives, what happens) and a seed. Out: a Result with percentiles and their
// confidence intervals, a time series, and a verdict on the promised share of requests within a bound. A run
// that is too short, unstable or too close to the goal certifies nothing. The same spec gives the same
// result on any number of cores.
//
// A Station is the batch server of package queue; a Scheduler is the continuous batching of a
// language model. Arrivals are Poisson, clustered (an index of dispersion, with or without a
// window), follow a profile of rates, or replay a trace. The autoscaler is that of
// Kubernetes' HorizontalPodAutoscaler v2 on requests a second.
//
// The warm-up is dropped by the marginal standard error rule (White 1997); intervals are those
// of batch means (Asmussen and Glynn, Stochastic Simulation, 2007).
package simulate
