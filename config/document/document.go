package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"firstsign/internal/fault"
)

// Document is one YAML file while it is read. It remembers the line of every key, so that
// later checks can name it.
type Document struct {
	Name   string // of the file, for faults
	Faults fault.List
	root   *yaml.Node      // nil when nothing in the file can be read
	Lines  map[string]int  // by path, such as signals[2].weight
	Wrong  map[string]bool // paths whose value has the wrong type
}

// Note adds a fault about a path. It gives the path's line, or that of the nearest parent
// when the path is absent. A path that could not be read has a fault already.
func (d *Document) Note(path, format string, args ...any) {
	line := 0
	for at := path; line == 0 && at != ""; {
		if d.Wrong[at] {
			return
		}
		line = d.Lines[at]
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	d.NoteLine(max(line, 1), text)
}

// NoteLine adds a fault of a line.
func (d *Document) NoteLine(line int, text string) {
	d.Faults = append(d.Faults, fault.Fault{File: d.Name, Line: line, Text: text})
}

// Has reports whether the file gives a path.
func (d *Document) Has(path string) bool { return d.Lines[path] != 0 }

// Read parses the file into a struct that holds the defaults. It returns false when the
// file holds no such struct; no more checks are needed then.
func (d *Document) Read(text []byte, into any) bool {
	d.Lines, d.Wrong = make(map[string]int), make(map[string]bool)
	d.root = d.parse(text)
	if d.root != nil {
		d.Decode(d.root, into)
	}
	return !d.Wrong[""] && (d.root != nil || len(d.Faults) == 0)
}

// parse returns the file's root, nil when there is none or it cannot be read.
func (d *Document) parse(text []byte) *yaml.Node {
	line := 0
	for part := range bytes.Lines(text) {
		if line++; !utf8.Valid(part) {
			d.NoteLine(line, "the file is not UTF-8")
			return nil
		}
	}
	in := yaml.NewDecoder(bytes.NewReader(text))
	var file, second yaml.Node
	switch err := in.Decode(&file); {
	case errors.Is(err, io.EOF):
		return nil // nothing but comments
	case err != nil:
		d.noteSyntax(err)
		return nil
	}
	if err := in.Decode(&second); err == nil {
		d.NoteLine(second.Line, "a second document begins: one file is one document")
		return nil
	} else if !errors.Is(err, io.EOF) {
		d.noteSyntax(err)
		return nil
	}
	return file.Content[0]
}

var syntaxLine = regexp.MustCompile(`^line (\d+): `)

// noteSyntax adds the fault of a parser's error, with its line.
func (d *Document) noteSyntax(err error) {
	text, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	d.NoteLine(max(line, 1), "not YAML: "+text)
}

// Join extends a path by a key.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Item extends a path by a place in a list.
func Item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
