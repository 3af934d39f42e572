package service

// Coefficients is what was fitted: the kernels, the prior means, and how far off
// cross-validation found the predictions.
type Coefficients struct {
	Rate, Alone RateKernel
	Share       ShareKernel
	Means       Means
	Errors      map[string]Errors // by what is predicted, and "gpu" or "other"
	// Rounds is what nine in ten rates of a round stay within of the median of the other
	// rounds of the same model, accelerator and precision, as a log ratio, by model.
	Rounds map[string]float64
}

// Means are the prior means of the three kinds of cell.
type Means struct{ Rate, Alone, Share float64 }

// Errors are the errors below and above, beyond what the kriging variance explains, that
// nine in ten stay within, with whole pairs of accelerator and model left out.
type Errors struct {
	Low, High float64
	N         int
}
