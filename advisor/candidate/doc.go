// Package candidate is a configuration that could serve a workload, its evaluation, and
// the excuse why it cannot: the words that search, rules and reports share.
//
// In: nothing. Out: data, and the fixed lists of strategies and excuse codes. A
// candidate that was rejected is a result with an excuse and a near miss, never a
// silence. It follows no mathematics: advisor/search computes what stands here.
package candidate
