// Package console answers: what does a command tell the person who waits for it? Logs, progress, mistakes in files, and
// what does not count, all on standard error.
package console
