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
//
// A check has formats of its own, for people (text with the line and a caret, Markdown for
// a pull request) and for the systems that show findings: GitHub's workflow commands,
// GitLab's code quality, SARIF 2.1.0 (OASIS, 2020), JUnit and Checkstyle.
package report
