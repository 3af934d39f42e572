// Package engine is the one table of LLM serving engines: how each uses memory, batches and
// admits requests unless stated otherwise, where it runs, and what its arguments, metrics and
// spellings are.
//
// To add an engine, add a row to table.go. A row that lacks a field does not load: Engines
// panics, and every test fails. Fields that may be zero say why in a tag. What is known of
// an engine from measurements alone is a row of Measured. Settings reads the arguments that a
// deployment starts one with.
package engine
