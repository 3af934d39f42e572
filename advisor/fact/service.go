package fact

import (
	"math"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// memoryFacts are what one replica of the base needs and has.
var memoryFacts = []Fact{
	number("memory.needed_gib", "GiB", always, on("gpu"), "memory one base replica needs; 0 when unknown",
		func(v *View) float64 { return v.copies() * v.Server.Needed }),
	number("memory.usable_gib", "GiB", always, on("gpu"), "memory one base replica has",
		func(v *View) float64 { return v.copies() * v.Server.Usable }),
	number("memory.deficit_gib", "GiB", always, on("gpu"), "what is missing; 0 when it fits, or when the memory is not known",
		func(v *View) float64 {
			if v.Server.Usable == 0 {
				return 0
			}
			return v.copies() * max(v.Server.Needed-v.Server.Usable, 0)
		}),
}

// copies is over how many accelerators one copy of a language model spreads. A classic model
// stands whole on each.
func (v *View) copies() float64 {
	if v.Tokens.Given {
		return float64(v.Base.PerReplica)
	}
	return 1
}

// Held is the argument of the engine that holds a replica back; the zero value for none.
func (t Tokens) Held() advice.HeldBack {
	if t.HeldBack == nil || t.Squeeze.Given() {
		return advice.HeldBack{}
	}
	return t.HeldBack()
}

// argument is one of the engine's, without dashes.
func (v *View) argument(of func(engine.Arguments) string) string {
	if e, err := engine.Named(v.Workload.LLM.Engine); err == nil && v.Tokens.Given {
		return strings.TrimLeft(of(e.Arguments), "-")
	}
	return ""
}

// tokenFacts are those of a language model.
var tokenFacts = []Fact{
	truth("tokens.given", always, on("model"), "the model writes tokens and its service is predicted: a language model",
		func(v *View) bool { return v.Tokens.Given }),
	number("tokens.input", "", always, is("input_tokens"), "mean tokens of a prompt; 0 for a model without tokens",
		func(v *View) float64 { return v.Tokens.Input }),
	number("tokens.output", "", always, is("output_tokens"), "mean tokens of an answer; 0 for a model without tokens",
		func(v *View) float64 { return v.Tokens.Output }),
	number("tokens.prefix_hit", "fraction", always, is("prefix_hit", "input_tokens"), "share of prompt tokens whose KV cache is there already",
		func(v *View) float64 { return v.Tokens.PrefixHit }),
	number("tokens.memory_share", "fraction", always, is("engine_arg"), "share of memory that the engine is told to use, as the engine defines it; 0 where it is left to the engine",
		language(func(l workload.LLM) float64 { return l.Arguments.MemoryShare })),
	text("tokens.memory_argument", always, is("engine"), "the engine's argument for that share; empty for a model without tokens",
		func(v *View) string { return v.argument(func(a engine.Arguments) string { return a.MemoryShare }) }),
	text("tokens.squeeze", always, is("engine_arg"), "the engine's argument for which a base replica needs more accelerators than the model does, with its value; empty for none",
		func(v *View) string { return v.Tokens.Squeeze.Argument }),
	text("tokens.squeeze_replica", always, is("engine_arg"), "the replica that holds the model without it",
		func(v *View) string { return v.Tokens.Squeeze.Replica }),
	number("tokens.squeeze_needed_gib", "GiB", always, on("engine_arg"), "what each accelerator of that replica has to hold with the argument; 0 for none",
		func(v *View) float64 { return v.Tokens.Squeeze.Needed }),
	number("tokens.squeeze_usable_gib", "GiB", always, on("engine_arg"), "what is usable there with the argument; 0 for none",
		func(v *View) float64 { return v.Tokens.Squeeze.Usable }),
	text("tokens.squeeze_remedy", always, is("engine_arg"), "what to do about it, an order",
		func(v *View) string {
			if !v.Tokens.Squeeze.Given() {
				return ""
			}
			return v.Tokens.Squeeze.Remedy()
		}),
	text("tokens.held_by", always, is("engine_arg"), "the engine's argument, or its default, with which one base replica carries so much less than it could that the load takes more of them, with its value; empty for none",
		func(v *View) string { return v.Tokens.Held().Argument }),
	number("tokens.held_qps", "1/s", always, on("engine_arg"), "what one base replica carries with it; 0 for none",
		func(v *View) float64 { return v.Tokens.Held().QPS }),
	number("tokens.unheld_qps", "1/s", always, on("engine_arg"), "what it carries with what held_without says; 0 for none",
		func(v *View) float64 { return v.Tokens.Held().Otherwise }),
	text("tokens.held_without", always, is("engine_arg"), "what it is compared with: with the engine's default, with as many requests as memory holds, without the argument",
		func(v *View) string {
			if h := v.Tokens.Held(); h.Given() {
				return h.Without()
			}
			return ""
		}),
	text("tokens.held_remedy", always, is("engine_arg"), "what to do about it, an order",
		func(v *View) string { return v.Tokens.Held().Remedy() }),
	number("tokens.ttft_bound_ms", "ms", always, is("ttft"), "bound on the time to the first token; 0 when none",
		language(func(l workload.LLM) float64 { return ms(l.TTFT) })),
	number("tokens.tpot_bound_ms", "ms", always, is("tpot"), "bound on the time per output token; 0 when none",
		language(func(l workload.LLM) float64 { return ms(l.TPOT) })),
	number("tokens.ttft_alone_ms", "ms", always, on("ttft", "gpu"), "time to the first token of one request alone on a base replica; 0 when it cannot serve",
		func(v *View) float64 { return ms(v.Tokens.TTFTAlone) }),
	number("tokens.tpot_alone_ms", "ms", always, on("tpot", "gpu"), "time per output token of one request alone on a base replica; 0 when it cannot serve",
		func(v *View) float64 { return ms(v.Tokens.TPOTAlone) }),
	number("tokens.kv_gib_per_request", "GiB", always, on("gpu"), "KV cache of one request of mean length over all accelerators of a base replica; 0 when unknown",
		func(v *View) float64 { return v.Tokens.KVGiBPerRequest }),
	count("tokens.concurrency", always, on("gpu"), "requests that a base replica works on at once; 0 when it cannot serve",
		func(v *View) int { return v.Tokens.Concurrency }),
	truth("tokens.concurrency_by_memory", always, on("gpu"), "its memory for the KV cache sets that number, not the engine's default or a bound",
		func(v *View) bool { return v.Tokens.ByMemory && v.Tokens.Concurrency > 0 }),
	count("tokens.plan_concurrency", outcome, on("gpu"), "requests that one replica of the chosen plan works on at once; 0 for a model without tokens",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.MaxConcurrency })),
	number("tokens.plan_preempting_qps", "1/s", outcome, on("gpu", "engine_arg"), "rate at which the chosen plan saturates where the engine's own limit on requests at once is left as it is, and requests are preempted; 0 where that limit need not be lowered",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.PreemptingQPS })),
	text("tokens.requests_argument", always, is("engine"), "the engine's argument for the requests at once; empty for a model without tokens",
		func(v *View) string { return v.argument(func(a engine.Arguments) string { return a.Requests }) }),
	number("tokens.plan_ttft_ms", "ms", outcome, on("ttft", "gpu"), "time to the first token of the chosen plan at the demand planned for, at the percentile of its bound; 0 when unstable",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return ms(p.TTFT) })),
	number("tokens.plan_tpot_ms", "ms", outcome, on("tpot", "gpu"), "time per output token of the chosen plan at the demand planned for, at the percentile of its bound; 0 when unstable",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return ms(p.TPOT) })),
	text("tokens.plan_link", outcome, on("gpu"), "how the accelerators that share each layer of the chosen plan are joined: NVLink, PCIe only; empty when unknown or where there is one",
		chosen(func(_ *View, o *Outcome, _ *candidate.Evaluation) string { return o.Link })),
	number("tokens.usd_per_million", "USD", outcome, on("gpu"), "cost per million tokens, read and written, of the chosen plan; 0 when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.CostPerMTokens })),
}

// language reads the traits of a language model; zero for others.
func language(of func(workload.LLM) float64) func(*View) float64 {
	return func(v *View) float64 {
		if !v.Tokens.Given {
			return 0
		}
		return of(v.Workload.LLM)
	}
}

// scalingFacts are the law fitted to the user's data.
var scalingFacts = []Fact{
	truth("scaling.given", always, on("scaling_data"), "a scalability law was fitted to the user's data",
		func(v *View) bool { return v.Law.Given }),
	number("scaling.sigma", "", always, on("scaling_data"), "contention", func(v *View) float64 { return v.Law.Sigma }),
	number("scaling.kappa", "", always, on("scaling_data"), "coherency", func(v *View) float64 { return v.Law.Kappa }),
	number("scaling.peak_replicas", "", always, on("scaling_data"), "replicas at which throughput peaks; 0 when it does not",
		func(v *View) float64 { return v.Law.PeakReplicas }),
	number("scaling.peak_qps", "1/s", always, on("scaling_data"), "throughput at the peak; 0 when it does not peak",
		func(v *View) float64 { return v.Law.PeakQPS }),
	number("scaling.r2", "", always, on("scaling_data"), "goodness of the fit", func(v *View) float64 { return v.Law.R2 }),
}

// dataFacts are the data and the job over them.
var dataFacts = []Fact{
	truth("data.given", outcome, on("data_size", "data_growth"), "data traits were given",
		func(v *View) bool { return v.Workload.Data.Given() }),
	number("data.now_gib", "GiB", outcome, is("data_size"), "data today",
		data(func(v *View) float64 { return v.Now.Data / gib })),
	number("data.horizon_gib", "GiB", outcome, on("data_size", "data_growth"), "data at the horizon",
		data(func(v *View) float64 { return v.Planned.Data / gib })),
	number("data.memory_gib", "GiB", outcome, on("data_size", "data_growth"), "memory of all nodes of the chosen plan; 0 when unknown",
		data(chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 {
			return float64(p.Instances) * p.NodeMemoryGiB
		}))),
	number("data.disk_gib", "GiB", outcome, on("data_size", "data_growth"), "local disk of all nodes of the chosen plan; 0 when unknown",
		data(chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 {
			return float64(p.Instances) * p.NodeDiskGiB
		}))),
	truth("data.job_alone", outcome, on("job_window", "job_rate", "data_size"), "a batch job over the data is all there is to do: no requests come",
		func(v *View) bool { return v.Workload.JobAlone() }),
	text("data.disk_full", outcome, on("data_size", "data_growth"), "date on which the data outgrow the local disk of all nodes of the chosen plan; empty where they never do, did before, or the disk is not known",
		data(chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) string {
			return full(v, float64(p.Instances)*p.NodeDiskGiB)
		}))),
	number("data.full_months", "month", outcome, on("data_size", "data_growth"), "months until the first of both; 0 where neither is ahead",
		data(chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) float64 {
			first := math.Inf(1)
			for _, room := range []float64{p.NodeDiskGiB, p.NodeMemoryGiB} {
				if seconds, ahead := v.Workload.Data.Fills(float64(p.Instances) * room * gib); ahead {
					first = math.Min(first, seconds/unit.Month)
				}
			}
			if math.IsInf(first, 1) {
				return 0
			}
			return first
		}))),
	text("data.memory_full", outcome, on("data_size", "data_growth"), "the same of their memory",
		data(chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) string {
			return full(v, float64(p.Instances)*p.NodeMemoryGiB)
		}))),
	truth("data.job_given", outcome, on("job_window"), "a job window was given",
		func(v *View) bool { return v.Workload.Data.JobWindow > 0 }),
	truth("data.job_rate_known", outcome, on("job_rate", "job_window"), "the job rate of one replica was given",
		func(v *View) bool { return v.Workload.Data.JobRate > 0 }),
	number("data.job_hours", "h", outcome, on("job_rate", "data_size"), "batch job at the horizon on the replicas of the chosen plan; 0 when unknown",
		data(chosen(func(_ *View, o *Outcome, p *candidate.Evaluation) float64 { return o.JobHours(p.Replicas) }))),
	text("data.job_late", outcome, on("job_rate", "job_window", "data_size", "data_growth"), "date from which the batch job takes longer than its window on today's replicas; empty where it does now, or never",
		data(func(v *View) string {
			if seconds, ends := v.Outcome.JobLate(); ends && seconds > 0 && !v.Clock.IsZero() {
				return dayAfter(v, seconds)
			}
			return ""
		})),
	number("data.job_hours_one", "h", outcome, on("job_rate", "data_size"), "batch job at the horizon on one replica; 0 when unknown",
		data(func(v *View) float64 { return v.Outcome.JobHours(1) })),
	number("data.window_hours", "h", outcome, is("job_window"), "window of the batch job; 0 when none",
		func(v *View) float64 { return v.Workload.Data.JobWindow / secondsPerHour }),
	count("data.replicas_for_job", outcome, on("job_rate", "data_size"), "replicas that finish the job within its window; 0 when none needed",
		data(func(v *View) int { return v.Outcome.ReplicasFor() })),
}

// data reads what only a workload with data has.
func data[T any](of func(*View) T) func(*View) T {
	return func(v *View) (zero T) {
		if !v.Workload.Data.Given() || v.Outcome == nil {
			return zero
		}
		return of(v)
	}
}

// roadmapFacts are how the plan changes within the horizon.
var roadmapFacts = []Fact{
	count("roadmap.changes", Advise, on("growth", "horizon"), "times the plan changes within the horizon",
		func(v *View) int { return len(v.Outcome.Stages) }),
	number("roadmap.first_months", "month", Advise, on("growth", "horizon"), "months until it first changes; 0 when it does not",
		func(v *View) float64 { return first(v.Outcome.Stages).Months }),
	text("roadmap.first_strategy", Advise, on("growth", "horizon"), "strategy of that change; empty when none",
		func(v *View) string { return string(first(v.Outcome.Stages).Strategy) }),
	count("roadmap.last_replicas", Advise, on("growth", "horizon"), "replicas at the horizon",
		func(v *View) int {
			backwards := slices.Clone(v.Outcome.Stages)
			slices.Reverse(backwards)
			return first(backwards).Replicas
		}),
}

func first(changes []Change) Change {
	if len(changes) == 0 {
		return Change{}
	}
	return changes[0]
}

// full is the date on which the data outgrow some room, GiB; "" where that is not ahead.
func full(v *View, room float64) string {
	d := v.Workload.Data
	if seconds, ahead := d.Fills(room * gib); ahead && !v.Clock.IsZero() {
		return dayAfter(v, seconds)
	}
	return ""
}

// dayAfter is the day after some seconds.
func dayAfter(v *View, seconds float64) string {
	return unit.After(v.Clock, seconds).Format(time.DateOnly)
}
