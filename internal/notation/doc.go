// Package notation answers: which time does a text mean that a person or another
// system wrote?
//
// A text that means one thing only is read. A text that may mean several things
// is read when the rest of its column leaves one of them, and is refused
// otherwise, in words that say what to give. Nothing is guessed.
package notation
