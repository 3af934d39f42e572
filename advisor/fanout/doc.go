// Package fanout runs functions at once and waits for them.
//
// In: functions. Out: their end, and the panic of one of them, which is raised again where they
// are waited for: a fault in a goroutine that no one catches would end the process, whatever
// catches faults around it.
package fanout
