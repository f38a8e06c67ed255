package identity_test

import (
	"testing"

	"firstsign/internal/identity"
)

func TestIsShortened(t *testing.T) {
	for _, id := range []string{"1.38E+10", "1,38E+10", "6.22202E+18", "1e+11", "1.23456789012345E+15"} {
		if !identity.IsShortened(id) {
			t.Errorf("%q is taken for an id", id)
		}
	}
	for _, id := range []string{"", "1", "1.38", "12E5", "1E5", "1.E+10", "13.8E+10", "E+10", "1.38E+1", "1.38E+10x", "A1.38E+10", "1.38E-10"} {
		if identity.IsShortened(id) {
			t.Errorf("%q is taken for a shortened number", id)
		}
	}
}
