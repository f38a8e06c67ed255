// Package backtest answers: what would it have said?
//
// A Replay runs a history through the same engines as the service, in the
// order in which load would write it to the topic. A Simulation makes
// portfolios whose truth is known.
package backtest
