// Package serve answers how one kind of replica serves: what it sustains, where it
// saturates, and how it answers at a rate.
//
// In: the offers (advisor/offer) and the deployment that strategies start from. Out: for each hardware and
// variant a Server, made once and solved on first use, or the excuse why it cannot serve. A Server is a
// value: it holds the service model of one copy, the bounds it must keep and how requests arrive, and its
// methods answer for any number of replicas and any rate with one Response.
//
// A Server has one of two schedulers. A classic model serves batches from a queue (advisor/queue);
// accelerators of a replica are parallel copies. A language model uses continuous batching (advisor/llm): a
// replica spans as many accelerators as hold the weights and one request, and its number of slots is a
// choice: fewer slots keep the bound on the time per token, more slots shorten the queue.
//
// Where the service comes from: given by the user beats measured in the catalog beats transferred from where
// it was measured. Record writes down how a server's numbers are computed, and Functions are the functions
// that the recorded formulas call.
//
// Sources: latency and sustainable rates from advisor/queue and advisor/llm; scaling of
// replicas from the Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007)
// where the user gave data.
package serve
