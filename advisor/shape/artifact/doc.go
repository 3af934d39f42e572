// Package artifact describes the model in a file, by the kind of file: an ONNX graph, or an
// ensemble of trees as XGBoost, LightGBM or treelite write it. A file that holds weights or
// code and no description that can be read (a pickle, a checkpoint, an engine) is recognized,
// and the error says what to export instead.
package artifact
