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
// Exported objects say in annotations what load they must carry, so that check can judge them unchanged. A
// manifest is changed only where it differs from the plan: one that agrees with it comes back byte for byte.
//
// Sources of the shapes: Kubernetes API reference (apps/v1, autoscaling/v2, policy/v1, read November
// 2026); KEDA documentation, ScaledObject and the Prometheus scaler; prometheus-operator, API
// reference, PrometheusRule; Grafana documentation, dashboard JSON model; kustomize, kustomization.
package export
