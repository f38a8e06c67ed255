// Package vocabulary answers: what does a word of a source mean?
//
// Some words of an interaction are a closed set: who acted (direction), what
// became of a call forwarding (action, target_class), and the names of the
// built-in signals. Sources write them in their own way, in English or Chinese.
// What is not understood is Unknown, and never taken for one of the others.
package vocabulary
