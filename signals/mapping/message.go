package mapping

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"firstsign/signals"
)

// message is a record of a mapped topic as expressions see it: CEL's activation.
type message struct {
	topic     string
	partition int
	record    *signals.Record
	value     any
	item      ref.Val // of a mapping with each
	index     int
	headers   map[string]string // made when somebody asks
	bare      *message          // the same without nulls, made when somebody asks
}

// ResolveName implements cel.Activation. What a file has not, nobody is told.
func (m *message) ResolveName(name string) (any, bool) {
	switch name {
	case varMessage:
		return m.value, true
	case varItem:
		return m.item, m.item != nil
	case varIndex:
		return m.index, m.item != nil
	case varKey:
		return string(m.record.Key), true
	case varHeaders:
		if m.headers == nil {
			m.headers = make(map[string]string, len(m.record.Headers))
			for _, h := range m.record.Headers {
				m.headers[h.Key] = string(h.Value)
			}
		}
		return m.headers, true
	case varTopic:
		return m.topic, true
	case varPartition:
		return m.partition, m.record.Offset >= 0
	case varOffset:
		return m.record.Offset, m.record.Offset >= 0
	case varTime:
		return time.Unix(0, m.record.Time).UTC(), m.record.Time > 0
	}
	return nil, false
}

// Parent implements cel.Activation.
func (m *message) Parent() cel.Activation { return nil }

// withoutNulls is the same message with what is null left out; nil when nothing
// is.
func (m *message) withoutNulls() *message {
	if m.bare == nil {
		bare := *m
		bare.value = withoutNulls(m.value)
		bare.bare = &bare
		m.bare = &bare
	}
	if m.bare == m {
		return nil
	}
	if m.item != nil { // another than the last time, maybe
		m.bare.index = m.index
		m.bare.item = adapter{}.NativeToValue(withoutNulls(m.item.Value()))
	}
	return m.bare
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		left := make(map[string]any, len(v))
		for key, member := range v {
			if member != nil {
				left[key] = withoutNulls(member)
			}
		}
		return left
	case []any: // its nulls keep their places
		left := make([]any, len(v))
		for i, member := range v {
			left[i] = withoutNulls(member)
		}
		return left
	}
	return v
}

// readJSON reads a value. A schema registry's five bytes before it are passed
// over: no JSON begins with a zero.
func readJSON(value []byte) (any, *signals.Reject) {
	if len(value) > 5 && value[0] == 0 {
		value = value[5:]
	}
	if !utf8.Valid(value) {
		return nil, &signals.Reject{Reason: signals.InvalidUTF8, Detail: "the value is not UTF-8"}
	}
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return v, nil
		}
		err = fmt.Errorf("something follows the JSON")
	}
	if err == io.EOF {
		err = fmt.Errorf("the value is empty")
	}
	return nil, &signals.Reject{Reason: signals.Malformed, Detail: err.Error()}
}

// readCSV reads a row. A row of the columns' names is a header: nil.
func readCSV(c *Config, value []byte) (any, *signals.Reject) {
	if !utf8.Valid(value) {
		return nil, &signals.Reject{Reason: signals.InvalidUTF8, Detail: "the value is not UTF-8"}
	}
	r := csv.NewReader(bytes.NewReader(value))
	r.FieldsPerRecord = -1
	r.Comma = c.Comma()
	row, err := r.Read()
	if err == io.EOF {
		err = fmt.Errorf("the value is empty")
	}
	if err != nil {
		return nil, &signals.Reject{Reason: signals.Malformed, Detail: err.Error()}
	}
	if _, err := r.Read(); err != io.EOF {
		return nil, &signals.Reject{Reason: signals.Malformed, Detail: "one record is one row, and here is a second"}
	}
	if len(row) != len(c.Columns) {
		return nil, &signals.Reject{Reason: signals.Malformed, Detail: fmt.Sprintf("the row has %d columns, the mapping %d", len(row), len(c.Columns))}
	}
	cells, header := make(map[string]string, len(row)), true
	for i, name := range c.Columns {
		cell := strings.TrimSpace(row[i])
		cells[name] = cell
		header = header && cell == name
	}
	if header {
		return nil, nil
	}
	return cells, nil
}

// Comma is what stands between the columns of a row.
func (c *Config) Comma() rune {
	switch c.Delimiter {
	case "":
		return ','
	case `\t`:
		return '\t'
	}
	comma, _ := utf8.DecodeRuneInString(c.Delimiter)
	return comma
}

// adapter makes CEL values of what encoding/json reads. Whole numbers are ints
// (uints beyond 2^63), fractions doubles; a whole number that fits neither is
// left a text, so that a long id stays what it is.
type adapter struct{}

// NativeToValue implements types.Adapter.
func (a adapter) NativeToValue(v any) ref.Val {
	switch v := v.(type) {
	case map[string]any:
		return types.NewStringInterfaceMap(a, v)
	case []any:
		return types.NewDynamicList(a, v)
	case json.Number:
		return numberOf(string(v))
	case float32: // the number that was meant, and not its nearest double
		f, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
		return types.Double(f)
	}
	return types.DefaultTypeAdapter.NativeToValue(v)
}

func numberOf(text string) ref.Val {
	if strings.ContainsAny(text, ".eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return types.NewErr("%.40s is too large for a number", text)
		}
		return types.Double(f)
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return types.Int(i)
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return types.Uint(u)
	}
	return types.String(text)
}
