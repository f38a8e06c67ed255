// Package decode answers: how do JSON records and CloudEvents become
// interactions?
//
// It reads the records of the topic: interactions (plain JSON, or CloudEvents 1.0
// in structured and binary mode) and control records. A Decoder allocates nothing
// per record.
package decode
