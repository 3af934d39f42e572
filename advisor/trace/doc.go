// Package trace reads published records of requests to language models.
//
// In: the text of a record, decompressed and bounded. Out: the same requests as CSV with the columns
// arrival_s, input_tokens and output_tokens, and where blocks of prompts are named by hashes,
// reused_tokens: those of the prompt that an earlier request contained. The supported records are the Azure LLM
// inference traces (TIMESTAMP, ContextTokens, GeneratedTokens), BurstGPT (Timestamp, Request tokens,
// Response tokens), JSON lines of Mooncake and ServeGen (timestamp, input_length, output_length,
// hash_ids) and of aiperf, and the reports of vLLM's benchmark and of guidellm. Other text passes
// as it is.
package trace
