// Package kriging predicts a value at one point from noisy values at others and from the
// covariance between them: Gaussian process regression (Rasmussen and Williams, Gaussian
// Processes for Machine Learning, 2006, algorithm 2.1).
//
// In: observed values less their prior mean, the covariance of every pair of observations
// with the noise of each on the diagonal, and the covariance of the point asked about with
// every observation. Out: how far the posterior mean lies from the prior one, and how much
// of the prior variance the observations explain. Kernels, prior means and the choice of
// neighbours belong to the caller.
package kriging
