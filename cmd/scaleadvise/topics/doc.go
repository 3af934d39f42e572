// Package topics holds the manual: one Markdown file per topic, packed and embedded, and a renderer that
// lays a page out for a terminal. The commands shown in the pages are executed by a test of
// cmd/scaleadvise, which compares what they print with what the page shows.
package topics
