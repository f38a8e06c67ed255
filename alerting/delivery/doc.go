// Package delivery answers: how does what happened to an alert reach the people who must
// know?
//
// A Notifier follows the AlertStore and plans the deliveries of the partitions that it
// owns. It sends each message to every channel until the channel accepts it, and records
// that in the alert. Who must know, and what the message says, is the answer of alerting.
package delivery
