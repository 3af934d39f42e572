package workload

// Override returns a set of merged traits with some of them changed, whatever layer they came from, and
// without those that would contradict the change: a rate of requests instead of users, one bound on latency
// instead of another. Both sets stay as they were. It serves what-if questions; Merge determines the actual
// workload.
func Override(merged, changes Set) Set {
	out := merged.clone()
	for name, v := range changes {
		if _, had := merged[name]; !had {
			out.leave(instead(name, merged), changes)
		}
		out[name] = v
	}
	fromPreset(out)
	return out
}

// instead names the traits that say the same as a new one in other words, or belong to them.
func instead(name string, merged Set) []string {
	switch name {
	case "load_test":
		return []string{"service_time", "batch_time", "replica_qps"}
	case "service_time", "batch_time", "replica_qps":
		return []string{"load_test"}
	case "qps":
		return []string{"users", "requests_per_user", "peak_to_mean"}
	case "users":
		return []string{"qps"}
	case "latency":
		return []string{"p99"}
	case "p99":
		_, ttft := merged["ttft"]
		_, tpot := merged["tpot"]
		if ttft || tpot {
			return []string{"latency"} // the percentile is theirs too
		}
		return []string{"latency", "latency_percentile"}
	}
	return nil
}

// leave removes traits but for those that are changed themselves.
func (s Set) leave(names []string, changes Set) {
	for _, name := range names {
		if _, changed := changes[name]; !changed {
			delete(s, name)
		}
	}
}
