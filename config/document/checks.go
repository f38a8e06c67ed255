package document

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"firstsign/internal/fault"
	"firstsign/signals"
)

// Once checks that a name of a list was not given before. first holds the field of each
// name.
func (d *Document) Once(first map[string]string, path, what, name string) {
	if before, ok := first[name]; ok && name != "" {
		d.Note(path, "%s %q is already on line %d", what, name, d.Lines[before])
		return
	}
	first[name] = path
}

// OneOf checks a value of a closed set.
func (d *Document) OneOf(path, value string, set []string) {
	if !slices.Contains(set, value) {
		d.Note(path, "%q is none of %s%s", value, strings.Join(set, ", "), fault.DidYouMean(value, set))
	}
}

// Day reads a date. It refuses years far away as typing mistakes.
func (d *Document) Day(path, text string) (signals.Day, bool) {
	day, err := signals.ParseDay(text)
	if err != nil || text < "2000" || text >= "2100" {
		d.Note(path, "%q is not a date such as 2026-02-17", text)
		return 0, false
	}
	return day, true
}

// Between checks a duration.
func (d *Document) Between(path string, length, least, most time.Duration) {
	if length < least || length > most {
		d.Note(path, "must be between %s and %s", ShortDuration(least), ShortDuration(most))
	}
}

// ShortDuration writes a duration as a person would: 1h, not 1h0m0s.
func ShortDuration(length time.Duration) string {
	if length >= 24*time.Hour {
		return fmt.Sprintf("%dd", length/(24*time.Hour))
	}
	text := length.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Find returns the node of a key in an item of a list; nil when there is none.
func (d *Document) Find(list string, i int, keys []string) *yaml.Node {
	n := member(d.root, list)
	if n == nil || i >= len(n.Content) {
		return nil
	}
	n = n.Content[i]
	for _, key := range keys {
		n = member(n, key)
	}
	return n
}

func member(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// Shorthand is a value that a file may give as one word instead of a mapping.
type Shorthand interface{ FromWord(text string) }

// Word fills the value from the word.
func (d *Document) Word(n *yaml.Node, v reflect.Value, path string) bool {
	s, ok := v.Addr().Interface().(Shorthand)
	if !ok || n.Kind != yaml.ScalarNode {
		return false
	}
	var text string
	d.scalar(n, reflect.ValueOf(&text).Elem(), path)
	s.FromWord(text)
	return true
}

// YesNo is a text that may be given as a YAML boolean: yes, no, true, false, 是, 否.
type YesNo string

// MarshalJSON writes true or false.
func (y YesNo) MarshalJSON() ([]byte, error) { return strconv.AppendBool(nil, y == "yes"), nil }
