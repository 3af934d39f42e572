// Package llm describes a language model as it is deployed: its shape, the bytes of its
// weights and its KV cache, the precisions that an accelerator serves, the lengths of
// requests, and how many sequences fit the memory at once.
//
// In: catalog.Model, catalog.Accelerator, an engine, precisions, tokens of prompts and
// outputs. Out: Shape, Setup and Memory with its deficit.
//
// Package hub reads models from config.json, package step predicts the time of prefill and
// decode steps, package open answers arrivals under continuous batching.
//
// KV bytes follow the kind of attention: multi-head, grouped (Ainslie et al. 2023), latent
// (DeepSeek-V2, 2024), sliding windows (Beltagy et al. 2020), chunks, and the states of
// linear attention (Yang et al. 2025). Quantized weights carry their scales; embeddings stay
// in 16 bit.
package llm
