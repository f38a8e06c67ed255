// Package dispatch answers: how do findings come from a partition's outbox into the
// AlertStore and the topic of alerts?
package dispatch
