// Package forward predicts how long one forward pass of an ordinary model takes on an
// ordinary stack: a batch of b inputs through a network, in a runtime, on hardware.
//
// In: the facts of the model (operations, parameters, activations of one input), of the
// hardware (peak rates, bandwidth), the runtime, the precision, the mode of use and the
// batch. Out: the time of a batch with a central 90 % interval, its basis (measured,
// transferred, roofline), its source and the nearest measurements.
//
// Mathematics: a roofline (Williams, Waterman and Patterson 2009), operations over peak
// plus bytes over bandwidth plus what the runtime spends on a launch, is the prior mean of
// ln time. What it misses is learned from measurements by kriging: each runtime, device and
// class of operations has its own level, and models alike in operations, arithmetic
// intensity and size, above all of one family, deviate alike. Intervals are conformal (Lei
// et al. 2018) by the kind of question: a model, a device or a source left out whole. No
// point of an interval beats the hardware's peak or bandwidth, and no part is slower than
// an older one of its vendor that it exceeds in every figure.
package forward
