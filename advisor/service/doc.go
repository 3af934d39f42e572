// Package service predicts how long a batch takes on one replica of an ordinary model, and
// the rate that the replica sustains.
//
// In: what the user measured (workload.Service), the catalog's MLPerf rows and the facts of
// the hardware. Out: a Model with its basis, sources, warnings and the central 90 % of its
// capacity, which makes a queue.Server.
//
// The bases, strongest first: given (the user's measurement), measured (this model on this
// accelerator), transferred (from another model or accelerator), roofline (an upper bound).
//
// A batch of b takes s(b) = α + β·b. The curve passes through measured or predicted Server
// points (Model.Derate). What was never measured is predicted by package kriging; intervals
// are split-conformal over pairs of accelerator and model left out (Lei et al. 2018).
package service
