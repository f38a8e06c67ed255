package decode

import (
	"bytes"
	"math"
	"testing"

	"pgregory.net/rapid"

	"firstsign/internal/identity"
	"firstsign/signals"
)

// roundTrip writes an interaction and reads it again.
func roundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, in *signals.Interaction) {
	t.Helper()
	written := signals.Append(nil, in)
	var d Decoder
	var back signals.Interaction
	if reject := d.DecodeValue(written, &back); reject != nil {
		t.Fatalf("%s: %v", written, reject)
	}
	same := in.Time == back.Time && math.Float64bits(in.Value) == math.Float64bits(back.Value) && len(in.Attributes) == len(back.Attributes)
	for i, s := range [][2][]byte{
		{in.Account, back.Account}, {in.Signal, back.Signal}, {in.ID, back.ID}, {in.Contact, back.Contact},
		{in.Source, back.Source}, {in.Text, back.Text},
	} {
		same = same && bytes.Equal(s[0], s[1])
		_ = i
	}
	for i := 0; same && i < len(in.Attributes); i++ {
		same = bytes.Equal(in.Attributes[i].Key, back.Attributes[i].Key) && bytes.Equal(in.Attributes[i].Value, back.Attributes[i].Value)
	}
	if !same {
		t.Fatalf("%+v became %+v by %s", in, back, written)
	}
}

func TestAppendRoundTrip(t *testing.T) {
	identifier := rapid.StringMatching(`[^\x00-\x1f\x7f-\x{9f}]{1,64}`)
	clean := rapid.Map(identifier, identity.CleanString).Filter(func(id string) bool { return id != "" })
	optional := rapid.OneOf(rapid.Just(""), identifier)
	rapid.Check(t, func(t *rapid.T) {
		in := signals.Interaction{
			Time:    rapid.Int64Range(0, pastSecond*1e9-1).Draw(t, "time"),
			Value:   rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "value"),
			Account: []byte(clean.Draw(t, "account")),
			Signal:  []byte(identifier.Draw(t, "signal")),
			ID:      []byte(optional.Draw(t, "id")),
			Contact: []byte(rapid.OneOf(rapid.Just(""), clean).Draw(t, "contact")),
			Source:  []byte(optional.Draw(t, "source")),
			Text:    []byte(rapid.String().Draw(t, "text")),
		}
		for key, value := range rapid.MapOfN(identifier, rapid.String(), 0, 5).Draw(t, "attributes") {
			in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte(key), Value: []byte(value)})
		}
		roundTrip(t, &in)
	})
}

// pastSecond is the first second that is too late to be kept: 2262-01-01.
const pastSecond = 9214646400
