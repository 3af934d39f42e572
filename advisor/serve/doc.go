// Package serve answers how one kind of replica serves: what it sustains, where it
// saturates, and how it answers at a rate.
//
// In: the offers (advisor/offer) and the deployment that strategies start from. Out: for
// each hardware and variant a Server, made once and solved when it is first asked, or the
// excuse why it cannot serve. A Server is a value: it holds the service model of one copy,
// the bounds it is held to and how requests arrive, and its methods answer for any number of
// replicas and any rate with one Response.
//
// Two schedulers stand behind a Server. A classic model serves batches from a queue
// (advisor/queue); accelerators of a replica are copies side by side. A language model
// serves continuous batches (advisor/llm): a replica spans as many accelerators as hold the
// weights and one request, and how many slots it opens is a choice: fewer keep the bound on
// the time of a token, more keep requests from waiting.
//
// Where the service comes from: given by the user beats measured in the catalog beats
// carried over from where it was measured. Record writes down how a server's numbers come
// about, and Functions are what the recorded formulas call.
//
// Sources: latency and sustainable rates from advisor/queue and advisor/llm; scaling of
// replicas from the Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007)
// where the user gave data.
package serve
