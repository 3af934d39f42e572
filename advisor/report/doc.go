// Package report renders finished advice. A format is a pure function over
// advice.Advice: it scales units and rounds, and computes nothing else.
//
// In: an advice.Advice, the name of a format, and Options for the terminal.
// Out: bytes on a writer, or the writer's error.
//
// Every format has one file and one row in the table of formats. The table and
// Markdown are for people; JSON and YAML are one document with the keys that
// scripts rely on (times are milliseconds, but for horizon, retention and job_window,
// which are long and stay in seconds, each with its unit beside it); CSV is the alternatives, one a row.
package report
