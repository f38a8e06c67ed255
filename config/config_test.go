package config

import (
	"testing"
)

func TestExample(t *testing.T) {
	c, err := Load("example")
	if err != nil {
		t.Fatal(err)
	}
	if c.Accounts.Len() != 7 || c.Rules().Hash == "" {
		t.Errorf("got %d accounts, rules %q", c.Accounts.Len(), c.Rules().Hash)
	}
}
