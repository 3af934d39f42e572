// Package plan reads and writes plan files: the traits of one or several
// workloads in YAML, each value with its file, line and column.
//
// In: YAML of version 1, read strictly: an unknown or duplicate key, a missing
// unit or a value of the wrong shape is an error with its place, what was
// expected and the nearest known word; all errors of a file are reported, sorted
// by line. The keys are those of workload.Specs and a few of the document's own
// (version, name, ignore, rules, the facts of a model). Out: Documents with their
// traits, and with Write a commented plan file that Read reads back.
//
// Scan reads a file for a check, plans and Kubernetes manifests alike: the kinds that run servers of models
// (the table of kinds in manifest.go) become Documents, with what advisor/launch reads of their containers,
// and replicas, accelerators and node labels as the object says them and the rest from its annotations;
// HorizontalPodAutoscaler and KEDA ScaledObject become the Autoscaler of what they scale. Objects of other
// kinds are searched: one that requests an accelerator, or has one of our annotations, becomes a Document
// with the reason why it cannot be judged. A document with a fault does not hide the others. The shapes are
// those of the Kubernetes API (apps/v1, autoscaling/v1 and v2), LWS (leaderworkerset.x-k8s.io/v1), KServe
// (serving.kserve.io/v1beta1) and KEDA (keda.sh/v1alpha1).
//
// Files are bounded: 4 MiB, 16 levels, 100 documents, and aliases are
// followed only where a value may stand, so that they cannot multiply. No
// defaults are set here. Source of the format: YAML 1.2.2 (yaml.org/spec).
package plan
