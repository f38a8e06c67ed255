// Package wire answers: how do record batches look on the wire?
//
// It encodes and decodes what kafka-go does not do as we need it: fetching without
// an allocation per record, record batches with a sequence number, and producer
// ids. It opens no connection; kafka-go's transport calls it.
package wire
