// Package web answers: how is a running Firstsign seen from outside?
//
// It serves metrics and health to operators, and alerts and accounts as JSON
// to programs. It decides nothing and writes nothing.
package web
