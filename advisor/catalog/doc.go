// Package catalog holds the facts that the advisor starts from: accelerators, instances and
// their prices, models, measurements and model optimizations. Each row keeps its source and date.
package catalog
