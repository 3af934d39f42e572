// Package fanout runs functions concurrently and waits for them.
//
// In: functions. Out: when all have returned, the panic of one of them, raised again in the goroutine that
// waits: a panic in a goroutine of its own would end the process, since no caller could recover it.
package fanout
