// Package history answers: how is a history file read, and how does a topic
// become one?
//
// It reads files of past interactions (CSV or JSON lines), summarizes and merges
// them, turns them into the records of a log (Log), and turns the records of a
// topic back into a history (Topic).
package history
