package prom

import (
	"strings"
	"testing"
)

// TestLayout: who scraped is not who served; the servers are counted once, and what is odd is said.
func TestLayout(t *testing.T) {
	at := func(v float64, pairs ...string) Sample {
		l := Labels{}
		for i := 0; i < len(pairs); i += 2 {
			l[pairs[i]] = pairs[i+1]
		}
		return Sample{Labels: l, Value: v}
	}
	for name, test := range map[string]struct {
		all             []Sample
		servers         int
		without, narrow string
		says            string
	}{
		"two pods": {all: []Sample{at(5, "pod", "a", "instance", "1:80", "job", "x"), at(6, "pod", "b", "instance", "2:80", "job", "x")}, servers: 2},
		"a pair of Prometheus servers": {
			all:     []Sample{at(500, "instance", "1:80", "prometheus_replica", "prom-0"), at(501, "instance", "1:80", "prometheus_replica", "prom-1")},
			servers: 1, without: "prometheus_replica", says: "scraped 2 times, as prometheus_replica prom-0, prom-1",
		},
		"a pair that calls itself replica": {
			all:     []Sample{at(500, "instance", "1:80", "replica", "A"), at(501, "instance", "1:80", "replica", "B")},
			servers: 1, without: "replica", says: "scraped 2 times",
		},
		"a proxy before several services": {
			all:     []Sample{at(500, "instance", "1:80", "job", "traefik", "service", "a@k8s"), at(90, "instance", "1:80", "job", "traefik", "service", "b@k8s")},
			servers: 1, says: `requests of 2 services (service) are added up: a@k8s, b@k8s; if they are not one service, --selector 'service="a@k8s"'`,
		},
		"two services over the same pod": {
			all:     []Sample{at(500, "instance", "1:80", "job", "chat", "service", "chat"), at(501, "instance", "1:80", "job", "chat", "service", "chat-headless")},
			servers: 1, without: "service", says: "scraped 2 times, as service chat, chat-headless",
		},
		"replicas of a service on one node": {
			all:     []Sample{at(500, "instance", "1:80", "replica", "chat#x7"), at(501, "instance", "1:80", "replica", "chat#q2")},
			servers: 1, // one address
		},
		"phases within the names of pods": {
			all:     []Sample{at(500, "pod", "vllmprefillworker-0", "instance", "1:80"), at(500, "pod", "vllmdecodeworker-0", "instance", "2:80")},
			servers: 1, narrow: `pod!~"(?i).*prefill.*"`, says: "prefill and decode are disaggregated",
		},
		"replicas of Ray within one pod": {
			all:     []Sample{at(500, "pod", "ray-0", "instance", "1:80", "ReplicaId", "llm#x7"), at(501, "pod", "ray-0", "instance", "1:80", "ReplicaId", "llm#q2")},
			servers: 2,
		},
		"copies of another server with a label of theirs": {
			all:     []Sample{at(500, "instance", "1:80"), at(500, "instance", "1:80", "prometheus", "monitoring/dc1")},
			servers: 1, without: "prometheus", says: `as prometheus monitoring/dc1 and without that label, and are counted once; --selector 'prometheus="monitoring/dc1"'`,
		},
		"a static job beside one that names pods": {
			all:     []Sample{at(500, "instance", "1:80", "job", "static"), at(500, "instance", "1:80", "job", "pods", "pod", "a", "namespace", "prod")},
			servers: 1, without: "job,namespace,pod", says: "as job pods, static",
		},
		"federated": {
			all:     []Sample{at(500, "instance", "1:80", "job", "x"), at(500, "instance", "prom:9090", "exported_instance", "1:80", "job", "federate")},
			servers: 1, narrow: `exported_instance=""`, says: "federates are left out",
		},
		"two jobs of one service": {
			all:     []Sample{at(5, "instance", "1:80", "job", "blue"), at(900, "instance", "2:80", "job", "green")},
			servers: 2, says: "requests of 2 jobs are added up: blue, green",
		},
		"two tiers that count every request": {
			all:     []Sample{at(900, "instance", "1:80", "job", "web"), at(450, "instance", "2:80", "job", "model"), at(460, "instance", "3:80", "job", "model")},
			servers: 3, says: "requests of 2 jobs are added up: model, web, which have as many each, as where the same servers are scraped twice, or one calls the other, and every request is counted twice",
		},
		"prefill by a label of its own": {
			all:     []Sample{at(5, "pod", "p", "role", "prefill"), at(5, "pod", "d", "role", "decode"), at(5, "pod", "e", "role", "decode")},
			servers: 2, narrow: `role!~"(?i).*prefill.*"`, says: "1 prefill server and 2 decode servers",
		},
		"a router that counts what its workers count": {
			all:     []Sample{at(100, "pod", "chat-router-0"), at(98, "pod", "chat-router-1"), at(60, "pod", "w-0"), at(70, "pod", "w-1"), at(67, "pod", "w-2")},
			servers: 3, narrow: `pod!~"` + frontWords + `"`, says: "counted twice, by 2 routers or proxies before 3 servers",
		},
		"a router that counts more": {
			all:     []Sample{at(900, "pod", "r", "component", "router"), at(60, "pod", "w-0", "component", "worker")},
			servers: 2, says: "requests are added up of 1 router or proxy before 1 server",
		},
		"routers alone":      {all: []Sample{at(5, "pod", "router-0"), at(6, "pod", "router-1")}, servers: 2},
		"two ports of a pod": {all: []Sample{at(5, "pod", "a", "instance", "1:80"), at(5, "pod", "a", "instance", "1:81")}, servers: 1},
		"two ports that count as much": {
			all:     []Sample{at(5000, "pod", "a", "instance", "1:80"), at(5001, "pod", "a", "instance", "1:81"), at(600, "pod", "b", "instance", "2:80"), at(600, "pod", "b", "instance", "2:81")},
			servers: 2, says: `every pod is scraped on 2 ports (80, 81), which have counted as many requests each and are added up; if each shows the same server, --selector 'instance=~".*:80"' reads one`,
		},
		"two servers of a pod": {all: []Sample{at(5000, "pod", "a", "instance", "1:80"), at(7000, "pod", "a", "instance", "1:81")}, servers: 1},
		"behind a collector": {
			all:     []Sample{at(5, "instance", "otel:8889", "k8s_pod_name", "a"), at(5, "instance", "otel:8889", "k8s_pod_name", "b")},
			servers: 2,
		},
		"pushed by OpenTelemetry": {all: []Sample{at(5, "job", "chat", "service_instance_id", "a"), at(5, "job", "chat", "service_instance_id", "b")}, servers: 2},
	} {
		l := layoutOf(test.all, false, nil)
		if l.servers != test.servers || strings.Join(l.without, ",") != test.without || l.narrow.String() != test.narrow {
			t.Errorf("%s: %d servers, without %v, narrowed to %s", name, l.servers, l.without, l.narrow)
		}
		if said := strings.Join(l.words, "; "); !strings.Contains(said, test.says) || test.says == "" && said != "" {
			t.Errorf("%s: %q, want %q", name, said, test.says)
		}
	}
}

// TestOneModel: the steps of an ensemble count every request; models with counts of their own are
// services of their own.
func TestOneModel(t *testing.T) {
	m, _, _ := oneModel("model", map[string]float64{"all": 1000, "pre": 1001, "llm": 1000}, map[string]float64{"all": 9, "pre": 1, "llm": 7}, nil)
	if m.String() != `model="all"` {
		t.Errorf("the ensemble is %s", m)
	}
	m, word, _ := oneModel("model", map[string]float64{"big": 1000, "small": 700}, nil, Selector{{"namespace", "=", "prod"}})
	if m.String() != `model="big"` || !strings.Contains(word, `--selector 'namespace="prod",model="small"'`) {
		t.Errorf("%s: %s", m, word)
	}
}
