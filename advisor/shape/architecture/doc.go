// Package architecture describes an ordinary model by the config.json that its publisher
// wrote for transformers, diffusers or sentence-transformers.
//
// In: the name of a config.json, a model_index.json or a folder that holds one, and how to
// open files beside it. Out: a shape.Model, whose parameters are counted and whose work is
// computed layer by layer for any request. A family of models is one row of the table in
// family.go, with the keys that its configuration class reads and that class's defaults.
package architecture
