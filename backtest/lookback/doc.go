// Package lookback answers: would we have known?
//
// It looks back at a replayed history: what was known of each lost account,
// how long before, and what the other alerts came to. The answer is text or
// one page, in English or Chinese.
package lookback
