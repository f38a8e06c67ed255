package history

import (
	"io"
	"strings"
	"testing"

	"firstsign/signals"
	"firstsign/signals/decode"
)

func TestPseudonymized(t *testing.T) {
	const text = `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call","contact":"li-wei","id":"1"}
{"time":"2026-03-02T09:31:11Z","account":"acme","signal":"call"}
not a line
`
	h, err := New(strings.NewReader(text), "h", Layout{})
	if err != nil {
		t.Fatal(err)
	}
	p := signals.NewPseudonyms([]byte("key"))
	s := Pseudonymized(h, p)
	line, err := s.Next()
	if err != nil {
		t.Fatal(err)
	}
	var in signals.Interaction
	if reject := new(decode.Decoder).DecodeValue(line.Value, &in); reject != nil || string(in.Contact) != p.Of("li-wei") || string(in.ID) != "1" || strings.Contains(string(line.Value), "li-wei") {
		t.Errorf("%s, %v", line.Value, reject)
	}
	if line, err = s.Next(); err != nil || string(line.Value) != strings.Split(text, "\n")[1] {
		t.Errorf("a line that names nobody became %s", line.Value)
	}
	if _, err = s.Next(); err == nil || err == io.EOF {
		t.Errorf("a bad line gave %v", err)
	}
}
