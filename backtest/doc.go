// Package backtest answers: what would it have said about a history, and what
// would that have been worth?
//
// A Replay runs a history through the same engines as the service, in the
// order in which load would write it to the topic. A Report counts what it
// found and what it cost, and Compare shows what another configuration changes.
package backtest
