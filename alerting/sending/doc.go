// Package sending answers: how is a channel tried? How many messages at once, in which
// order, and when again after it failed. It knows nothing of alerts.
package sending
