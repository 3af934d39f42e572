// Package autoscale says how many replicas a day needs hour by hour, and what an autoscaler or a
// schedule saves of a fleet that is sized for the peak.
//
// In come the shape of a day relative to its mean, the peak, what a number of replicas carries,
// the time until a new one answers and what a machine costs. Out go the fewest and the most
// replicas, the share of what a replica carries that the autoscaler aims at, the hours of machines
// that are paid a day, and whether that holds when the day is stepped through with the rules of
// Kubernetes' HorizontalPodAutoscaler: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/.
package autoscale
