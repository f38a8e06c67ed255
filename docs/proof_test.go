package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`([a-z_/]+_test\\.go) (Test[A-Za-z]+)`")
	linked    = regexp.MustCompile(`\]\(([a-z./-]+\.md)\)`)
)

// The page of proofs names tests and pages that exist, and leaves out no item.
func TestProofsExist(t *testing.T) {
	page, err := os.ReadFile("developer/accounts-proof.md")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, m := range namedTest.FindAllStringSubmatch(string(page), -1) {
		if _, read := sources[m[1]]; !read {
			text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(m[1])))
			if err != nil {
				t.Error(err)
			}
			sources[m[1]] = string(text)
		}
		if !strings.Contains(sources[m[1]], "\nfunc "+m[2]+"(") {
			t.Errorf("%s has no %s", m[1], m[2])
		}
	}
	for _, m := range linked.FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join("developer", filepath.FromSlash(m[1]))); err != nil {
			t.Error(err)
		}
	}
	for item := 1; item <= 10; item++ {
		rows := 0
		for line := range strings.SplitSeq(string(page), "\n") {
			if !strings.HasPrefix(line, "| "+strconv.Itoa(item)+" | ") {
				continue
			}
			rows++
			if !namedTest.MatchString(line) {
				t.Errorf("no test stands behind: %s", line)
			}
		}
		if rows == 0 {
			t.Errorf("item %d is not on the page", item)
		}
	}
}
