// Package candidate describes a configuration that could serve a workload, its evaluation, and
// the excuse why it cannot: the words that search, rules and reports share.
//
// In: nothing. Out: data, and the fixed lists of strategies and excuse codes. A
// candidate that was rejected is a result with an excuse and a near miss, never a
// silence. There is no mathematics here: advisor/search computes the values.
package candidate
