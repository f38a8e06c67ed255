// Package messagecheck answers: is every word of every message true?
//
// Its test simulates portfolios, judges them, writes every message as people read
// it, and reads it back beside what really happened. It holds tests only.
package messagecheck
