// Package tree describes an ensemble of decision trees by what XGBoost, LightGBM and treelite
// write: it counts trees, depths, leaves and features, and runs none.
//
// In: the text of a model as a stream: XGBoost's model.json or JSON dump, LightGBM's model.txt
// or dump_model, treelite's JSON. Out: a shape.Model. One tree is held at a time.
package tree
