// Package evidence answers: how surprising is the recent past of an account's
// series?
//
// Each file holds one kind of evidence: a series' Baseline and View in, a Term
// out. Several statistics look for a fall of how often (fall.go joins them);
// Channels lets contact move from one channel to another; Fusion makes one number
// of the evidence of all series. Evidence is in nats.
package evidence
