// Package alerting answers: who must know, and when?
//
// A Dispatcher carries findings from a partition's outbox into the AlertStore, one
// alert per account and episode, and to the topic of alerts. A Notifier tells
// the account's owner on the owner's channels, until every channel has it.
// The AlertStore is the only memory: whoever restarts goes on from what it says.
package alerting
