// Package collector sets when garbage is collected for the first time.
//
// In: $GOGC, which takes precedence where it is set. Out: the collector's setting.
package collector
