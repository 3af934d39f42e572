// Package service answers one question: how long does a batch take on one replica, and
// what steady rate does that replica sustain?
//
// In: what the user measured (workload.Service), what others measured (the catalogue's
// MLPerf rows) and the facts of the hardware. Out: a Model, which names its basis, its
// sources, its warnings and the central 90 % of its capacity, and makes a queue.Server.
//
// The bases, strongest first: given (the user's own measurement), measured (this model on
// this accelerator), transferred (this model elsewhere, carried over), roofline (an upper
// bound from the hardware's facts).
//
// Mathematics: a batch of b takes s(b) = α + β·b (Triton's and TensorFlow Serving's own
// dynamic batching model; Inoue 2021 solves its queue). Curves pass
// through measured or predicted Server points, see Model.Derate. What was never measured is
// predicted by kriging (Rasmussen and Williams 2006) from cells that go generate condenses
// from the catalogue; intervals are split-conformal over pairs of accelerator and model
// left out whole (Lei et al. 2018).
package service
