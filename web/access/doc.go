// Package access answers: who asks, and what may that person see and do?
//
// A request passes the [Door], which checks the login and slows down whoever guesses
// passwords. Its audit line says who read or answered what.
package access
