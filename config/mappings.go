package config

import (
	"cmp"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"firstsign/config/document"
	"firstsign/detector"
	"firstsign/internal/fault"
	"firstsign/signals/mapping"
	"firstsign/signals/mapping/registry"
	"firstsign/signals/vocabulary"
)

// mappingsText is mappings.yaml.
type mappingsText struct {
	Registry registry.Config  `yaml:"registry"`
	Mappings []mapping.Config `yaml:"mappings"`
}

// readMappings reads mappings.yaml: how records of other systems' topics become
// interactions. The mappings are no part of the rules, because the detector sees only the
// interactions.
func readMappings(d *document.Document, text []byte, c *Config) []mapping.Config {
	var file mappingsText
	if !d.Read(text, &file) {
		return nil
	}
	checkRegistry(d, &file.Registry)
	c.Registry = file.Registry
	names := make(map[string]string)
	for i := range file.Mappings {
		m, at := &file.Mappings[i], document.Item("mappings", i)
		switch {
		case m.Name == "" && !d.Has(at+".name"):
			d.Note(at, "a mapping needs a name: what it makes has it as its source")
		case !isPlain(m.Name):
			d.Note(at+".name", "%q is no name: 1 to 64 bytes, without spaces around it", m.Name)
		}
		for key := range m.Attributes {
			if !isPlain(key) {
				d.Note(at+".attributes", "%q is no name of an attribute: 1 to 64 bytes, without spaces around it", key)
			}
		}
		d.Once(names, at+".name", "mapping", m.Name)
		m.Format = cmp.Or(m.Format, mapping.JSON)
		checkForeign(d, at, m, c)
		checkColumns(d, at, m)
		if m.Format.HasSchema() && file.Registry.URL == "" && !d.Has("registry") {
			d.Note(at+".format", "%s needs the registry that has its schemas: registry: {url: ...}, above the mappings", m.Format)
		}
		for _, required := range []struct{ name, text string }{{"account", m.Account}, {"signal", m.Signal}} {
			if strings.TrimSpace(required.text) == "" && !d.Wrong[at+"."+required.name] {
				d.Note(at, "an expression for %s is needed", required.name)
			}
		}
	}
	compileMappings(d, text, file.Mappings, c)
	for i := range file.Mappings {
		m := &file.Mappings[i]
		checkWords(d, document.Item("mappings", i), m, &c.Detector)
		checkIDs(d, file.Mappings, i)
	}
	return file.Mappings
}

// checkWords checks the constants of a mapping: the names of signals, and the words that
// the detector must understand.
func checkWords(d *document.Document, at string, m *mapping.Config, c *Detector) {
	known, forwards := detector.NewByName(c.Signals), false
	for _, name := range mapping.Constants(m, m.Signal) {
		s := known.Find([]byte(name))
		if s == nil {
			c.signalOf(d, at+".signal", name)
			continue
		}
		forwards = forwards || vocabulary.IsForwarding([]byte(s.Name))
		for _, word := range mapping.Constants(m, m.Attributes["direction"]) {
			if s.Side == detector.ByDirection && s.Directions.Of([]byte(word)) == vocabulary.UnknownDirection {
				d.Note(at+".attributes.direction", "%s", vocabulary.NoDirectionOf([]byte(word)))
			}
		}
	}
	if !forwards {
		return
	}
	for _, word := range mapping.Constants(m, m.Attributes[vocabulary.ActionAttribute]) {
		if fault := vocabulary.ForwardingFault([]byte(word), nil, nil); fault != "" {
			d.Note(at+".attributes."+vocabulary.ActionAttribute, "%s", fault)
		}
	}
}

// checkRegistry checks the schema registry. Its files are beside mappings.yaml.
func checkRegistry(d *document.Document, r *registry.Config) {
	if !d.Has("registry") {
		return
	}
	for one := range strings.SplitSeq(r.URL, ",") {
		if u, err := url.Parse(strings.TrimSpace(one)); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			d.Note("registry.url", "%q is no URL such as https://registry:8081", strings.TrimSpace(one))
		} else if u.User != nil {
			d.Note("registry.url", "holds a password: give username, and password_file or password_env")
		}
	}
	if !passwordGiven(d, "registry", r.PasswordFile, r.PasswordEnv) && r.Username != "" {
		d.Note("registry.username", "a password is needed: password_file or password_env")
	}
	for _, file := range []*string{&r.PasswordFile, &r.CA} {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(filepath.Dir(d.Name), *file)
		}
	}
}

// isPlain reports whether a text can be a name in a record.
func isPlain(name string) bool {
	return name != "" && len(name) <= 64 && name == strings.TrimSpace(name) && !strings.ContainsFunc(name, unicode.IsControl)
}

// checkForeign refuses a mapping of one of our own topics: it would read its own output.
func checkForeign(d *document.Document, at string, m *mapping.Config, c *Config) {
	if !d.Has(at + ".topic") {
		d.Note(at, "a mapping needs a topic")
		return
	}
	k := &c.Service.Kafka
	switch own := []string{k.Topic, k.DeadLetters, k.Alerts, k.Accounts}; {
	case !legalName.MatchString(m.Topic) || m.Topic == "." || m.Topic == "..":
		d.Note(at+".topic", "%q is no name of a topic: 1 to 249 letters, digits, dots, dashes or underscores", m.Topic)
	case slices.Contains(own, m.Topic):
		d.Note(at+".topic", "%q is a topic of Firstsign's own: only those of other systems are mapped", m.Topic)
	}
}

func checkColumns(d *document.Document, at string, m *mapping.Config) {
	formats := make([]string, len(mapping.Formats))
	for i, f := range mapping.Formats {
		formats[i] = string(f)
	}
	d.OneOf(at+".format", string(m.Format), formats)
	if m.Format != mapping.CSV {
		for _, key := range []string{"columns", "delimiter"} {
			if d.Has(at + "." + key) {
				d.Note(at+"."+key, "only csv has %s", key)
			}
		}
		return
	}
	if len(m.Columns) == 0 {
		d.Note(at, "csv needs the columns of a row, in order: columns: [a, b, c]")
	}
	first := make(map[string]string)
	for i, name := range m.Columns {
		if name == "" || name != strings.TrimSpace(name) {
			d.Note(document.Item(at+".columns", i), "%q is no name of a column: it has no space around it", name)
		}
		d.Once(first, document.Item(at+".columns", i), "column", name)
	}
	if r, size := utf8.DecodeRuneInString(m.Delimiter); m.Delimiter != "" && m.Delimiter != `\t` && (size != len(m.Delimiter) || strings.ContainsRune("\"\r\n\ufffd", r)) {
		d.Note(at+".delimiter", "one character stands between columns, and no quote or line end, not %q", m.Delimiter)
	}
}

// checkIDs refuses two mappings of a topic that give the same source and the same id: the
// second record would count as a repeat.
func checkIDs(d *document.Document, all []mapping.Config, i int) {
	for _, other := range all[:i] {
		if m := all[i]; m.Topic == other.Topic && m.Source != "" && m.Source == other.Source && m.ID == other.ID {
			d.Note(document.Item("mappings", i)+".source", "is that of mapping %q, and so is the id: what comes second would be dropped as a repeat. Leave source out, or make another id of it, as in id: 'msg.id + \"/%s\"'", other.Name, m.Name)
			return
		}
	}
}

// compileMappings adds the faults of expressions, each with its line and column.
func compileMappings(d *document.Document, text []byte, all []mapping.Config, c *Config) {
	_, faults := mapping.Compile(all, c.Calendar.Location)
	lines := strings.Split(string(text), "\n")
	for _, f := range faults {
		path := document.Join(document.Item("mappings", f.Mapping), f.Field)
		if d.Wrong[path] {
			continue
		}
		keys := []string{f.Field}
		if attribute, ok := strings.CutPrefix(f.Field, "attributes."); ok {
			keys = []string{"attributes", attribute}
		}
		fault := fault.Fault{File: d.Name, Line: max(d.Lines[path], 1), Text: path + ": " + f.Text}
		if n := d.Find("mappings", f.Mapping, keys); n != nil {
			fault.Line, fault.Column = placeIn(n, lines, f.Line, f.Column)
		}
		d.Faults = append(d.Faults, fault)
	}
}

// placeIn returns the line and column in the file of a place in a scalar's text. The
// column is 0 when YAML folded the lines, because it is unknown then.
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
