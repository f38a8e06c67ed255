// Package survey answers: what was read?
//
// It says what a history holds before anything is judged by it: rows, time span
// and zone, accounts, signals, values, ids, what was left out, and what looks
// wrong; as text or a block of a page, in English or Chinese. For an unknown
// file, it proposes how to read it.
package survey
