// Package open predicts continuous batching under open (Poisson or bursty) arrivals: latency
// percentiles, saturation, and the largest rate that keeps bounds on TTFT and TPOT.
//
// In: a Machine, which is one replica with the times of its prefill and decode steps and the
// limit on sequences that decode at once; the lengths of requests; a queue.Load. Out: an
// Answer with means and percentiles.
//
// The number of sequences that decode is a birth-death chain whose rates follow the time of a step at each
// level (Kelly 1979; groups by Hayward's approximation). The first token waits for the running step and
// comes with the next, a queue with gated service (Takagi 1986). Where the scheduler's limit binds, the
// admission wait follows the heavy-traffic approximation (Kingman 1962). Percentiles are those of mixtures
// of gamma distributions.
//
// Up to 70 % of saturation, Poisson arrivals balanced at random: p50 TPOT within 3 % of a simulation step by
// step, p99 TPOT within 30 %, p99 TTFT within 35 %; half of the cases are within 6 % and 13 %. Closer to
// saturation, with bursts, or with load-aware balancing a simulation decides (cmd/accuracy has the grid).
package open
