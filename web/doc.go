// Package web answers: how is a running Firstsign seen from outside?
//
// It serves metrics and health to operators, alerts and accounts as JSON to
// programs, and to managers the list of alerts, the page of each account and the page
// behind the link of a message. It decides nothing, and writes nothing but what a person
// answers there.
package web
