// Package backoff answers: how long to wait before the next attempt?
package backoff
