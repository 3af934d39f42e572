// Package listing lays out the catalog, rules, facts, profiles of metrics and the lesson as tables, and
// pages of text for a terminal.
//
// In: rows with their columns, or the catalog, rules and principles that they are made from.
// Out: text, JSON, YAML, Markdown or CSV on a writer. JSON keys name the unit; a table keeps
// every column visible and shortens the longest texts.
package listing
