// Package mapping answers: what does a record of another system say, as an
// interaction?
//
// A mapping is an expression (CEL) for each field of the interaction. What it
// makes is a record as the topic of interactions wants it, checked by the same
// decoder, or nothing, or a reason why not. It knows nothing of where
// the records come from.
package mapping

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	celtypes "github.com/google/cel-go/common/types"

	"firstsign/signals"
)

// Format is how the value of a record of a mapped topic is written.
type Format string

// The formats.
const (
	JSON     Format = "json"
	CSV      Format = "csv"
	Avro     Format = "avro" // these two by the schema of a registry
	Protobuf Format = "protobuf"
)

// Formats lists them.
var Formats = []Format{JSON, CSV, Avro, Protobuf}

// HasSchema tells whether values of a format are read by the schema of a registry.
func (f Format) HasSchema() bool { return f == Avro || f == Protobuf }

// Schemas read values that are written by a schema.
type Schemas interface {
	// Prepare makes sure that what a value needs is there. The error means that this
	// is not known at present: the record has to wait.
	Prepare(ctx context.Context, value []byte) error
	// Decode a value that Prepare has seen.
	Decode(f Format, value []byte) (any, *signals.Reject)
}

// Config is one mapping as mappings.yaml gives it. All fields from Each on are
// expressions.
type Config struct {
	// Name of the mapping. What it makes has it as its source, unless Source says
	// another.
	Name string `yaml:"name"`
	// Topic that is read. Several mappings may read one: each makes its own of
	// every record.
	Topic  string `yaml:"topic"`
	Format Format `yaml:"format"` // default json
	// Columns of a CSV row, in order; all are texts. Delimiter stands between them,
	// default comma.
	Columns   []string `yaml:"columns"`
	Delimiter string   `yaml:"delimiter"`

	// Zone of times without an offset, such as America/New_York. Default: the
	// calendar's.
	Zone string `yaml:"zone"`
	// TimeLayout is how texts and whole numbers of Time are written, such as dd.MM.yyyy HH:mm.
	// Default: any form that means one thing only.
	TimeLayout string `yaml:"time_layout"`
	// Decimal is the mark before the fraction of numbers that are texts: point or
	// comma. Default: as each text tells.
	Decimal string `yaml:"decimal"`

	// Each gives a list of the record. Every member of it, which the other
	// expressions call item, is an interaction of its own. Default: the record is
	// one.
	Each string `yaml:"each"`
	// When says which records count, or which items of them; the others are passed
	// over. Default all.
	When string `yaml:"when"`
	// Time is RFC 3339, a text without an offset in the mapping's zone, or a
	// number of seconds, milli-, micro- or nanoseconds since 1970. Default
	// kafka.time, when the record was written.
	Time    string `yaml:"time"`
	Account string `yaml:"account"`
	Signal  string `yaml:"signal"`
	Value   string `yaml:"value"` // default 1
	// ID names the record for good, so that the same one counts once. Default: its
	// topic, partition and offset.
	ID         string            `yaml:"id"`
	Contact    string            `yaml:"contact"`
	Text       string            `yaml:"text"`
	Source     string            `yaml:"source"`
	Attributes map[string]string `yaml:"attributes"`
}

// Fault is what is wrong with an expression.
type Fault struct {
	Mapping      int    // its index
	Field        string // such as account or attributes.direction
	Line, Column int    // in the expression, from 1; 0 when it is wrong as a whole
	Text         string
}

// Set is mappings ready for use. Safe for concurrent use; a Mapper applies it.
type Set struct {
	mappings []*mapping
	schemas  Schemas // nil: no format has any
}

// Use reads formats with a schema by these.
func (s *Set) Use(schemas Schemas) { s.schemas = schemas }

// mapping is one that was compiled; expressions that were not given are nil.
type mapping struct {
	config     *Config
	each       *expression
	written    written
	when       *expression
	time       *expression
	account    *expression
	signal     *expression
	value      *expression
	id         *expression
	contact    *expression
	text       *expression
	source     *expression
	attributes []attribute
}

type attribute struct {
	key string
	*expression
}

// Compile prepares mappings; zone is that of times without an offset. The set is
// nil when there are faults.
func Compile(configs []Config, zone *time.Location) (*Set, []Fault) {
	s := &Set{}
	var faults []Fault
	for i := range configs {
		m, wrong := compile(&configs[i], zone)
		for _, f := range wrong {
			f.Mapping = i
			faults = append(faults, f)
		}
		s.mappings = append(s.mappings, m)
	}
	if faults != nil {
		return nil, faults
	}
	return s, nil
}

// Topics that are read, each once, by name. None for nil.
func (s *Set) Topics() []string {
	if s == nil {
		return nil
	}
	var topics []string
	for _, m := range s.mappings {
		topics = append(topics, m.config.Topic)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

// Has tells whether there is a mapping of a name.
func (s *Set) Has(name string) bool {
	return s != nil && slices.ContainsFunc(s.mappings, func(m *mapping) bool { return m.config.Name == name })
}

func compile(c *Config, zone *time.Location) (*mapping, []Fault) {
	m := &mapping{config: c}
	var faults []Fault
	m.written, faults = writtenAs(c, zone)
	language, err := newLanguage(c, m.written.zone)
	if err != nil {
		return nil, []Fault{{Text: err.Error()}}
	}
	field := func(name, text string, to **expression, types ...*cel.Type) {
		if strings.TrimSpace(text) == "" {
			return
		}
		x, wrong := language.compile(name, text, types)
		faults = append(faults, wrong...)
		*to = x
	}
	names := []*cel.Type{cel.StringType, cel.IntType, cel.UintType, cel.DoubleType}
	field("each", c.Each, &m.each, cel.ListType(cel.DynType))
	if c.Each != "" { // which has no item itself
		if err := language.withItems(); err != nil {
			return nil, []Fault{{Text: err.Error()}}
		}
	}
	field("when", c.When, &m.when, cel.BoolType)
	field("time", c.Time, &m.time, append(names, cel.TimestampType)...)
	field("account", c.Account, &m.account, names...)
	field("signal", c.Signal, &m.signal, cel.StringType)
	field("value", c.Value, &m.value, names...)
	field("id", c.ID, &m.id, names...)
	field("contact", c.Contact, &m.contact, names...)
	field("text", c.Text, &m.text, cel.StringType)
	field("source", c.Source, &m.source, names...)
	for _, key := range slices.Sorted(maps.Keys(c.Attributes)) {
		a := attribute{key: key}
		field("attributes."+key, c.Attributes[key], &a.expression, append(names, cel.BoolType, cel.TimestampType)...)
		if a.expression != nil {
			m.attributes = append(m.attributes, a)
		}
	}
	return m, faults
}

// Constants returns the texts that an expression can give when it stands in the
// mapping itself, as in "call" or msg.inbound ? "call" : "visit"; nil when it
// comes from the record. The expression must be sound.
func Constants(c *Config, text string) []string {
	language, err := newLanguage(c, time.UTC)
	if err == nil && c.Each != "" {
		err = language.withItems()
	}
	if err != nil {
		return nil
	}
	ast, issues := language.env.Compile(text)
	if issues.Err() != nil {
		return nil
	}
	return constants(ast.NativeRep().Expr())
}

// want says in words what a field takes.
func want(types []*cel.Type) string {
	var words []string
	for _, t := range types {
		word := map[*cel.Type]string{
			cel.StringType: "text", cel.IntType: "a number", cel.BoolType: "true or false", cel.TimestampType: "a time",
		}[t]
		if t.Kind() == celtypes.ListKind {
			word = "a list"
		}
		if word != "" {
			words = append(words, word)
		}
	}
	return fmt.Sprintf("want %s", strings.Join(words, " or "))
}
