// Package offer lists what can be rented or is owned and can run the model.
//
// In: a workload.Workload and the catalog. Out: Offers, which never change: the model and the law by which
// its replicas scale, the hardware that the limits leave, the ways to rent it (instances, prices, zones),
// the variants in which the model may be served (precision × optimizations), the memory that each
// accelerator needs, and the deployments from which strategies may start. Errors name the trait that is
// wrong and the nearest known words.
//
// Nothing here depends on the demand, and no service times are computed: advisor/serve makes servers of
// offers.
//
// Sources: memory of a classic model is parameters × bytes with a tenth for activations and
// half a GiB for the accelerator's context; of a language model see advisor/llm. Cost is
// whole instances × price × 730 h. Replicas scale by the Universal Scalability Law (Gunther,
// Guerrilla Capacity Planning, 2007) where the user gave data.
package offer
