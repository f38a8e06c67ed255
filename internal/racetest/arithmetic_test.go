package racetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is skipped under the race detector is run without it: the Makefile names all
// its packages.
func TestMakefileNamesThePackages(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^\tgo test -shuffle=on .*$`).FindAllString(string(makefile), -1)
	found := 0
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "racetest"+".Arithmetic(") {
			return err
		}
		found++
		if name := " ./" + strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../../"); !strings.Contains(strings.Join(named, " ")+" ", name+" ") {
			t.Errorf("%s skips a test under the race detector, and `make arithmetic` does not run%s", path, name)
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Errorf("%d tests found, %v", found, err)
	}
}
