// Package expect answers: did the right people hear of the right things in time?
//
// Deliver carries findings through the store and the notifier of alerting, with
// channels that send nothing. An Expectation is compared with what came of it.
package expect
