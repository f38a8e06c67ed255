// Package signals answers: what is an interaction?
//
// It holds the record of the topic, the reasons for which one does not count, the
// control records in the same log, the days in which interactions are counted, and
// the partitioner. signals/decode reads records, signals/history reads files, and
// signals/kafka holds the log.
package signals
