package secret

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSource(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("A_SECRET", "sesame\r\n")
	t.Setenv("NO_SECRET", "")
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("sesame\r\nmore\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		source     Source
		text, line string
		err        string
	}{
		{name: "nothing is given"},
		{name: "a file", source: Source{File: "file"}, text: "sesame\r\nmore\n", line: "sesame"},
		{name: "a file elsewhere", source: Source{File: filepath.Join(dir, "file")}, text: "sesame\r\nmore\n", line: "sesame"},
		{name: "a variable", source: Source{Env: "A_SECRET"}, text: "sesame\r\n", line: "sesame"},
		{name: "an empty variable", source: Source{Env: "NO_SECRET"}},
		{name: "no file", source: Source{File: "nowhere"}, err: "read the password: open "},
		{name: "no variable", source: Source{Env: "NOT_SET_ANYWHERE"}, err: "read the password: the environment variable NOT_SET_ANYWHERE is not set"},
		{name: "both", source: Source{File: "file", Env: "A_SECRET"}, err: "read the password: a file and an environment variable are given: keep one"},
	} {
		text, err := c.source.Read(dir, "password")
		line, errLine := c.source.Line(dir, "password")
		if text != c.text || line != c.line {
			t.Errorf("%s: %q, %q", c.name, text, line)
		}
		for _, err := range []error{err, errLine} {
			if (err == nil) != (c.err == "") || err != nil && (!strings.HasPrefix(err.Error(), c.err) || strings.Contains(err.Error(), "sesame")) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if c.source.Given() != (c.source != Source{}) {
			t.Errorf("%s: given %t", c.name, c.source.Given())
		}
	}
}
