package jsonfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"firstsign/internal/table"
)

// wrapper is an object whose list is read: {"total":2,"records":[{...},{...}]}, as web
// services answer.
type wrapper struct {
	name string // of the list
	rest []byte // of the object, without the list; at most restKept bytes
}

const restKept = 8 << 10

// newWrapped reads the list of a name, whose bracket is at a place of the text.
func newWrapped(in *bufio.Reader, shape *table.Shape, name string, at int) (Reader, error) {
	shape.Format = fmt.Sprintf("JSON array %q", name)
	before := make([]byte, at)
	if _, err := io.ReadFull(in, before); err != nil {
		return nil, err
	}
	return &array{text: in, shape: shape, line: 1 + bytes.Count(before, []byte("\n")), list: &wrapper{name: name, rest: before}}, nil
}

// isOne tells whether a file may be one object: what follows the first is nothing, or
// another with a list, and no record.
func isOne(head []byte) bool {
	var end braces
	n, closed := end.in(head)
	rest := bytes.TrimLeft(head[n:], ", \t\r\n")
	if !closed || len(rest) == 0 {
		return true
	}
	name, _ := listIn(rest)
	return name != "" || deeperIn(rest) != ""
}

// listIn finds the first list of objects in an object that is no record itself. at is
// the place of its bracket; name is empty when there is none. head may be cut.
func listIn(head []byte) (name string, at int) {
	for key, from := range members(head) {
		if isOfRecord(key) {
			return "", 0
		}
		inside, isList := bytes.CutPrefix(bytes.TrimSpace(head[from:]), []byte("["))
		if name == "" && isList && bytes.HasPrefix(bytes.TrimSpace(inside), []byte("{")) {
			name, at = key, from+bytes.IndexByte(head[from:], '[')
		}
	}
	return name, at
}

// members are the keys of an object, and where their values begin. head may be cut.
func members(head []byte) iter.Seq2[string, int] {
	return func(yield func(key string, from int) bool) {
		depth := 0
		for i := 0; i < len(head); i++ {
			switch head[i] {
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return
				}
			case '"':
				from := i + 1
				for i = from; i < len(head) && head[i] != '"'; i++ {
					if head[i] == '\\' {
						i++
					}
				}
				if depth != 1 || i >= len(head) {
					continue
				}
				behind := bytes.TrimLeft(head[i+1:], " \t\r\n")
				if bytes.HasPrefix(behind, []byte(":")) && !yield(string(head[from:i]), len(head)-len(behind)+1) {
					return
				}
			}
		}
	}
}

// deeperIn is the path of the first list of objects that lies within several objects, such
// as d.results; empty when there is none, or the object is a record itself.
func deeperIn(head []byte) string {
	for key := range members(head) {
		if isOfRecord(key) {
			return ""
		}
	}
	var path []string
	in := json.NewDecoder(bytes.NewReader(head))
	for {
		token, err := in.Token()
		if _, isKey := token.(string); err != nil || len(path) == 0 && (isKey || token != json.Delim('{')) {
			return "" // the head may be cut, or is of no object
		}
		switch token := token.(type) {
		case json.Delim:
			switch token {
			case '{':
				path = append(path, "")
				continue // a key or the end comes next
			case '}':
				path = path[:len(path)-1]
			case '[':
				if rest, err := io.ReadAll(in.Buffered()); err == nil && bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{")) && len(path) > 1 {
					return strings.Join(path, ".")
				}
				return ""
			}
			if len(path) == 0 {
				return ""
			}
			path[len(path)-1] = ""
		case string:
			if last := len(path) - 1; path[last] == "" {
				path[last] = token
				continue
			}
			path[len(path)-1] = ""
		default:
			path[len(path)-1] = ""
		}
	}
}

// isOfRecord tells a field that every record has, and answers of services have not. Those
// may have a time.
func isOfRecord(key string) bool {
	for _, field := range []string{"account", "signal", "specversion"} {
		if strings.EqualFold(key, field) {
			return true
		}
	}
	return false
}

// morePages is a member by which web services say that an answer is not the last one.
var morePages = regexp.MustCompile(`(?i)"([^"]*next[^"]*|has_?more)"\s*:\s*("[^"]+"|true|\{|[1-9])`)

// ofRecord is a field of a record in what stands around a list; in an object of its own
// as well, which no answer was seen to have.
var ofRecord = regexp.MustCompile(`"(account|signal)"\s*:`)

// tail reads on behind the list, to the end of the object and of the file. Another list
// would be left out without a word, and is an error.
func (j *array) tail() error {
	w := j.list
	for depth, quoted, escaped := 1, false, false; ; {
		b, err := j.text.ReadByte()
		switch {
		case err == io.EOF && depth > 0:
			return fmt.Errorf("line %d: the JSON object is not closed: the file was cut", j.line)
		case err == io.EOF:
			return j.afterTail()
		case err != nil:
			return err
		}
		if len(w.rest) < restKept {
			w.rest = append(w.rest, b)
		}
		switch {
		case b == '\n':
			j.line++
		case b == ' ' || b == '\t' || b == '\r':
		case depth == 0:
			return fmt.Errorf("line %d: the file goes on behind the object with the list %q; several answers in one file are read as jq -c '.%[2]s[]' FILE > one-a-line.jsonl", j.line, w.name)
		case escaped:
			escaped = false
		case quoted && b == '\\':
			escaped = true
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		}
	}
}

// afterTail looks at what stands around the list.
func (j *array) afterTail() error {
	w := j.list
	if m := ofRecord.FindSubmatch(w.rest); m != nil {
		return fmt.Errorf("line %d: the object with the list %q is a record itself, by its %q", j.line, w.name, m[1])
	}
	if name, _ := listIn(append([]byte("{"), bytes.TrimLeft(w.rest, "{, \t\r\n")...)); name != "" {
		return fmt.Errorf("the object has two lists, %q and %q: make a file of each, as in jq -c '.%[2]s[]' FILE > %[2]s.jsonl", w.name, name)
	}
	if m := morePages.FindSubmatch(w.rest); m != nil {
		j.shape.Warn(table.Warning{Kind: table.MorePages, Column: string(m[1]), Text: fmt.Sprintf("the file is one page of several, by its %q: only this page is read", m[1])})
	}
	return nil
}
