// Package collector says when garbage is collected for the first time.
//
// In: $GOGC, which stands where it is set. Out: the collector's setting.
package collector
