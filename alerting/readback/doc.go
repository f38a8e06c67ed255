// Package readback answers: is every confirmed answer in the store?
//
// An answer is on the topic of alerts before it is confirmed. The store keeps up to which
// offset of the topic it has all answers. When the store goes back in time, so does that
// offset, and the answers since are read again.
package readback
