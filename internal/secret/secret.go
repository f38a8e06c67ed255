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

// Read returns what the place holds at this moment, unchanged; empty when none is
// given. A relative file name is in dir. what names the secret in errors. Neither
// errors nor anything else here tell the secret.
func (s Source) Read(dir, what string) (string, error) {
	switch {
	case s.File != "" && s.Env != "":
		return "", fmt.Errorf("read the %s: %w", what, ErrBoth)
	case s.File != "":
		file := s.File
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read the %s: %w", what, err)
		}
		return string(text), nil
	case s.Env != "":
		text, set := os.LookupEnv(s.Env)
		if !set {
			return "", fmt.Errorf("read the %s: the environment variable %s is not set", what, s.Env)
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
