package plan

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// Object is the Kubernetes object that a document was read from.
type Object struct {
	Kind, Namespace, Name string
	Version               string   // of its kind, "apps/v1"
	Accelerators          int      // accelerators that all its replicas request
	Missing               []string // annotations without which it cannot be judged
	Unjudged              string   // why it is not judged though it requests an accelerator or is annotated; "" where it can be
	Ignored               string   // why its owner excludes it from judgement; "" where it is judged
	Unrequested           bool     // none of its containers requests an accelerator
	Label                 string   // node label that names the accelerator, with its value; "" where an annotation does
	Alternatives          []string // accelerators of which its node may have any; none where there is only one
	Machines              int      // machines over which a replica spreads; 0 for one
	Copies                int      // copies of the model in each of its pods, which share its load; 0 for one
	Scalers               []string // autoscalers, where several scale it
	Fixed                 Bound    // replicas that it states in addition to an autoscaler
	Surge                 Bound    // accelerators that an update takes beyond those in use; Given where that is stated
	Together              bool     // nothing spreads its replicas over machines
	Apart                 Apart
	Cost                  Bound    // USD a month of one replica; Given where that is stated
	Served                []Served // its containers that serve a model
	Part                  Part     // the part of an accelerator that a replica has, where that is not a whole one
	Around                Around
	Aimless               Aimless
	Origin                origin.Origin

	uses     []string // what it takes from objects that serve nothing by themselves, by the keys under which these are held
	resource string   // that it requests; "" for none
	nodes    string   // node label with its value by which it finds accelerators
	stopped  bool     // it declares no replicas, so that only an autoscaler makes some
}

// Reference identifies an object.
type Reference struct{ Kind, Namespace, Name string }

// kinds are the kinds that are understood, each in the group that it belongs to, with the
// versions that are.
var kinds = map[string]struct {
	group    string
	versions []string
	read     func(*manifest) // nil for what does not serve
}{
	"Deployment":       {"apps", []string{"v1"}, (*manifest).workload},
	"StatefulSet":      {"apps", []string{"v1"}, (*manifest).workload},
	"ReplicaSet":       {"apps", []string{"v1"}, (*manifest).workload},
	"LeaderWorkerSet":  {"leaderworkerset.x-k8s.io", []string{"v1"}, (*manifest).leaderWorkerSet},
	"InferenceService": {"serving.kserve.io", []string{"v1beta1"}, (*manifest).inferenceService},

	"Pod":                   {"v1", []string{""}, (*manifest).single},
	"DaemonSet":             {"apps", []string{"v1"}, (*manifest).everywhere},
	"Job":                   {"batch", []string{"v1"}, (*manifest).ended},
	"CronJob":               {"batch", []string{"v1"}, (*manifest).ended},
	"ReplicationController": {"v1", []string{""}, (*manifest).workload},
	"DeploymentConfig":      {"apps.openshift.io", []string{"v1"}, (*manifest).workload},

	"Rollout": {"argoproj.io", []string{"v1alpha1"}, (*manifest).workload},
	"Service": {"serving.knative.dev", []string{"v1"}, (*manifest).knative},

	"ServingRuntime":        {"serving.kserve.io", []string{"v1alpha1"}, (*manifest).servingRuntime},
	"ClusterServingRuntime": {"serving.kserve.io", []string{"v1alpha1"}, (*manifest).servingRuntime},
	"LLMInferenceService":   {"serving.kserve.io", []string{"v1alpha1", "v1alpha2"}, (*manifest).disaggregated},
	"ModelService":          {"llm-d.ai", []string{"v1alpha1"}, (*manifest).disaggregated},
	"RayService":            {"ray.io", []string{"v1", "v1alpha1"}, (*manifest).ray},
	"RayCluster":            {"ray.io", []string{"v1", "v1alpha1"}, (*manifest).ray},
	"Model":                 {"kubeai.org", []string{"v1"}, (*manifest).kubeAI},
	"Workspace":             {"kaito.sh", []string{"v1alpha1", "v1beta1"}, (*manifest).kaito},
	"NIMService":            {"apps.nvidia.com", []string{"v1alpha1"}, (*manifest).nim},
	"DynamoGraphDeployment": {"nvidia.com", []string{"v1alpha1", "v1beta1"}, (*manifest).dynamo},
	"SeldonDeployment":      {"machinelearning.seldon.io", []string{"v1", "v1alpha2", "v1alpha3"}, (*manifest).anywhere},
	"BentoDeployment":       {"serving.yatai.ai", []string{"v2alpha1", "v1alpha3"}, (*manifest).bento},

	"HorizontalPodAutoscaler": {"autoscaling", []string{"v1", "v2", "v2beta1", "v2beta2"}, nil},
	"ScaledObject":            {"keda.sh", []string{"v1alpha1"}, nil},
	"HTTPScaledObject":        {"http.keda.sh", []string{"v1alpha1"}, nil},
}

// removed are versions of the API that Kubernetes no longer serves, with the release that
// dropped them (kubernetes.io/docs/reference/using-api/deprecation-guide).
var removed = map[string]string{
	"extensions/v1beta1": "1.16", "apps/v1beta1": "1.16", "apps/v1beta2": "1.16", "batch/v1beta1": "1.25",
	"autoscaling/v2beta1": "1.25", "autoscaling/v2beta2": "1.26",
}

func removedIn(version string) string {
	if release := removed[version]; release != "" {
		return version + " was removed in Kubernetes " + release + ": no cluster accepts it"
	}
	return ""
}

// manifest reads one object for what it is. Those that neither serve nor scale are passed
// over, unless they ask for an accelerator. depth bounds lists of lists.
func (r *Reading) manifest(n *yaml.Node, file string, depth int) {
	m := manifest{walker: walker{file: file, doc: Document{Traits: workload.Set{}, Line: n.Line}}, root: n, configs: r.configs}
	m.identify()
	r.Seen = append(r.Seen, Reference{m.object.Kind, m.object.Namespace, m.object.Name})
	version := word(field(n, "apiVersion"))
	group, name, _ := strings.Cut(version, "/")
	kind := kinds[m.object.Kind]
	known := kind.group == group && slices.Contains(kind.versions, name)
	switch {
	case strings.HasSuffix(m.object.Kind, "List") && field(n, "items") != nil && depth > 0:
		r.list(n, file, depth)
	case r.layouts.has(group, m.object.Kind):
		r.serving(&m, r.layouts[group+"/"+m.object.Kind].read)
	case known && kind.read != nil:
		r.serving(&m, kind.read)
	case known && m.object.Kind == "ScaledObject":
		r.scaler(&m, m.scaledObject())
	case known && m.object.Kind == "HTTPScaledObject":
		r.scaler(&m, m.httpScaledObject())
	case known:
		r.scaler(&m, m.horizontalPodAutoscaler())
	case kind.read == nil && (kind.group != "" || strings.Contains(group, ".")) && word(field(n, "spec", "scaleTargetRef", "name")) != "":
		r.scaler(&m, m.strangeScaler())
	default:
		r.rule(&m, version)
		r.other(&m, version)
	}
}

// pass passes over an object.
func (r *Reading) pass() {
	r.Passed++
	r.Objects++
}

// manifest is an object while it is read.
type manifest struct {
	walker
	root      *yaml.Node
	object    Object
	asked     request
	sharing   string     // node label that says that accelerators are shared out; "" for none
	share     share      // what part of which accelerator its nodes give out
	ambiguous string     // why a node label does not name one accelerator; "" where it does
	elsewhere string     // what decides in another object about the accelerators; "" for nothing
	product   *yaml.Node // the accelerator that a claim of devices names; nil for none
	ramp      Bound
	configs   map[string]config // data of ConfigMaps and others, by name
}

// serving reads an object that runs replicas.
func (r *Reading) serving(m *manifest, read func(*manifest)) {
	read(m)
	m.named()
	if m.product != nil {
		m.take("gpu", m.product, m.product.Value)
	}
	m.scheduled()
	annotated := m.annotations()
	m.cores()
	m.fill()
	m.spanned()
	overlooked := wanted{}
	if !m.asked.any() {
		overlooked = wants(m.root)
	}
	m.settle(annotated, overlooked)
	switch {
	case len(m.faults) > 0:
		r.Faults = append(r.Faults, m.faults...)
	case !annotated && !m.asked.any() && m.object.Unjudged == "":
		for _, resource := range m.asked.foreign {
			r.Foreign = append(r.Foreign, Foreign{resource, m.file, m.root.Line})
		}
		r.pass()
	default:
		m.missing()
		if m.doc.Name == "" {
			m.doc.Name = m.object.title()
		}
		if m.doc.Scaler != nil {
			m.doc.Scaler.Ramp = m.ramp
		}
		m.doc.Object, m.doc.ramp = &m.object, m.ramp
		r.Documents = append(r.Documents, m.doc)
	}
}

// unjudged says why an object is not judged; the first reason stands.
func (m *manifest) unjudged(reason string) {
	if m.object.Unjudged == "" {
		m.object.Unjudged = reason
	}
}

// settle decides whether what was read can be judged.
func (m *manifest) settle(annotated bool, overlooked wanted) {
	own := m.given("service_time", "batch_time", "replica_qps", "load_test")
	if v, ok := m.doc.Traits["gpu"]; ok && strings.HasPrefix(v.Origin.Name, AnnotationPrefix) {
		m.object.Label, m.ambiguous, m.object.Alternatives = "", "", nil // the annotation says more
	}
	m.shared()
	m.mismatched()
	r := m.asked
	switch {
	case r.unknown != "":
		m.unjudged("its request of " + r.unknown)
	case r.claim != "" && !own:
		m.unjudged("it claims devices (" + r.claim + ") instead of requesting a number of them, and what they are is not read")
	case len(r.kinds) > 1 && !r.partial():
		m.unjudged("it requests several kinds of accelerators: " + strings.Join(r.kinds, ", "))
	case r.partial() && !own:
		m.unjudged("it requests " + r.part + ", which is not a number of whole accelerators of a known kind; measure what a replica on it carries and state it (scaleadvise.dev/replica-qps)")
	case m.sharing != "" && !own:
		m.unjudged("its accelerator is shared out (" + m.sharing + "); measure what a replica on a part carries and state it (scaleadvise.dev/replica-qps)")
	case m.ambiguous != "" && !own:
		m.unjudged(m.ambiguous)
	case m.elsewhere != "" && !own:
		m.unjudged(m.elsewhere)
	case overlooked.any():
		m.unjudged(overlooked.String() + overlooked.where())
	case !annotated && !r.any() && m.object.Label != "":
		m.unjudged("it is to run on nodes with " + m.object.Label + " and requests no accelerator")
	}
	if m.object.stopped && (annotated || r.any()) {
		m.unjudged(declaresNone)
	}
	if r.partial() || m.sharing != "" {
		m.object.Part = partOf(r, m.sharing)
		if r.at != nil {
			m.object.Part.Origin = m.at(r.at, r.part)
		}
		delete(m.doc.Traits, "gpu") // a part is not judged, or priced, as the whole
		m.object.Label = ""
	}
	if len(r.kinds) > 0 {
		m.object.resource = r.kinds[0]
	}
	m.object.Unrequested = !r.any() && !overlooked.any() && m.given("gpu") && !own
}

// declaresNone is why an object is not judged that only an autoscaler can make run.
const declaresNone = "it declares no replicas (replicas: 0), and nothing that was read scales it"

func (r request) partial() bool { return r.part != "" }

func (r *Reading) scaler(m *manifest, s *Scaler) {
	r.Faults = append(r.Faults, m.faults...)
	if s != nil && len(m.faults) == 0 {
		r.Scalers = append(r.Scalers, *s)
	}
}

// identify reads what the object is called.
func (m *manifest) identify() {
	name := field(m.root, "metadata", "name")
	at := name
	if at == nil {
		at = m.root
	}
	m.object.Kind, m.object.Namespace = cmp.Or(clip(word(field(m.root, "kind"))), "object"), clip(word(field(m.root, "metadata", "namespace")))
	m.object.Version = clip(word(field(m.root, "apiVersion")))
	m.object.Name, m.object.Origin = clip(word(name)), m.at(at, "metadata.name")
	m.object.Ignored = clip(strings.TrimSpace(word(firstOf(field(m.root, "metadata", "annotations", ignoreAnnotation), field(m.root, "spec", "template", "metadata", "annotations", ignoreAnnotation)))))
}

// title is the name of the plan that an object makes.
func (o Object) title() string {
	if o.Namespace == "" || o.Namespace == "default" {
		return o.Name
	}
	return o.Namespace + "/" + o.Name
}

// take sets a trait that the object itself says, unless it is said already.
func (m *manifest) take(trait string, n *yaml.Node, text string) bool {
	if _, said := m.doc.Traits[trait]; said || n == nil || text == "" {
		return false
	}
	spec, _ := workload.Lookup(trait)
	m.set(spec, n, text)
	return true
}

func (m *manifest) given(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { _, ok := m.doc.Traits[name]; return ok })
}

// missing lists the annotations without which nothing can be judged. Where that has another
// reason, annotations would not help.
func (m *manifest) missing() {
	if m.object.Unjudged != "" {
		return
	}
	own := m.given("service_time", "batch_time", "replica_qps", "load_test")
	add := func(name string) { m.object.Missing = append(m.object.Missing, AnnotationPrefix+name) }
	if !m.given("qps", "users") {
		add("qps")
	}
	if !m.given("model", "model_config", "model_file", "params", "gmacs", "measured", "scaling_data") && !own {
		add("model")
	}
	if !m.given("gpu", "machine") && !own {
		add("gpu")
	}
	for _, length := range []string{"input_tokens", "output_tokens"} {
		if m.servesTokens() && !m.given(length) && !own {
			add(strings.ReplaceAll(length, "_", "-"))
		}
	}
}

// servesTokens reports whether a container serves a language model, whose load is told in tokens too.
func (m *manifest) servesTokens() bool {
	named, ok := m.doc.Traits["model"]
	if !ok || len(m.object.Served) == 0 {
		return false
	}
	known, err := catalog.Embedded()
	if err != nil {
		return false
	}
	model, err := known.ResolveModel(named.Text)
	return err != nil || model.Kind == "llm"
}
