// Package readback answers: is every confirmed answer in the store, and every stored one confirmed?
//
// An answer is on the topic of alerts before it is confirmed. The store keeps up to which
// offset of the topic it has all answers. When the store goes back in time, so does that
// offset, and the answers since are read again. An answer whose handler ended after it was
// stored is told to the topic and the detector later.
package readback
