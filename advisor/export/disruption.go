package export

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// disruptionBudget writes a PodDisruptionBudget of policy/v1.
func disruptionBudget(p Plan) (Output, error) {
	labels, err := p.podLabels()
	if err != nil {
		return Output{}, err
	}
	n, why := p.mayLeave()
	return single(document(p.heading(), mapping(
		field{"apiVersion", "policy/v1", ""}, field{"kind", "PodDisruptionBudget", ""}, p.metadata(""),
		field{"spec", mapping(field{"maxUnavailable", n, why}, field{"selector", mapping(field{"matchLabels", labels, ""}), ""}), ""})))
}

// mayLeave is how many replicas may be evicted at once.
func (p Plan) mayLeave() (int, string) {
	e := p.plan()
	switch {
	case e.Replicas < 2:
		return 1, "One replica cannot be kept while its node is drained: 0 would block every drain, and 1 allows the outage."
	case e.SurvivesLosses < 1:
		return 1, fmt.Sprintf("With one of %d drained the rest cannot carry the peak of %s: drain outside the busy hours.", e.Replicas, rate(e.DemandQPS))
	case e.SurvivesLosses == 1:
		return 1, fmt.Sprintf("%d of %d replicas carry the peak of %s.", e.Replicas-1, e.Replicas, rate(e.DemandQPS))
	}
	n := max(e.SurvivesLosses/2, 1) // what fails meanwhile has to be survived too
	return n, fmt.Sprintf("%d of %d replicas carry the peak of %s; half of the spare is for what fails meanwhile.", e.Replicas-e.SurvivesLosses, e.Replicas, rate(e.DemandQPS))
}

// podLabels are those by which the pods of the service are told from others.
func (p Plan) podLabels() (*yaml.Node, error) {
	if p.Manifest == nil && p.machines() > 1 {
		return p.leaders(), nil
	}
	if p.Manifest == nil {
		return mapping(p.nameLabel()), nil
	}
	m, err := p.read()
	if err != nil {
		return nil, err
	}
	return p.labelsOf(m)
}

// labelsOf are those of the pods of a manifest that was read.
func (p Plan) labelsOf(m *manifest) (*yaml.Node, error) {
	if p.Manifest.Kind == groupKind {
		return p.leaders(), nil
	}
	for _, path := range [][]string{{"spec", "selector", "matchLabels"}, {"spec", "template", "metadata", "labels"}, {"metadata", "labels"}} {
		if labels := at(m.object, path...); labels != nil && labels.Kind == yaml.MappingNode && len(labels.Content) > 0 {
			return plainCopy(labels), nil
		}
	}
	if p.Manifest.Kind == "InferenceService" { // KServe labels the pods
		return mapping(field{"serving.kserve.io/inferenceservice", p.Name, ""}), nil
	}
	return nil, fmt.Errorf("%s %s names no labels of its pods (spec.selector.matchLabels), so that nothing can select them", p.Manifest.Kind, p.Manifest.Name)
}

// plainCopy is a mapping of texts without comments and styles.
func plainCopy(n *yaml.Node) *yaml.Node {
	var fields []field
	for i := 0; i+1 < len(n.Content); i += 2 {
		fields = append(fields, field{n.Content[i].Value, n.Content[i+1].Value, ""})
	}
	return mapping(fields...)
}
