// Package stats answers: how improbable is a number?
//
// Tails of distributions, a sequential chart, curves between points, and how
// rarely as much evidence is seen. Numbers in, numbers out: nothing here knows
// an account or a signal. Evidence is in nats, -ln P(this or worse).
package stats
