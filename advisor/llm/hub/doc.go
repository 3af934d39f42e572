// Package hub reads the config.json that Hugging Face transformers and publishers of
// language models write.
//
// In: the file. Out: a catalog.Model with its attention (multi-head, grouped, latent,
// sliding windows, linear), its mixture of experts, the precision of its released weights,
// the number of parameters counted from its shape, and notes on what was assumed.
package hub
