// Package secret answers: what does the file or the environment variable hold
// that a setting names? Configurations hold no secrets themselves.
package secret

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Source is where a secret lies. Exactly one of the two is given, or none.
type Source struct {
	File string // its name
	Env  string // the name of an environment variable
}

// Given tells whether there is a place to look.
func (s Source) Given() bool { return s.File != "" || s.Env != "" }

// ErrBoth means that a file and a variable are given. Which one holds is not guessed.
var ErrBoth = errors.New("a file and an environment variable are given: keep one")

// Error means that a secret cannot be read: what cannot, and why.
type Error struct {
	What string
	Err  error
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("read the %s: %s", e.What, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Read returns what the place holds at this moment, unchanged; empty when none is
// given. A relative file name is in dir. what names the secret in errors, which are
// *Error and do not tell the secret.
func (s Source) Read(dir, what string) (string, error) {
	switch {
	case s.File != "" && s.Env != "":
		return "", &Error{what, ErrBoth}
	case s.File != "":
		file := s.File
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return "", &Error{what, err}
		}
		return string(text), nil
	case s.Env != "":
		text, set := os.LookupEnv(s.Env)
		if !set {
			return "", &Error{what, fmt.Errorf("the environment variable %s is not set", s.Env)}
		}
		return text, nil
	}
	return "", nil
}

// Line is the first line of what Read returns, without its end.
func (s Source) Line(dir, what string) (string, error) {
	text, err := s.Read(dir, what)
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimRight(line, "\r"), err
}

// String names the place to people.
func (s Source) String() string {
	if s.File != "" {
		return s.File
	}
	return "environment variable " + s.Env
}
