// Package intake merges what is stated about a workload, in layers, into one complete case.
//
// In: Layers: traits from flags and the environment, a plan or manifest, what was read of a
// running service, the catalog, and an Opener for the files that traits name. Out: Read's
// Case: the workload with the origin of every trait, the files of traits read (scaling data,
// traces of lengths, a model's config.json), the kind of the model settled, and the catalog
// with the model that the case describes. Case.With does the same for a changed case.
//
// Every command takes its workload from here, and so does every question about a changed
// one: the same traits give the same workload wherever they are asked about. Each file is
// read once per case.
package intake
