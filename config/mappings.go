package config

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"firstsign/internal/fault"
	"firstsign/signals/mapping"
)

// mappingsText is mappings.yaml.
type mappingsText struct {
	Mappings []mapping.Config `yaml:"mappings"`
}

// readMappings reads mappings.yaml: topics of other systems, read as
// interactions. The detector never sees them: they are no part of the rules.
func readMappings(d *document, text []byte, c *Config) []mapping.Config {
	var file mappingsText
	if !d.read(text, &file) {
		return nil
	}
	names := make(map[string]string)
	for i := range file.Mappings {
		m, at := &file.Mappings[i], item("mappings", i)
		switch {
		case m.Name == "" && !d.has(at+".name"):
			d.note(at, "a mapping needs a name: what it makes has it as its source")
		case !isPlain(m.Name):
			d.note(at+".name", "%q is no name: 1 to 64 bytes, without spaces around it", m.Name)
		}
		for key := range m.Attributes {
			if !isPlain(key) {
				d.note(at+".attributes", "%q is no name of an attribute: 1 to 64 bytes, without spaces around it", key)
			}
		}
		d.once(names, at+".name", "mapping", m.Name)
		m.Format = cmp.Or(m.Format, mapping.JSON)
		checkForeign(d, at, m, c)
		checkColumns(d, at, m)
		for _, required := range []struct{ name, text string }{{"account", m.Account}, {"signal", m.Signal}} {
			if strings.TrimSpace(required.text) == "" && !d.wrong[at+"."+required.name] {
				d.note(at, "an expression for %s is needed", required.name)
			}
		}
	}
	compileMappings(d, text, file.Mappings, c)
	for i := range file.Mappings {
		m := &file.Mappings[i]
		for _, signal := range mapping.Constants(m, m.Signal) {
			c.Detector.signalOf(d, item("mappings", i)+".signal", signal)
		}
		checkIDs(d, file.Mappings, i)
	}
	return file.Mappings
}

// isPlain tells whether something can be a name in a record.
func isPlain(name string) bool {
	return name != "" && len(name) <= 64 && name == strings.TrimSpace(name) && !strings.ContainsFunc(name, unicode.IsControl)
}

// checkForeign checks the topic of a mapping: one of ours would be read in a
// circle.
func checkForeign(d *document, at string, m *mapping.Config, c *Config) {
	if !d.has(at + ".topic") {
		d.note(at, "a mapping needs a topic")
		return
	}
	k := &c.Service.Kafka
	switch own := []string{k.Topic, k.DeadLetters, k.Alerts, k.Accounts}; {
	case !legalName.MatchString(m.Topic) || m.Topic == "." || m.Topic == "..":
		d.note(at+".topic", "%q is no name of a topic: 1 to 249 letters, digits, dots, dashes or underscores", m.Topic)
	case slices.Contains(own, m.Topic):
		d.note(at+".topic", "%q is a topic of Firstsign's own: only those of other systems are mapped", m.Topic)
	}
}

func checkColumns(d *document, at string, m *mapping.Config) {
	formats := make([]string, len(mapping.Formats))
	for i, f := range mapping.Formats {
		formats[i] = string(f)
	}
	d.oneOf(at+".format", string(m.Format), formats)
	if m.Format != mapping.CSV {
		for _, key := range []string{"columns", "delimiter"} {
			if d.has(at + "." + key) {
				d.note(at+"."+key, "only csv has %s", key)
			}
		}
		return
	}
	if len(m.Columns) == 0 {
		d.note(at, "csv needs the columns of a row, in order: columns: [a, b, c]")
	}
	first := make(map[string]string)
	for i, name := range m.Columns {
		if name == "" || name != strings.TrimSpace(name) {
			d.note(item(at+".columns", i), "%q is no name of a column: it has no space around it", name)
		}
		d.once(first, item(at+".columns", i), "column", name)
	}
	if r, size := utf8.DecodeRuneInString(m.Delimiter); m.Delimiter != "" && m.Delimiter != `\t` && (size != len(m.Delimiter) || strings.ContainsRune("\"\r\n\ufffd", r)) {
		d.note(at+".delimiter", "one character stands between columns, and no quote or line end, not %q", m.Delimiter)
	}
}

// checkIDs refuses a second mapping of a topic whose records would be taken for
// repeats of another's: the same source, and the same id.
func checkIDs(d *document, all []mapping.Config, i int) {
	for _, other := range all[:i] {
		if m := all[i]; m.Topic == other.Topic && m.Source != "" && m.Source == other.Source && m.ID == other.ID {
			d.note(item("mappings", i)+".source", "is that of mapping %q, and so is the id: what comes second would be dropped as a repeat. Leave source out, or make another id of it, as in id: 'msg.id + \"/%s\"'", other.Name, m.Name)
			return
		}
	}
}

// compileMappings notes what is wrong with expressions, each at its place.
func compileMappings(d *document, text []byte, all []mapping.Config, c *Config) {
	_, faults := mapping.Compile(all, c.Calendar.Location)
	lines := strings.Split(string(text), "\n")
	for _, f := range faults {
		path := join(item("mappings", f.Mapping), f.Field)
		if d.wrong[path] {
			continue
		}
		keys := []string{f.Field}
		if attribute, ok := strings.CutPrefix(f.Field, "attributes."); ok {
			keys = []string{"attributes", attribute}
		}
		fault := fault.Fault{File: d.name, Line: max(d.lines[path], 1), Text: path + ": " + f.Text}
		if n := d.find("mappings", f.Mapping, keys); n != nil {
			fault.Line, fault.Column = placeIn(n, lines, f.Line, f.Column)
		}
		d.faults = append(d.faults, fault)
	}
}

// find the node of a key in an item of a list; nil when there is none.
func (d *document) find(list string, i int, keys []string) *yaml.Node {
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

// placeIn returns where a place in the text of a scalar is in its file. The
// column is 0 where YAML has folded lines, and which one it was cannot be told.
func placeIn(n *yaml.Node, lines []string, line, column int) (int, int) {
	text := strings.Split(n.Value, "\n")
	if line < 1 || line > len(text) || n.Line > len(lines) {
		return n.Line, 0
	}
	if n.Style&yaml.LiteralStyle != 0 {
		at := n.Line + line
		if at > len(lines) {
			return n.Line, 0
		}
		if indent := strings.Index(lines[at-1], strings.TrimSpace(text[line-1])); indent >= 0 {
			inside := utf8.RuneCountInString(text[line-1]) - utf8.RuneCountInString(strings.TrimLeft(text[line-1], " \t"))
			return at, utf8.RuneCountInString(lines[at-1][:indent]) - inside + column
		}
		return at, 0
	}
	written := string([]rune(lines[n.Line-1])[min(n.Column-1, utf8.RuneCountInString(lines[n.Line-1])):])
	before := string([]rune(n.Value)[:min(column-1, utf8.RuneCountInString(n.Value))])
	quote := 0
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		before, quote = strings.ReplaceAll(before, "'", "''"), 1
	case n.Style&yaml.DoubleQuotedStyle != 0:
		before, quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(before), 1
	}
	if quote > len(written) || !strings.HasPrefix(written[quote:], before) {
		return n.Line, 0
	}
	return n.Line, n.Column + quote + utf8.RuneCountInString(before)
}
