package app

import (
	"testing"

	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/mapping"
)

// What is mapped holds no text and no person's own id, as what load writes.
func TestMappedRecordsAreVeiled(t *testing.T) {
	c := config.Default()
	c.Pseudonyms = signals.NewPseudonyms([]byte("key"))
	c.Words.Competitors = []string{"Northlink"}
	c.Mappings = []mapping.Config{{Name: "crm", Topic: "crm", Account: "msg.a", Signal: `"message"`, Contact: "msg.p", Text: "msg.t"}}
	m, err := MappedBy(c)
	if err != nil {
		t.Fatal(err)
	}
	all := Mappings{}
	all.now.Store(m)
	r := &signals.Record{Time: 1772415011e9, Value: []byte(`{"a":"acme","p":"li-wei","t":"Northlink has sent us an offer. Match it or we walk."}`)}
	got := all.Mapper().Map(mapping.Origin{Topic: "crm"}, r)
	if len(got) != 1 || got[0].Reject != nil {
		t.Fatalf("%+v", got)
	}
	var in signals.Interaction
	if reject := new(decode.Decoder).DecodeValue(got[0].Value, &in); reject != nil {
		t.Fatal(reject)
	}
	if string(in.Contact) != c.Pseudonyms.Of("li-wei") || in.Text != nil || string(in.Attribute("words")) != "competitor_offer,ultimatum" {
		t.Errorf("%s", got[0].Value)
	}
}
