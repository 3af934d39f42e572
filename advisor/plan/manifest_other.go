package plan

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/pattern"
)

// other looks into an object of a kind that is not understood: what asks for an accelerator,
// or is annotated, is judged by the pods that it makes where these can be told, or named; the rest
// is passed over.
func (r *Reading) other(m *manifest, version string) {
	w := wants(m.root)
	switch {
	case m.object.Kind == "CustomResourceDefinition" || !w.any() && !w.annotated && !servesByItself(m.object.Kind, version):
		r.pass()
		return
	case walkable(m, version):
		r.serving(m, (*manifest).walked)
		return
	}
	m.named()
	m.unjudged(m.why(version, w))
	for _, p := range pods(m.root) {
		m.serves(p.pod, 1)
		m.node(p.pod)
	}
	m.object.Accelerators = w.count
	m.doc.Name, m.doc.Object = m.object.title(), &m.object
	r.Documents = append(r.Documents, m.doc)
}

// ending are kinds that run to an end, or that others are made of.
var ending = pattern.Of(`(Job|JobSet|Task|Run|Workflow|Experiment|Notebook|Build|Trial|Application|Template|Config|Class|Profile|Revision|Machine|Policy|Quota|Wrapper)s?$`)

// walkable reports whether an object of a kind that is not known makes pods that serve: it stands in
// a group of its own, holds pods, and does not run to an end.
func walkable(m *manifest, version string) bool {
	group, _, _ := strings.Cut(version, "/")
	_, known := kinds[m.object.Kind]
	return !known && removed[version] == "" && strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io") && !ending.MatchString(m.object.Kind) && len(pods(m.root)) > 0
}

// walked reads an object by the pods that are found in it.
func (m *manifest) walked() {
	m.anywhere()
	m.doc.Notes = append(m.doc.Notes, "the kind "+m.object.Kind+" is not known, and was read by the pods in it; --kinds says where its fields mean something else")
}

// why says why an object of a kind that is not understood is not judged.
func (m *manifest) why(version string, w wanted) string {
	kind := m.object.Kind
	group, _, _ := strings.Cut(version, "/")
	asks := ""
	if w.any() {
		asks = "; " + w.String()
	}
	gone, known := removedIn(version), kinds[kind]
	switch {
	case gone != "":
		return gone + asks
	case version == "":
		return "it has no apiVersion, so that no cluster accepts it" + asks
	case known.group != "":
		return kind + " of " + clip(version) + " is not understood, only of " + known.group + "/" + strings.Join(known.versions, " and ") + asks
	case group == "batch":
		return "a " + kind + " runs to its end: there is no steady load to compare it with" + asks
	case kind == "ResourceQuota" || kind == "LimitRange":
		return "a " + kind + " only says what others may request" + asks
	case group == "resource.k8s.io":
		return "a " + kind + " is claimed by pods and serves nothing by itself" + asks
	}
	return "the kind " + kind + " of " + clip(version) + " is not understood" + asks
}

// servers are kinds that serve models and ask for accelerators in words of their own, by
// group.
var servers = map[string][]string{
	"kaito.sh": {"Workspace", "InferenceSet", "RAGEngine"}, "kubeai.org": {"Model"}, "serving.kserve.io": {"LLMInferenceService"},
	"apps.nvidia.com": {"NIMService"}, "nvidia.com": {"DynamoGraphDeployment", "DynamoComponentDeployment"}, "llm-d.ai": {"ModelService"},
}

func servesByItself(kind, version string) bool {
	group, _, _ := strings.Cut(version, "/")
	return slices.Contains(servers[group], kind)
}

// wanted is what was found anywhere in an object.
type wanted struct {
	count     int    // accelerators requested, as far as they are numbers
	resource  string // the first that is requested; "" for none
	text      string // its amount as it stands there
	claim     string // the first claim of devices; "" for none
	annotated bool   // one of our annotations stands somewhere
}

func (w wanted) any() bool { return w.resource != "" || w.claim != "" }

// where says why a request was not counted.
func (w wanted) where() string {
	if w.resource == partOfOne {
		return ", and what it carries is not modelled"
	}
	return " in a place that is not understood"
}

// partOfOne stands for the resource where a scheduler divides accelerators by annotations.
const partOfOne = "a part of an accelerator"

// String returns the request as a clause.
func (w wanted) String() string {
	if w.resource != "" {
		return "it asks for " + w.resource + " (" + w.text + ")"
	}
	return "it claims devices (" + w.claim + ")"
}

// wants looks for accelerators, claims and annotations in all of an object. Each node is
// visited once, whatever stands for it.
func wants(root *yaml.Node) wanted {
	w := wanted{}
	s := search{found: &w, seen: map[*yaml.Node]bool{}}
	s.visit(root, "")
	return w
}

type search struct {
	found *wanted
	seen  map[*yaml.Node]bool
}

func (s *search) visit(n *yaml.Node, under string) {
	if n == nil || s.seen[n] {
		return
	}
	s.seen[n] = true
	switch n.Kind {
	case yaml.AliasNode:
		s.visit(n.Alias, under)
	case yaml.SequenceNode:
		for _, c := range n.Content {
			s.visit(c, under)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			s.entry(follow(n.Content[i]), follow(n.Content[i+1]), under)
		}
	}
}

// entry looks at one entry of a mapping that stands under a key.
func (s *search) entry(key, value *yaml.Node, under string) {
	w, name := s.found, key.Value
	switch {
	case name == "status" && under == "", name == "managedFields":
		return
	case under == "annotations":
		w.annotated = w.annotated || strings.HasPrefix(name, AnnotationPrefix)
		if name == "gpu-fraction" || name == "gpu-memory" { // Run:ai and KAI
			s.ask(partOfOne, name+": "+clip(word(value)))
		}
		return
	case selects(under):
		return
	case (name == "resourceClaims" || name == "draResources") && len(items(value)) > 0:
		s.claim(named(items(value)[0]))
	case name == "deviceClassName" && word(value) != "":
		s.claim("class " + clip(word(value)))
	case (name == "name" || name == "resourceName" || name == "deviceName") && strings.Contains(word(value), "/") && isAccelerator(word(value)):
		s.ask(word(value), "by name")
	case isAmount(name, under) && !isZero(value):
		s.ask(strings.TrimPrefix(strings.TrimPrefix(name, "requests."), "limits."), amountText(value))
		w.count += whole(value)
	}
	if isMerge(key) {
		s.visit(value, under)
		return
	}
	if slices.Contains(embedding, name) && strings.Contains(word(value), "\n") && len(value.Value) < maxBytes {
		for root, misread := range planned.Roots([]byte(value.Value)) {
			if misread == nil {
				s.visit(root, name)
			}
		}
	}
	s.visit(value, name)
}

// embedding are keys behind which charts are given their values as a text (Argo CD's Application, k3s's
// HelmChart).
var embedding = []string{"values", "valuesContent"}

// isAmount reports whether an entry is an amount of an accelerator: named in full, or in short
// among limits and requests.
func isAmount(name, under string) bool {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "requests."), "limits.")
	return isAccelerator(name) && (strings.Contains(name, "/") || under == "limits" || under == "requests" || under == "resources")
}

// selects reports whether a mapping holds labels, which name accelerators and ask for none.
func selects(key string) bool {
	return strings.HasSuffix(key, "abels") || strings.HasSuffix(key, "elector")
}

func (s *search) ask(resource, text string) {
	if s.found.resource == "" {
		s.found.resource, s.found.text = clip(resource), text
	}
}

func (s *search) claim(name string) {
	if s.found.claim == "" {
		s.found.claim = name
	}
}

func amountText(n *yaml.Node) string {
	if text, unfilled := blank(n); unfilled {
		return text
	}
	return clip(word(n))
}
