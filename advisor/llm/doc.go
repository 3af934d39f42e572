// Package llm answers for language models what package service answers for classic ones: how
// long a step takes on one replica, what fits its memory, and what rate it sustains within
// bounds on the time to the first token and the time per output token.
//
// In: the shape of a model (catalog.Model), an accelerator, how many of them one replica
// spans, precisions, the engine, the lengths of requests. Out: memory with its deficit, a
// Machine with the times of prefill and decode, and from it the answer under a fixed
// concurrency, at saturation, and under open arrivals.
//
// Mathematics: a step takes the longer of its arithmetic and its memory traffic (Williams,
// Waterman, Patterson 2009: the roofline), a fixed time, and the all-reduces of tensor
// parallelism (Shoeybi et al. 2019); continuous batching (Yu et al. 2022, Orca) is a fixed
// point between the number of requests under way and the time of their steps.
//
// # Times of steps
//
// Clock works them out from the facts of a model and an accelerator and from a few
// coefficients: shares of bandwidth and arithmetic, fixed times of steps, layers and requests,
// what an all-reduce costs over links or over PCIe. They have one level for all, and
// deviations by family of accelerators, and by engine under a kind of load, that stay small
// unless many measurements ask for more (ridge regression; Hoerl and Kennard 1970), so that
// hardware and engines that nobody measured stand on the level of all. Fit finds them by
// Levenberg and Marquardt's method (Marquardt 1963) in catalog.LLMMeasurements.
//
// What measurements differ from that is carried over by kriging (Rasmussen and Williams 2006):
// to other lengths and concurrencies, to other models on the same accelerator, to like models
// elsewhere. Nothing is predicted faster than the roofline. Intervals are split-conformal
// (Lei et al. 2018) over measurements that were left out of the fit. Both are kept in fitted/,
// which go generate makes from the measurements.
//
// Evidence.Machine is one replica; Evidence.Predict answers how a system answers a load, as
// measurements state it, in one call.
//
// # Memory
//
// Keys and values by the kind of attention: multi-head, grouped (Ainslie et al. 2023), one
// latent (DeepSeek-V2, 2024), sliding windows (Beltagy et al. 2020), chunks, and states of
// linear attention (Yang et al. 2025), which may differ from layer to layer. Weights with
// the scales of their quantization, the tables of embeddings in 16 bit. What an engine keeps
// for itself, and how many requests it takes, are the defaults that its source states.
//
// # Open arrivals
//
// The number of requests that decode is a birth-death chain whose rates follow the time of a
// step at each level; requests that share steps evenly make it depend on the mean output alone
// (Kelly, Reversibility and Stochastic Networks, 1979). Its levels are groups (Hayward's
// approximation): bursts come together, and a prompt that stops the others counts for those
// that leave later for it. Within a level steps are a queue with gated service (Takagi,
// Analysis of Polling Systems, 1986): the first token waits for the running step and comes
// with the next. Where the limit on requests binds, the wait is that of heavy traffic
// (Kingman 1962). Percentiles are of mixtures of gamma laws that match two moments.
//
// Against simulations step by step, for outputs of 200 tokens and Poisson arrivals up to 80 %
// of saturation: means within 2 %, the 99th percentile of the time per token and of the whole
// within 2 % at the median and 12 % at most, of the first token within 8 and 16 %. Nearer to
// saturation, in bursts of four, or for outputs of 20 tokens with prompts of 1000, a third and
// more at worst.
package llm
