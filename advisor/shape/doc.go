// Package shape computes what a request costs a model, from the model's layers alone: no weight is read and
// nothing runs.
//
// In: a Model, which knows its layers (the packages below read one from a config.json, an ONNX graph or a
// dump of trees), and a Request: tokens, pixels, seconds of audio, denoising steps, items. Out: the Passes
// that the request makes, each with its multiply-adds, the elements that its layers output, its weights and
// its kernels by class of operation. A request that contradicts the model, as an image does one of text, is
// an error that says which dimensions the model has.
package shape
