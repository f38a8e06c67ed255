package docs

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

const (
	maxPageLines = 200
	maxLineChars = 100
)

// page is one Markdown file, by its path from the module's root.
type page struct {
	file  string
	lines []line
}

// line is one line of a page. Code holds the name of the fence that it stands in,
// "indented" for an indented block, and is empty for text.
type line struct {
	number int
	text   string
	code   string
}

var (
	fence   = regexp.MustCompile("^ *```([a-z]*)")
	heading = regexp.MustCompile(`^#{1,6} +(.*)$`)
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)|(?:src|href)="([^"]+)"`)
	code    = regexp.MustCompile("`[^`]*`")
	label   = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	web     = regexp.MustCompile(`https?://`)
)

// pages reads every Markdown file of the repository.
func pages(t *testing.T) map[string]page {
	t.Helper()
	all := map[string]page{}
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && (name == ".git" || name == ".cache" || name == "bin" || name == "testdata") {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(file) != ".md" {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(file[len("../"):])
		all[name] = page{name, split(string(text))}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d pages found", len(all))
	}
	return all
}

// split cuts a page into lines and says which of them are code.
func split(text string) []line {
	var lines []line
	inside, blank, list := "", true, false
	for i, text := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		l := line{number: i + 1, text: text, code: inside}
		if m := fence.FindStringSubmatch(text); m != nil {
			if inside == "" {
				inside = "fence " + m[1]
				l.code = inside
			} else {
				inside = ""
			}
		} else if inside == "" {
			indented := strings.HasPrefix(text, "    ")
			if indented && !list && (blank || lines[i-1].code == "indented") {
				l.code = "indented"
			}
			if text != "" && !strings.HasPrefix(text, " ") {
				list = strings.HasPrefix(text, "- ") || regexp.MustCompile(`^\d+\. `).MatchString(text)
			}
		}
		blank = text == ""
		lines = append(lines, l)
	}
	return lines
}

// anchors returns the anchors of a page's headings, as GitHub makes them: lower
// case, spaces as dashes, all else but letters, digits, dashes and underscores
// left out, and a number behind one that returns.
func anchors(p page) map[string]bool {
	found := map[string]bool{}
	seen := map[string]int{}
	for _, l := range p.lines {
		m := heading.FindStringSubmatch(l.text)
		if m == nil || l.code != "" {
			continue
		}
		text := strings.ReplaceAll(label.ReplaceAllString(m[1], "$1"), "`", "")
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			default:
				return -1
			}
		}, text)
		if n := seen[anchor]; n > 0 {
			found[fmt.Sprintf("%s-%d", anchor, n)] = true
		} else {
			found[anchor] = true
		}
		seen[anchor]++
	}
	return found
}

// linksOf returns the relative links of a page's text, with their line.
func linksOf(p page) map[string]int {
	found := map[string]int{}
	for _, l := range p.lines {
		if l.code != "" {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(l.text, "code"), -1) {
			target := m[1] + m[2]
			if u, err := url.Parse(target); err == nil && u.Scheme == "" {
				found[target] = l.number
			}
		}
	}
	return found
}

// target is the file that a link of a page leads to, from the module's root, and its anchor.
func target(from, link string) (file, anchor string) {
	file, anchor, _ = strings.Cut(link, "#")
	if file == "" {
		return from, anchor
	}
	return path.Join(path.Dir(from), file), anchor
}

// Every relative link leads to a file that is there, and every anchor to a heading.
func TestLinksResolve(t *testing.T) {
	all := pages(t)
	for name, p := range all {
		for l, number := range linksOf(p) {
			file, anchor := target(name, l)
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(file))); err != nil {
				t.Errorf("%s:%d: %s leads to no file", name, number, l)
				continue
			}
			if anchor == "" {
				continue
			}
			if to, ok := all[file]; !ok || !anchors(to)[anchor] {
				t.Errorf("%s:%d: %s has no heading #%s", name, number, file, anchor)
			}
		}
	}
}

// Every page under docs can be reached from the README.
func TestNoPageIsLost(t *testing.T) {
	all := pages(t)
	reached := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if _, ok := all[name]; !ok {
			name = path.Join(name, "README.md")
		}
		if _, ok := all[name]; !ok || reached[name] {
			return
		}
		reached[name] = true
		for l := range linksOf(all[name]) {
			file, _ := target(name, l)
			visit(file)
		}
	}
	visit("README.md")
	for name := range all {
		if strings.HasPrefix(name, "docs/") && !reached[name] {
			t.Errorf("no link leads from the README to %s", name)
		}
	}
}

// Every package with code has its row in the layout of the architecture. Suites
// for tests (storetest and the like) may share one.
func TestLayoutIsComplete(t *testing.T) {
	text, err := os.ReadFile("developer/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for _, l := range strings.Split(string(text), "\n") {
		if cells := strings.Split(l, "|"); len(cells) > 2 {
			for _, m := range regexp.MustCompile("`([a-z/]+)`").FindAllStringSubmatch(cells[1], -1) {
				rows[m[1]] = true
			}
		}
	}
	err = filepath.WalkDir("..", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		place := filepath.ToSlash(filepath.Dir(file)[len("../"):])
		if !strings.HasSuffix(place, "test") && !strings.Contains(place, "testdata") && !rows[place] {
			t.Errorf("docs/developer/architecture.md has no row for %s: which question does it answer?", place)
			rows[place] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The recipes for developers and the steps of the judgement name files and folders
// that exist.
func TestNamedFilesExist(t *testing.T) {
	named := regexp.MustCompile("`([a-z_]+(?:/[a-z_.-]+)+|[a-z_]+_test\\.go|[A-Z]+\\.md)`")
	found := 0
	for name, p := range pages(t) {
		if !strings.HasPrefix(name, "docs/developer/add-") && name != "docs/data-team/detection/README.md" {
			continue
		}
		for _, l := range p.lines {
			for _, m := range named.FindAllStringSubmatch(l.text, -1) {
				found++
				if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(m[1]))); err != nil {
					t.Errorf("%s:%d: there is no %s", name, l.number, m[1])
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d files found", found)
	}
}

// A page that names a test, a package in a command or a file of deploy names one that
// exists.
func TestCommandsOfPagesExist(t *testing.T) {
	var sources strings.Builder
	err := filepath.WalkDir("..", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		sources.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	deploy := regexp.MustCompile(`\bdeploy/[a-z0-9/_.-]*[a-z]`)
	test, goCommand, place := regexp.MustCompile(`\bTest[A-Z]\w+`), regexp.MustCompile(`\bgo (?:test|run) [^`+"`"+`]*`), regexp.MustCompile(` \./([a-z/]+)`)
	for name, p := range pages(t) {
		for _, l := range p.lines {
			for _, m := range test.FindAllString(l.text, -1) {
				if !strings.Contains(sources.String(), "\nfunc "+m) {
					t.Errorf("%s:%d: there is no %s", name, l.number, m)
				}
			}
			for _, m := range deploy.FindAllString(l.text, -1) {
				if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(m))); err != nil {
					t.Errorf("%s:%d: there is no %s", name, l.number, m)
				}
			}
			for _, command := range goCommand.FindAllString(l.text, -1) {
				for _, m := range place.FindAllStringSubmatch(command, -1) {
					if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(m[1]))); err != nil {
						t.Errorf("%s:%d: there is no package %s", name, l.number, m[1])
					}
				}
			}
		}
	}
}

// Pages are short enough to be read. Four kinds of line may be longer: a row of a
// table and an address cannot be broken, a JSON record is one line of its file, and
// a message in a text fence is shown as it is sent.
func TestPagesAreShort(t *testing.T) {
	for name, p := range pages(t) {
		limit := maxPageLines
		if name == "README.md" || name == "README.zh.md" {
			limit = 130
		}
		if len(p.lines) > limit {
			t.Errorf("%s has %d lines, at most %d are read", name, len(p.lines), limit)
		}
		for _, l := range p.lines {
			chars := utf8.RuneCountInString(l.text)
			record := l.code != "" && strings.HasPrefix(strings.TrimSpace(l.text), `{"`)
			if chars <= maxLineChars || strings.HasPrefix(l.text, "|") || record || l.code == "fence text" || web.MatchString(l.text) {
				continue
			}
			t.Errorf("%s:%d has %d characters, at most %d fit", name, l.number, chars, maxLineChars)
		}
	}
}

// The tests above, on a made-up page.
func TestPageReader(t *testing.T) {
	p := page{"docs/a/b.md", split("# One `two`, three\n\n## Again\n## Again\n\ntext [x](../c.md#d) and `[no](no.md)`\n\n" +
		"```text\n[no](no.md)\n# no\n```\n\n    [no](no.md)\n\n- item\n\n    [y](e.md) <img src=\"f.png\"> [w](https://w.example)\n")}
	for _, want := range []string{"one-two-three", "again", "again-1"} {
		if !anchors(p)[want] {
			t.Errorf("anchors %v lack %s", anchors(p), want)
		}
	}
	if got := linksOf(p); len(got) != 3 || got["../c.md#d"] != 6 || got["e.md"] == 0 || got["f.png"] == 0 {
		t.Errorf("links %v", got)
	}
	if file, anchor := target(p.file, "../c.md#d"); file != "docs/c.md" || anchor != "d" {
		t.Errorf("target %s#%s", file, anchor)
	}
}
