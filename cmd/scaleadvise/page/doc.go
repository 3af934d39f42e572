// Package page is the local web page to explore a plan, and its JSON API.
//
// In: requests whose query keys are trait flags, and functions that run a command line. Out: the
// page with its fields, the answer, a pinned plan beside it, downloads, JSON as the command
// prints it. It reads no file and keeps nothing: the URL is the whole state. The library
// htmx 2.0.4 (Zero-Clause BSD, html/htmx.LICENSE) replaces the answer while a field changes; the
// page works without it.
package page
