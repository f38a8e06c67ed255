package config

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

// document is one YAML file while it is read. It remembers where every key
// stands, so that what turns out to be wrong later is still pointed at.
type document struct {
	name   string
	root   *yaml.Node // nil when the file holds nothing that can be read
	faults fault.List
	lines  map[string]int  // by path, such as signals[2].weight
	wrong  map[string]bool // paths that hold something of another type
}

// note adds a fault about a path. It points at the path's line, or at the
// nearest thing around it when the path itself is absent. A path that could
// not even be read has its fault already.
func (d *document) note(path, format string, args ...any) {
	line := 0
	for at := path; line == 0 && at != ""; {
		if d.wrong[at] {
			return
		}
		line = d.lines[at]
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	d.noteLine(max(line, 1), text)
}

func (d *document) noteLine(line int, text string) {
	d.faults = append(d.faults, fault.Fault{File: d.name, Line: line, Text: text})
}

// has says whether the file gives a path.
func (d *document) has(path string) bool { return d.lines[path] != 0 }

// read parses the file into a struct that holds the defaults. False means that
// it holds nothing of the kind, and there is no more to say about it.
func (d *document) read(text []byte, into any) bool {
	d.lines, d.wrong = make(map[string]int), make(map[string]bool)
	d.root = d.parse(text)
	if d.root != nil {
		d.decode(d.root, into)
	}
	return !d.wrong[""] && (d.root != nil || len(d.faults) == 0)
}

// parse returns the file's root, nil when there is none or it cannot be read.
func (d *document) parse(text []byte) *yaml.Node {
	line := 0
	for part := range bytes.Lines(text) {
		if line++; !utf8.Valid(part) {
			d.noteLine(line, "the file is not UTF-8")
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
		d.noteLine(second.Line, "a second document begins: one file is one document")
		return nil
	} else if !errors.Is(err, io.EOF) {
		d.noteSyntax(err)
		return nil
	}
	return file.Content[0]
}

var syntaxLine = regexp.MustCompile(`^line (\d+): `)

// noteSyntax takes the line out of a parser's error.
func (d *document) noteSyntax(err error) {
	text, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	d.noteLine(max(line, 1), "not YAML: "+text)
}

// join extends a path by a key.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// item extends a path by a place in a list.
func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
