package config

import (
	"os"
	"strings"
	"testing"

	"firstsign/web/access"
)

// A file of comments hides nothing, and what the comments of the example show is valid.
func TestExampleOfAccess(t *testing.T) {
	text, err := os.ReadFile("example/access.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c, err := parse(accessFile, string(text)); err != nil || c.Access != nil {
		t.Errorf("as it is: %v %v", c, err)
	}
	var shown strings.Builder
	for i, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimPrefix(line, "#"); i > 3 {
			shown.WriteString(strings.TrimPrefix(line, " ") + "\n")
		}
	}
	c, err := parse(accessFile, shown.String())
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Access; p.People["dora"].Role != access.Viewer || p.Others != access.Manager || len(p.Proxy.From) != 2 {
		t.Errorf("%+v", p)
	}
}
