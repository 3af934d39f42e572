package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

// services are a week of services as clusters show them, each in a namespace of its own: 100 requests a second
// on average, half as many again in the afternoon.
type services struct {
	to   time.Time
	days int
	out  *bufio.Writer
	at   func(time.Time) string
	dice *rand.Rand
}

// load is the rate of a service, by the time of day.
func (services) load(t time.Time) float64 {
	return 100 * (1 + 0.5*math.Cos(float64(t.Hour()*60+t.Minute()-900)/1440*2*math.Pi))
}

// series writes a series every so often, while there is a value.
func (h services) series(labels string, every time.Duration, value func(t time.Time) (float64, bool)) {
	for t := h.to.AddDate(0, 0, -h.days); !t.After(h.to); t = t.Add(every) {
		if v, ok := value(t); ok {
			fmt.Fprintf(h.out, "%s %.10g %s\n", labels, v, h.at(t))
		}
	}
}

// counter writes a counter of a share of the load; a share below zero is a server that is not there.
func (h services) counter(labels string, every time.Duration, share func(t time.Time) float64) {
	count := 0.0
	h.series(labels, every, func(t time.Time) (float64, bool) {
		s := share(t)
		if s < 0 {
			count = 0
			return 0, false
		}
		expected := s * h.load(t) * every.Seconds()
		count += math.Round(expected + math.Sqrt(expected)*h.dice.NormFloat64())
		return count, true
	})
}

// unread writes the counter of one of two servers of which some scrapes fail, while it goes on counting.
func (h services) unread(labels string, every time.Duration, fails func(t time.Time) bool) {
	count := 0.0
	h.series(labels, every, func(t time.Time) (float64, bool) {
		expected := h.load(t) / 2 * every.Seconds()
		count += math.Round(expected + math.Sqrt(expected)*h.dice.NormFloat64())
		return count, !fails(t)
	})
}

func steadily(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }

// write writes all services.
func (h services) write(w io.Writer, stamp func(time.Time) string) error {
	h.out, h.at, h.dice = bufio.NewWriter(w), stamp, rand.New(rand.NewPCG(5, 6))
	const requests, minute = `http_requests_total{namespace=%q,pod="p%d",instance="10.0.0.%[2]d:80"%s}`, time.Minute
	name := func(space string, i int, more string) string { return fmt.Sprintf(requests, space, i, more) }
	ago := func(d time.Duration) time.Time { return h.to.Add(-d) }
	wanted := func(t time.Time) float64 { return math.Ceil(h.load(t) / 20) } // 3 to 8
	for i := range 8 {
		h.counter(name("follows", i, ""), minute, func(t time.Time) float64 {
			if n := wanted(t); float64(i) < n {
				return 1 / n
			}
			return -1
		})
		h.counter(name("bluegreen", i, fmt.Sprintf(`,deployment="%s"`, []string{"blue", "green"}[i/4])), minute, func(t time.Time) float64 {
			blue, switched := i < 4, t.After(ago(5*time.Hour))
			switch {
			case !blue && t.Before(ago(6*time.Hour)):
				return -1
			case blue == switched:
				return 0
			}
			return 0.25
		})
	}
	for i, share := range []float64{0.32, 0.32, 0.31, 0.05} {
		h.counter(name("canary", i, ""), minute, steadily(share))
	}
	for i, share := range []float64{0.82, 0.06, 0.06, 0.06} {
		h.counter(name("hot", i, ""), minute, steadily(share))
	}
	h.changed()
	h.models()
	for i := range 2 {
		h.unread(name("missed", i, ""), minute, func(time.Time) bool { return h.dice.Float64() < 0.2 })
		h.unread(name("inturn", i, ""), 15*time.Second, func(t time.Time) bool { return (t.Minute()/10+i)%3 == 0 })
	}
	for i := range 3 {
		h.counter(fmt.Sprintf(`http_server_request_duration_seconds_count{namespace="otel",job="otel/chat",instance="otel:8889",k8s_pod_name="p%d"}`, i), minute, steadily(1.0/3))
		h.counter(name("owned", i, ""), minute, steadily(1.0/3))
		h.series(fmt.Sprintf(`kube_pod_container_resource_requests{namespace="owned",pod="p%d",resource="nvidia_com_gpu"}`, i), minute, func(time.Time) (float64, bool) { return 2, true })
		h.series(fmt.Sprintf(`DCGM_FI_DEV_FB_USED{Hostname="node",UUID="GPU-%d",gpu="%d",modelName="NVIDIA L4"}`, i, i), minute, func(time.Time) (float64, bool) { return 9000, true })
		h.counter(name("sleeps", i, ""), minute, func(t time.Time) float64 {
			if t.Hour() < 8 || t.Hour() >= 20 {
				return -1
			}
			return 1.0 / 3
		})
		h.counter(name("clusters", i, fmt.Sprintf(`,cluster="c%d"`, i)), []time.Duration{15 * time.Second, minute, 2 * minute}[i], steadily(1.0/3))
	}
	for i := range 24 { // a server of its own each time that the service is woken
		h.counter(name("woken", i, ""), minute, func(t time.Time) float64 {
			if t.Hour()%3 == 0 && t.Minute() < 25 && t.YearDay()*8%24+t.Hour()/3 == i {
				return 1
			}
			return -1
		})
	}
	for i := range 2 {
		h.counter(fmt.Sprintf(`litellm_proxy_total_requests_metric_total{namespace="gateway",pod="l",requested_model="m%d"}`, i), minute, steadily(float64(i+1)))
		h.counter(fmt.Sprintf(`vllm:request_success_total{namespace="gateway",pod="p%d"}`, i), minute, steadily(0.5))
		h.counter(name("twins", 0, fmt.Sprintf(`,replica="%d"`, i)), minute, steadily(0.5))
	}
	h.series(name("gauge", 0, ""), minute, func(t time.Time) (float64, bool) { return 60*h.load(t) + 60*h.dice.NormFloat64(), true })
	behind := [2]float64{5e6, 4e6} // counters of two servers that a balancer answers for
	h.series(name("balancer", 0, ""), minute, func(t time.Time) (float64, bool) {
		behind[0], behind[1] = behind[0]+30*h.load(t), behind[1]+30*h.load(t)
		return behind[h.dice.IntN(2)], true
	})
	h.series(`up{namespace="twins",pod="p0",instance="10.0.0.0:80"}`, minute, func(time.Time) (float64, bool) { return 1, true })
	h.counter(`http_requests{namespace="untotalled",pod="p0"}`, minute, steadily(1))
	h.series(`kube_deployment_status_replicas_ready{namespace="machines",deployment="chat"}`, minute, func(time.Time) (float64, bool) { return 3, true })
	h.times("another", `http_requests_in_progress{namespace="another",pod="p0"}`, 0.085)
	h.times("summary", `http_request_duration_seconds{namespace="summary",pod="p0",quantile="0.99"}`, 0.085)
	h.times("milliseconds", `http_requests_in_progress{namespace="milliseconds",pod="p0"}`, 85)
	fmt.Fprintln(h.out, "# EOF")
	return h.out.Flush()
}

// changed writes a server of a language model that began to serve another one a day ago, with shorter answers.
func (h services) changed() {
	began := h.to.AddDate(0, 0, -1)
	for model, tokens := range map[string]float64{"meta-llama/Llama-3.1-8B-Instruct": 800, "Qwen/Qwen2.5-7B-Instruct": 100} {
		for name, each := range map[string]float64{"vllm:num_requests_running": 0, "vllm:request_success_total": 1, "vllm:prompt_tokens_total": 500, "vllm:generation_tokens_total": tokens} {
			n := 0.0
			h.series(fmt.Sprintf(`%s{namespace="changed",pod="p0",model_name=%q}`, name, model), time.Minute, func(t time.Time) (float64, bool) {
				if t.Before(began) != (tokens == 800) {
					return 0, false
				}
				n += h.load(t) * 60 * each
				return n, true
			})
		}
	}
}

// models writes two language models on pods and accelerators of their own, a model with adapters, of which each is
// asked for by its name, two servers in each pod, and a pod that is scraped under its address and under its name.
func (h services) models() {
	const llama, qwen = "meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen2.5-72B-Instruct"
	asked := func(space, pod, model string, share float64) {
		labels := fmt.Sprintf(`{namespace=%q,pod=%q,instance="10.0.1.%s:8000",model_name=%q}`, space, pod, pod[1:], model)
		h.series("vllm:num_requests_running"+labels, time.Minute, func(time.Time) (float64, bool) { return 3, true })
		h.counter("vllm:request_success_total"+labels, time.Minute, steadily(share))
	}
	for i := range 2 {
		pod := fmt.Sprintf("p%d", i)
		asked("two", pod, llama, 0.4)
		h.series(fmt.Sprintf(`DCGM_FI_DEV_FB_USED{namespace="two",pod=%q,UUID="%[1]s",modelName="NVIDIA L4"}`, pod), time.Minute, func(time.Time) (float64, bool) { return 9000, true })
		for model, share := range map[string]float64{llama: 0.1, "sql": 0.3, "chat": 0.1} {
			asked("adapters", pod, model, share)
		}
		for port, share := range map[string]float64{"8000": 0.4, "8001": 0.1} {
			labels := fmt.Sprintf(`{namespace="ports",pod=%q,instance="10.0.1.%s:%s",model_name="own-%[3]s"}`, pod, pod[1:], port)
			h.series("vllm:num_requests_running"+labels, time.Minute, func(time.Time) (float64, bool) { return 3, true })
			h.counter("vllm:request_success_total"+labels, time.Minute, steadily(share))
		}
		const share = 0.5
		for _, name := range []string{`job="pods",pod="%s",instance="10.0.3.%d:80"`, `job="names",instance="%s.chat.svc:80",port="%d"`} {
			twin := h
			twin.dice = rand.New(rand.NewPCG(uint64(i), 3))
			twin.counter(`http_requests_total{namespace="named",`+fmt.Sprintf(name, pod, i)+"}", time.Minute, steadily(share))
		}
	}
	h.counter(`nginx_ingress_controller_requests{namespace="ingress",pod="edge",instance="10.0.4.1:10254",ingress="web"}`, time.Minute, steadily(1))
	for i := range 3 {
		h.counter(fmt.Sprintf(`http_requests_total{namespace="ingress",pod="web-%d",instance="10.0.4.2%[1]d:80"}`, i), time.Minute, steadily(1.0/3))
		pod := fmt.Sprintf("p%d", 2+i)
		asked("two", pod, qwen, 0.1)
		for gpu := range 4 {
			h.series(fmt.Sprintf(`DCGM_FI_DEV_FB_USED{namespace="two",pod=%q,UUID="%[1]s-%d",modelName="NVIDIA H100 80GB HBM3"}`, pod, gpu), time.Minute, func(time.Time) (float64, bool) { return 70000, true })
		}
	}
}

// times writes how many requests came and how long they took, and a gauge of those in flight.
func (h services) times(space, flight string, mean float64) {
	for _, name := range []string{"count", "sum"} {
		n := 0.0
		h.series(fmt.Sprintf(`http_request_duration_seconds_%s{namespace=%q,pod="p0"}`, name, space), time.Minute, func(t time.Time) (float64, bool) {
			n += h.load(t) * 60
			return map[string]float64{"count": n, "sum": n * mean}[name], true
		})
	}
	h.series(flight, time.Minute, func(t time.Time) (float64, bool) { return h.load(t) * 0.085, true })
}

// TestServices: whatever a cluster does with its servers, and however their metrics are stored, the load and the
// servers that carry it are those that it was made with, or what stands in the way is said.
func TestServices(t *testing.T) {
	history := services{to: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), days: 8}
	tests := map[string]struct {
		qps, replicas float64 // 0: could not tell
		peak          float64 // 1/s, 0 where it is not held against anything
		says, silent  string
		more          []string // arguments
	}{
		"gateway": {qps: 100, replicas: 2, says: `the metrics of vllm do not know requested_model="m0"`, silent: "2 models",
			more: []string{"--profile", "litellm,vllm", "--selector", `namespace="gateway",requested_model="m0"`}},
		"follows":      {qps: 100, replicas: 8, says: "replicas follow the load, 3 to 8 in the last week"},
		"bluegreen":    {qps: 100, replicas: 4, says: "4 of 8 servers took no requests in the last 15m (p0, p1, p2, p3): replicas are the 4 others"},
		"missed":       {qps: 100, peak: 152, replicas: 2, says: "burstiness: scrapes are missing"},
		"inturn":       {qps: 100, peak: 150, replicas: 2, says: "burstiness: "},
		"two":          {qps: 80, replicas: 2, says: "gpus_per_replica: 1 ", silent: "several accelerators"},
		"adapters":     {qps: 100, replicas: 2, says: "their requests are added up", silent: "which are 3 services"},
		"ingress":      {qps: 100, replicas: 3, says: "nginx is in front of generic, and both count the same requests"},
		"ports":        {qps: 80, replicas: 2, says: "2 models are served, which are 2 services: own-8000", silent: "added up"},
		"named":        {qps: 100, replicas: 2, says: "under their names (p0.chat.svc:80, p1.chat.svc:80) and are counted once"},
		"canary":       {qps: 100, replicas: 4, says: "1 of 4 servers took less than 20 % of what others took (p3)"},
		"hot":          {qps: 100, replicas: 4, says: "the load is not balanced: of 4 servers one (p0) takes 82 % of it"},
		"otel":         {qps: 100, replicas: 3},
		"owned":        {qps: 100, replicas: 3, says: "gpus_per_replica: 2"},
		"changed":      {qps: 100, replicas: 1, says: "output_tokens: 100 "},
		"sleeps":       {qps: 64.8, replicas: 3, says: "the service scales to zero, and those hours count as no load", silent: "stopped"},
		"woken":        {qps: 13.5, replicas: 1, says: "the service scales to zero", silent: "rates are taken over an hour"},
		"clusters":     {qps: 100, replicas: 3, says: "requests of 3 clusters are added up"},
		"twins":        {qps: 100, replicas: 2, silent: "scraped 2 times"},
		"untotalled":   {qps: 100, replicas: 1},
		"another":      {qps: 100, replicas: 1, says: "the service differs from its description: a request takes 85 ms on average as measured", more: []string{"--model", "sdxl", "--gpu", "l4"}},
		"summary":      {qps: 100, replicas: 1, says: "p99 of time from a request to its whole answer, of the slowest server in the busiest hour: 12", silent: "could not be read"},
		"milliseconds": {qps: 100, replicas: 1, says: "http_request_duration_seconds looks like milliseconds", silent: "service_time: 85"},
		"gauge":        {says: "% of its scrapes, and a counter does not"},
		"balancer":     {says: "% of its scrapes, and a counter does not"},
		"machines":     {says: "kube-state-metrics exist but count no requests"},
	}
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			address := server.start(t, history)
			for name, want := range tests {
				s := newStage()
				code := s.run(append([]string{"observe", "--prometheus", address, "--selector", `namespace="` + name + `"`, "--now", "2026-07-01"}, want.more...)...)
				got := func(key string) float64 {
					found := numberOf(key).FindStringSubmatch(s.out.String())
					if found == nil {
						return 0
					}
					v, _ := strconv.ParseFloat(found[1], 64)
					return v
				}
				if told := want.qps > 0; told != (code == exitDone) || !told && code != exitUnknown || math.Abs(got("qps")-want.qps) > 0.03*want.qps || got("replicas") != want.replicas {
					t.Errorf("%s: exit code %d, %v/s of %v replicas, made with %v/s of %v", name, code, got("qps"), got("replicas"), want.qps, want.replicas)
				}
				if peak := got("qps") * got("peak_to_mean"); want.peak > 0 && math.Abs(peak-want.peak) > 0.03*want.peak {
					t.Errorf("%s: a peak of %v/s, made with %v", name, peak, want.peak)
				}
				if said := s.err.String() + s.out.String(); !strings.Contains(said, want.says) || want.silent != "" && strings.Contains(said, want.silent) {
					t.Errorf("%s: want %q and not %q: %s", name, want.says, want.silent, said)
				}
			}
		})
	}
}
