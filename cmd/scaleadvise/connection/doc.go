// Package connection is the HTTP connection to a server with the API of Prometheus.
//
// In: an address, a client configuration as Prometheus has it, and the requests of package prom. Out: their
// responses; errors without anything secret, whether it stood in the address, in the configuration or in a
// file that the configuration names. Credentials do not follow a redirect.
package connection
