// Package onnx describes a model by its ONNX graph, without a runtime and without its weights.
//
// In: the bytes of an ONNX file as a stream; weights are skipped, whether they lie in the file or beside it.
// Out: a shape.Model: shapes are inferred through the graph for any request, dynamic axes bound by it, and
// the work of every operation counted by class. Operators that are not understood are counted and named, so
// that predictions can be widened. The cost of a file is bounded in bytes, operations, nesting and
// evaluations; breaking a bound is an error.
//
// The format is ONNX's published schema (onnx/onnx, onnx.proto, Apache-2.0); the few fields that are needed
// are decoded directly from the wire format.
package onnx
