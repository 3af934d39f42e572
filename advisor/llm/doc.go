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
package llm
