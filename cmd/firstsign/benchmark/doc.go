// Package benchmark answers: how many events a second does this machine carry, and how does that compare with a bare
// reader of Kafka and with a GET and a SET for each event?
package benchmark
