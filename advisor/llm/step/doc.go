// Package step predicts the times of prefill and decode steps of a language model on one
// replica, and what follows for a batch, a closed loop, maximum load and open arrivals.
//
// In: llm.Setup and the lengths of requests, or a Question. Out: an open.Machine, or a
// Prediction with its 90 % interval, basis and nearest measurement.
//
// Clock computes a step by the roofline (Williams et al. 2009), with the unpacking of weights, fixed times
// of steps, layers and requests and the all-reduces of tensor parallelism (Shoeybi et al. 2019). Open loads
// are converted to step times by Little's law. Its coefficients have a level for all and deviations by
// accelerator family and engine (ridge regression), fitted by Levenberg and Marquardt's method. Evidence
// transfers the measured deviations from it to other lengths, models and accelerators by kriging; intervals
// are split-conformal (Lei et al. 2018). Both are kept in fitted/, which go generate makes.
package step
