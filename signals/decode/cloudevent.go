package decode

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"unicode/utf8"

	"firstsign/internal/identity"
	"firstsign/signals"
)

// CloudEvents 1.0, JSON format and Kafka protocol binding. Data is the object
// of the contract; what it lacks comes from the event's own attributes:
//
//	time     time
//	account  subject, and without one the record's key
//	signal   the part of type after its last dot
//	id       id
//	source   source
//
// An attribute that is not needed is not judged. Extensions are passed over.

// mode is how a record carries its interaction.
type mode uint8

const (
	plainRecord mode = iota
	structuredEvent
	binaryEvent
	foreignEvent // a CloudEvent in a batch or in another format than JSON
)

// event is the attributes of a CloudEvent that matter. Nil is absent.
type event struct {
	version, id, source, kind, subject, time, contentType []byte
	base64                                                []byte
	data                                                  bool
}

// attribute returns where an attribute is kept, nil for one that is not.
func (e *event) attribute(name []byte) *[]byte {
	switch string(name) {
	case "specversion":
		return &e.version
	case "id":
		return &e.id
	case "source":
		return &e.source
	case "type":
		return &e.kind
	case "subject":
		return &e.subject
	case "time":
		return &e.time
	case "datacontenttype":
		return &e.contentType
	case "data_base64":
		return &e.base64
	}
	return nil
}

// longestHeader is as long as the longest header that is kept, ce_specversion.
const longestHeader = 14

// headerName is the name of a header in lower case, with ce_ for the ce- of the HTTP
// binding: gateways and clients write both, in any case. It is empty for names
// that are none of ours.
func headerName(key string, buffer *[longestHeader]byte) []byte {
	if len(key) > longestHeader || len(key) < len("ce_id") || key[0]|0x20 != 'c' {
		return nil
	}
	for i := range len(key) {
		if buffer[i] = key[i]; 'A' <= key[i] && key[i] <= 'Z' {
			buffer[i] |= 0x20
		}
	}
	if buffer[1] == 'e' && buffer[2] == '-' {
		buffer[2] = '_'
	}
	return buffer[:len(key)]
}

// header is attribute for a header of binary mode.
func (e *event) header(key string) *[]byte {
	var buffer [longestHeader]byte
	switch string(headerName(key, &buffer)) {
	case "ce_specversion":
		return &e.version
	case "ce_id":
		return &e.id
	case "ce_source":
		return &e.source
	case "ce_type":
		return &e.kind
	case "ce_subject":
		return &e.subject
	case "ce_time":
		return &e.time
	case "content-type":
		return &e.contentType
	}
	return nil
}

// modeOf tells by the headers how to read the value. The content type goes
// first, as in the Kafka protocol binding.
func modeOf(headers []signals.Header) mode {
	found := plainRecord
	var buffer [longestHeader]byte
	for i := range headers {
		switch string(headerName(headers[i].Key, &buffer)) {
		case "content-type":
			const prefix = "application/cloudevents"
			switch t := mediaType(headers[i].Value); {
			case foldEqual(t, "application/cloudevents+json"):
				return structuredEvent
			case len(t) >= len(prefix) && foldEqual(t[:len(prefix)], prefix):
				return foreignEvent
			}
		case "ce_specversion":
			found = binaryEvent
		}
	}
	return found
}

// mediaType is a content type without its parameters.
func mediaType(s []byte) []byte {
	if i := bytes.IndexByte(s, ';'); i >= 0 {
		s = s[:i]
	}
	return bytes.TrimSpace(s)
}

func foldEqual(s []byte, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i, c := range s {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// isJSONType reports whether data of this content type is JSON.
func isJSONType(s []byte) bool {
	t := mediaType(s)
	return foldEqual(t, "application/json") || foldEqual(t, "text/json") ||
		len(t) > 5 && foldEqual(t[len(t)-5:], "+json")
}

// isEvent tells whether the text that failed as a plain record is a CloudEvent.
func (d *Decoder) isEvent() bool {
	if d.lex.reason == signals.Malformed || d.lex.reason == signals.InvalidUTF8 {
		return false
	}
	l := lexer{b: d.lex.b}
	l.space()
	if l.peek() != '{' {
		return false
	}
	l.i++
	for key := l.member(true); key != nil; key = l.member(false) {
		if string(key) == "specversion" {
			return true
		}
		if !l.skip(1) {
			return false
		}
	}
	return false
}

// cloudEvent reads a record that is a CloudEvent.
func (d *Decoder) cloudEvent(r *signals.Record, in *signals.Interaction) *signals.Reject {
	d.event = event{}
	switch d.mode {
	case foreignEvent:
		return &signals.Reject{Reason: signals.BadEnvelope, Detail: "a batch of CloudEvents, or one in another format than JSON"}
	case binaryEvent:
		for i := range r.Headers {
			if reject := d.event.set(&r.Headers[i]); reject != nil {
				return reject
			}
		}
		d.event.data = len(r.Value) > 0
		if d.event.data && isJSONType(d.contentType()) && !d.plain(in) {
			return d.lex.reject()
		}
	default:
		d.lex.space()
		if !d.structured(in) || !d.lex.end() {
			return d.lex.reject()
		}
	}
	if reject := d.event.check(); reject != nil {
		return reject
	}
	if reject := d.decodeBase64(in); reject != nil {
		return reject
	}
	return d.complete(in, r.Key)
}

// set keeps a header when it is an attribute of the event.
func (e *event) set(h *signals.Header) *signals.Reject {
	at := e.header(h.Key)
	if at == nil {
		return nil
	}
	if *at != nil {
		return &signals.Reject{Reason: signals.DuplicateField, Detail: "the header " + h.Key + " stands twice"}
	}
	if *at = h.Value; h.Value == nil {
		*at = []byte{}
	}
	return nil
}

// contentType of the data; JSON when the event does not say.
func (d *Decoder) contentType() []byte {
	if len(d.event.contentType) == 0 {
		return applicationJSON
	}
	return d.event.contentType
}

var applicationJSON = []byte("application/json")

// structured reads the object of a CloudEvent in structured mode.
func (d *Decoder) structured(in *signals.Interaction) bool {
	l, e := &d.lex, &d.event
	if l.peek() != '{' {
		return l.mismatch("an object")
	}
	l.i++
	for key := l.member(true); key != nil; key = l.member(false) {
		l.field = key
		if string(key) == "data" {
			if !d.structuredData(in) {
				return false
			}
			continue
		}
		if !l.once(e.attribute(key)) {
			return false
		}
	}
	return l.reason == ""
}

// once reads a string or null that may stand once, or anything when it is not
// kept. To is nil until it was read.
func (l *lexer) once(to *[]byte) bool {
	switch {
	case to == nil:
		return l.skip(1)
	case *to != nil:
		return l.fail(signals.DuplicateField, l.i, "the field stands twice")
	case l.peek() == 'n':
		*to = l.b[l.i:l.i:l.i]
		return l.literal("null")
	default:
		return l.text(to)
	}
}

// structuredData reads the value of "data".
func (d *Decoder) structuredData(in *signals.Interaction) bool {
	l := &d.lex
	if d.event.data {
		return l.fail(signals.DuplicateField, l.i, "the field stands twice")
	}
	if l.peek() == 'n' {
		return l.literal("null")
	}
	d.event.data = true
	if len(d.event.contentType) > 0 && !isJSONType(d.event.contentType) {
		return l.skip(1) // check rejects it by its type
	}
	return d.object(in, 1)
}

// check looks for what every CloudEvent must have.
func (e *event) check() *signals.Reject {
	detail := ""
	switch {
	case len(e.version) == 0:
		detail = "the event has no specversion"
	case string(e.version) != "1.0":
		detail = fmt.Sprintf("specversion is %.40q, not 1.0", e.version)
	case len(e.id) == 0:
		detail = "the event has no id"
	case len(e.source) == 0:
		detail = "the event has no source"
	case len(e.kind) == 0:
		detail = "the event has no type"
	case e.data && len(e.base64) > 0:
		detail = "the event has data and data_base64"
	case (e.data || len(e.base64) > 0) && len(e.contentType) > 0 && !isJSONType(e.contentType):
		detail = fmt.Sprintf("datacontenttype is %.80q: only JSON is read", e.contentType)
	default:
		return nil
	}
	return &signals.Reject{Reason: signals.BadEnvelope, Detail: detail}
}

// decodeBase64 reads the data of an event that carries it as bytes.
func (d *Decoder) decodeBase64(in *signals.Interaction) *signals.Reject {
	if len(d.event.base64) == 0 {
		return nil
	}
	var err error
	d.base64, err = base64.StdEncoding.AppendDecode(d.base64[:0], d.event.base64)
	if err != nil {
		return &signals.Reject{Reason: signals.Malformed, Detail: "data_base64: " + err.Error()}
	}
	d.lex.reset(d.base64)
	d.lex.inside = "inside data_base64, "
	if !d.plain(in) {
		return d.lex.reject()
	}
	return nil
}

// complete takes from the event what its data lacks.
func (d *Decoder) complete(in *signals.Interaction, key []byte) *signals.Reject {
	e := &d.event
	if !d.timed && len(e.time) > 0 {
		var wrong string
		if in.Time, wrong = signals.ParseTime(e.time); wrong != "" {
			return &signals.Reject{Reason: signals.BadTime, Detail: "the event's time: " + wrong}
		}
		d.timed = true
	}
	account, field := e.subject, "the event's subject"
	if len(account) == 0 {
		account, field = key, "the record's key"
	}
	account, d.lex.scratch = identity.Clean(account, d.lex.scratch)
	if reject := adopt(&in.Account, account, field); reject != nil {
		return reject
	}
	signal := e.kind[bytes.LastIndexByte(e.kind, '.')+1:]
	if reject := adopt(&in.Signal, signal, "the end of the event's type"); reject != nil {
		return reject
	}
	if reject := adopt(&in.ID, e.id, "the event's id"); reject != nil {
		return reject
	}
	if reject := adopt(&in.Source, e.source, "the event's source"); reject != nil {
		return reject
	}
	return missing(in, d.timed)
}

// adopt fills an empty identifier.
func adopt(to *[]byte, s []byte, name string) *signals.Reject {
	if len(*to) > 0 {
		return nil
	}
	*to = s
	switch {
	case len(s) > MaxIdentifier:
		return &signals.Reject{Reason: signals.FieldTooLong, Detail: name + " is longer than 256 bytes"}
	case !utf8.Valid(s):
		return &signals.Reject{Reason: signals.InvalidUTF8, Detail: name + " is not UTF-8"}
	case controlled(s):
		return &signals.Reject{Reason: signals.WrongType, Detail: name + " has a control character"}
	}
	return nil
}
