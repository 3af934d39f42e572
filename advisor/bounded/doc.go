// Package bounded reads what comes from outside (files of users, answers of servers, output of
// other tools) without trusting its size. Every reader has a limit on bytes, before and after
// decompression, on the length of a line and on that of a quoted record, looks at its context,
// and fails with a Fault that says what was read, where it broke the limit, and what to do.
//
// A reader buffers 64 KiB and nothing else. A text of YAML is counted before it is read, and read document
// by document (YAML.Roots). Errors of the YAML, JSON and CSV decoders are reworded for the person who wrote
// the file.
package bounded
