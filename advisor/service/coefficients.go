package service

// Coefficients holds what was fitted: the kernels, the prior means, and the errors that cross-validation
// found.
type Coefficients struct {
	Rate, Alone RateKernel
	Share       ShareKernel
	Means       Means
	Errors      map[string]Errors // by quantity predicted, and "gpu" or "other"
	// Rounds is, by model, the log ratio within which nine in ten rates of a round stay of the median of the
	// other rounds of the same model, accelerator and precision.
	Rounds map[string]float64
}

// Means are the prior means of the three kinds of cell.
type Means struct{ Rate, Alone, Share float64 }

// Errors are the errors below and above, beyond what the kriging variance explains, within which nine in ten
// predictions stay, with whole pairs of accelerator and model held out.
type Errors struct {
	Low, High float64
	N         int
}
