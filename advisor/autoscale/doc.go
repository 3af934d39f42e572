// Package autoscale says how many replicas a day needs hour by hour, and what an autoscaler or a
// schedule saves over a fleet that is sized for the peak.
//
// In: the shape of a day relative to its mean, the peak, what a number of replicas carries,
// the time until a new one answers and what a machine costs. Out: the fewest and the most
// replicas, the autoscaler's target as a share of what a replica carries, the machine-hours
// paid for per day, and whether the plan holds when the day is simulated with the rules of
// Kubernetes' HorizontalPodAutoscaler: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/.
package autoscale
