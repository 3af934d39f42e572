// Package export writes a plan as what a cluster applies: a Deployment with its Service or the
// manifest that was given, changed; a HorizontalPodAutoscaler, a ScaledObject of KEDA, a
// PodDisruptionBudget, a PrometheusRule, a dashboard of Grafana, the arguments of an engine, and a
// folder of all of them for kustomize.
//
// In: a Plan: the advice with the workload it is for, the manifest as text where one was given, and
// the names that the caller chose. Out: bytes, the same for the same Plan; nothing is written,
// and no secret is repeated: a manifest that holds one in plain text is refused. Every number
// carries its reason as a comment.
//
// What is exported says in annotations what it has to carry, so that check judges it as it stands.
// A manifest is changed where it differs from the plan and nowhere else: that of the plan itself
// comes back byte for byte.
//
// Sources of the shapes: Kubernetes API reference (apps/v1, autoscaling/v2, policy/v1, read November
// 2026); KEDA documentation, ScaledObject and the Prometheus scaler; prometheus-operator, API
// reference, PrometheusRule; Grafana documentation, dashboard JSON model; kustomize, kustomization.
package export
