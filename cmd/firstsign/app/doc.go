// Package app answers: how are the parts put together? app.go is the only place where they are wired.
package app
