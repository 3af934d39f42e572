package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
)

// request is what a pod asks for of accelerators.
type request struct {
	count   int        // whole ones
	at      *yaml.Node // where the first of them is asked for
	kinds   []string   // resources asked for, each once
	part    string     // the resource that is a part of one, or whose unit is unknown; "" for none
	parts   int        // of them
	unknown string     // "nvidia.com/gpu is ${GPUS}, which is not a whole number"; "" for none
	mib     int        // memory asked for by amount, MiB; 0 for none
	claim   string     // the claim of dynamic resource allocation; "" for none
	foreign []string   // extended resources that are not known to be accelerators, each once
}

// any reports whether anything at all is asked for.
func (r request) any() bool { return r.count > 0 || r.part != "" || r.unknown != "" || r.claim != "" }

// requested adds up the accelerators that a pod serves with: those of its containers and
// native sidecars, which run at once; other init containers have ended by then. Of KServe the
// model server that it runs in their stead is counted, and a pod may state resources for all.
func requested(pod *yaml.Node) request {
	var r request
	for _, c := range items(field(pod, "containers")) {
		r.add(field(c, "resources"))
	}
	for _, e := range pairs(pod) {
		if e.key.Value != "resources" {
			r.add(field(e.value, "resources"))
		}
	}
	for _, c := range items(field(pod, "initContainers")) {
		if word(field(c, "restartPolicy")) == "Always" {
			r.add(field(c, "resources"))
		}
	}
	var together request
	together.add(field(pod, "resources"))
	r.most(together)
	if claims := items(field(pod, "resourceClaims")); len(claims) > 0 && r.claim == "" {
		r.claim = named(claims[0])
	}
	return r
}

func named(claim *yaml.Node) string {
	for _, key := range []string{"resourceClaimTemplateName", "resourceClaimName", "name"} {
		if name := word(field(claim, key)); name != "" {
			return clip(name)
		}
	}
	return "without a name"
}

// most takes over what another asks for that need not be there at the same time.
func (r *request) most(other request) {
	if other.count > r.count {
		r.count = other.count
	}
	if r.at == nil {
		r.at = other.at
	}
	r.take(other)
}

// plus adds what a number of others ask for that are there at the same time.
func (r request) plus(other request, times int) request {
	r.count += other.count * times
	if r.at == nil {
		r.at = other.at
	}
	r.take(other)
	return r
}

func (r *request) take(other request) {
	for _, kind := range other.kinds {
		r.note(kind)
	}
	r.foreign = append(r.foreign, other.foreign...)
	r.mib, r.parts = max(r.mib, other.mib), max(r.parts, other.parts)
	for _, x := range []struct{ to, from *string }{{&r.part, &other.part}, {&r.unknown, &other.unknown}, {&r.claim, &other.claim}} {
		if *x.to == "" {
			*x.to = *x.from
		}
	}
}

func (r *request) note(kind string) {
	if !slices.Contains(r.kinds, kind) {
		r.kinds = append(r.kinds, kind)
	}
}

// add takes the accelerators of one container: limits and requests of one name are equal,
// and either may be left out.
func (r *request) add(resources *yaml.Node) {
	seen := map[string]bool{}
	for _, section := range []string{"limits", "requests"} {
		for _, e := range pairs(field(resources, section)) {
			switch name := e.key.Value; {
			case seen[name]:
			case isAccelerator(name):
				seen[name] = true
				r.resource(name, e.value)
			case isForeign(name) && !isZero(e.value):
				seen[name] = true
				r.foreign = append(r.foreign, clip(name))
			}
		}
	}
	for _, c := range items(field(resources, "claims")) {
		if r.claim == "" {
			r.claim = named(c)
		}
	}
}

// resource takes one resource of a container.
func (r *request) resource(name string, n *yaml.Node) {
	count := devices(n)
	switch {
	case isZero(n):
		return
	case !isWhole(name):
		r.part, r.parts = name, r.parts+count
		if name == amountOfMemory {
			r.mib = max(r.mib, count)
		}
	case count == 0:
		r.unknown = name + " is " + shape(n) + ", which is not a whole number"
	case r.count+count > mostDevices:
		r.unknown = name + " is " + clip(n.Value) + "; at most 1,024 accelerators of a replica are modelled"
	default:
		r.count += count
	}
	r.note(name)
	if r.at == nil {
		r.at = n
	}
}

// mostDevices bounds the accelerators of a replica, as the trait gpus_per_replica does.
const mostDevices = 1024

// devices reads a number of devices, 0 where it is none: a quantity of Kubernetes that is whole ("1000m" is 1).
func devices(n *yaml.Node) int {
	text, milli := strings.CutSuffix(word(n), "m")
	v, ok := quantity(text)
	if milli {
		v /= 1000
	}
	if !ok || !(v >= 1 && v <= 1_000_000) || v != math.Trunc(v) {
		return 0
	}
	return int(v)
}

// isZero reports whether a quantity is nothing.
func isZero(n *yaml.Node) bool {
	v, ok := quantity(strings.TrimSuffix(word(n), "m"))
	return ok && v == 0 && word(n) != ""
}

// wholes are the resources that stand for whole accelerators, one each.
var wholes = []string{
	"nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915", "gpu.intel.com/xe", "google.com/tpu", "aws.amazon.com/neuron",
	"aws.amazon.com/neurondevice", "habana.ai/gaudi",
}

func isWhole(resource string) bool { return slices.Contains(wholes, resource) }

// vendors are the domains of device plugins with what the names of their accelerators start
// with; every name of a domain without any is one.
var vendors = map[string][]string{
	"nvidia.com": {"gpu", "mig", "vgpu", "grid", "pgpu", "gh", "ga", "gb", "ad", "tu", "gv", "gp", "a1", "h1", "l4"}, "amd.com": nil, "gpu.intel.com": nil,
	"habana.ai": nil, "google.com": {"tpu"}, "cloud-tpus.google.com": nil, "aws.amazon.com": {"neuron"}, "k8s.amazonaws.com": {"vgpu"},
	"huawei.com": {"ascend", "npu"}, "cambricon.com": nil, "volcano.sh": {"vgpu", "gpu", "npu", "vnpu"}, "aliyun.com": {"gpu", "ppu", "npu"},
	"alibabacloud.com": {"gpu", "ppu"}, "tencent.com": {"vcuda"}, "hygon.com": nil, "metax-tech.com": nil, "mthreads.com": nil, "iluvatar.ai": nil,
	"iluvatar.com": nil, "enflame.com": nil, "kunlunxin.com": nil, "baidu.com": {"cgpu", "xpu", "gpu"}, "birentech.com": nil, "qualcomm.com": {"qaic"},
	"furiosa.ai": nil, "rebellions.ai": nil, "tenstorrent.com": nil, "c2c.ipu.graphcore": nil, "koordinator.sh": {"gpu"}, "4pd.io": {"vgpu"},
	"elasticgpu.io": nil, "intel.com": {"gpu", "npu", "gaudi"}, "run.ai": nil,
	"sambanova.ai": nil, "cerebras.com": nil, "cerebras.net": nil, "groq.com": nil, "graphcore.ai": nil, "hailo.ai": nil, "d-matrix.ai": nil, "axelera.ai": nil,
	"vastaitech.com": nil, "deepx.ai": nil, "neuron.amazonaws.com": nil, "amazonaws.com": {"neuron"}, "moffett.ai": nil, "untether.ai": nil, "etched.com": nil,
}

// isAccelerator reports whether a resource is a device that models run on, or a part of one.
func isAccelerator(resource string) bool {
	domain, name, ok := strings.Cut(strings.ToLower(resource), "/")
	if !ok {
		return name == "" && (domain == "gpu" || domain == "gpus") // Dynamo's shorthand
	}
	if strings.HasSuffix(name, "_monitoring") || strings.HasSuffix(name, "-monitoring") {
		return false
	}
	starts, known := vendors[domain]
	if known && len(starts) == 0 {
		return true
	}
	for _, start := range starts {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return deviceWord.MatchString(name)
}

// deviceWord is a word in the name of a resource that stands for a device which models run on, whoever offers it.
var deviceWord = pattern.Of(`^(gpu|vgpu|npu|tpu|xpu|mlu|dcu)|[^a-z0-9](v?gpu|npu|tpu|xpu|mlu|dcu)s?([^a-z]|$)|nvidia|accelerator`)

// isForeign reports whether a resource is an extended one: its name has the domain of who
// offers it, which is not Kubernetes itself.
func isForeign(resource string) bool {
	domain, name, ok := strings.Cut(resource, "/")
	return ok && name != "" && domain != "" && domain != "kubernetes.io" && !strings.HasSuffix(domain, ".kubernetes.io")
}

// filled is the number of accelerators as a trait says it.
func (r request) filled() string { return strconv.Itoa(r.count) }

// IsAccelerator reports whether a resource of a container is a device that models run on.
func IsAccelerator(resource string) bool {
	return strings.Contains(resource, "/") && isAccelerator(resource)
}
