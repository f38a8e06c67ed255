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
	namedTest  = regexp.MustCompile("`([a-z_/]+_test\\.go) (Test[A-Za-z]+)`")
	featureRow = regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \|.*$`)
	linked     = regexp.MustCompile(`\]\(([a-z./-]+\.md)\)`)
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
	tests := map[string]string{} // by the item and the feature
	for entry := range strings.SplitSeq(string(page), "\n- ") {
		if feature, named, found := strings.Cut(entry, ":"); found {
			tests[feature] = named
		}
	}
	rows := map[string]int{}
	for _, row := range featureRow.FindAllStringSubmatch(string(page), -1) {
		rows[row[1]]++
		if !namedTest.MatchString(tests[row[1]+", "+row[2]]) {
			t.Errorf("no test stands behind: %s", row[0])
		}
	}
	for item := 1; item <= 10; item++ {
		if rows[strconv.Itoa(item)] == 0 {
			t.Errorf("item %d is not on the page", item)
		}
	}
}
