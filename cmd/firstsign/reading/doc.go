// Package reading answers: how does a command read a history? Its flags, what was read, and
// the replay.
package reading
