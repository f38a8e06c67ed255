package detector

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// manyKinds is a log of 30 days with all that Warm meets: contacts, ids that repeat,
// former ids of accounts, other spellings of signals, late records, unknown signals and
// accounts, and what is no record.
func manyKinds() *written {
	rng := rand.New(rand.NewPCG(3, 5))
	ids := []string{"acme", "shop", "firm", "acme", "shop", "former", "nobody-lists-it"}
	names := []string{"call", "call", "Call", "mail", "mood", "spend", "visit", "forwarding", "dance"}
	var l written
	l.tick(at(0, 0))
	for d := range 30 {
		for range 60 {
			day := max(0, d-rng.IntN(8)/6)
			more := []string{"source", []string{"pbx", "erp"}[rng.IntN(2)], "direction", []string{"inbound", "outbound", "internal"}[rng.IntN(3)]}
			if rng.IntN(4) > 0 {
				more = append(more, "id", fmt.Sprint(rng.IntN(8)))
			}
			if rng.IntN(3) > 0 {
				more = append(more, "contact", []string{"li-wei", "zhang", "o'neil"}[rng.IntN(3)])
			}
			l.event(at(day, 9), ids[rng.IntN(len(ids))], names[rng.IntN(len(names))], more...)
		}
		l.add(signals.Record{Key: []byte("acme"), Value: []byte(`{"time":`)})
		l.tick(at(d+1, 0))
	}
	return &l
}

// Records that were decoded, found and warmed before their turn leave behind what Apply
// does, also where rules change while others are found.
func TestWarmChangesNothing(t *testing.T) {
	builder := new(accounts.Builder)
	builder.ReadAliases([]byte("old,new\nformer,firm\n"), "aliases.csv")
	rules := testRules()
	rules.Signals[0].PerContact = true
	rules.Accounts = accounts.NewDirectory([]accounts.Account{
		{ID: "acme", Contacts: []accounts.Contact{{ID: "li-wei", Key: true}, {ID: "zhang", Key: true}}}, {ID: "shop"}, {ID: "firm"},
	})
	rules.Aliases = builder.Aliases()
	fewer := *rules
	fewer.Signals = append(slices.Clone(rules.Signals[2:]), series.Signal{Name: "dance"})
	fewer.Aliases, fewer.Hash = nil, "fewer"

	l := manyKinds()
	const block = 50
	decodeInto := func(e *Engine, blocks chan<- []Decoded, find bool) {
		for some := range slices.Chunk(l.records, block) {
			decoded := make([]Decoded, len(some))
			for k := range some {
				decoded[k].Decode(&some[k])
			}
			if find {
				e.Find(decoded)
			}
			blocks <- decoded
		}
	}
	var kept [2]shelf
	var rejects [2][]string
	for way := range kept {
		e := NewEngine(0, 1, rules)
		blocks := make(chan []Decoded, 2)
		go decodeInto(e, blocks, way == 1) // beside what is applied
		var decoded []Decoded
		for i := range l.records {
			if i%block == 0 {
				if decoded = <-blocks; way == 1 {
					e.Warm(decoded)
				}
			}
			switch i {
			case 775:
				e.SetRules(&fewer)
			case 1240:
				e.SetRules(rules)
			}
			var d *Decoded
			if way == 1 {
				d = &decoded[i%block]
			}
			if reject := e.ApplyDecoded(&l.records[i], d); reject != nil {
				rejects[way] = append(rejects[way], fmt.Sprint(i, reject))
			}
		}
		kept[way].accounts = map[string][]byte{}
		err := e.Commit(2, 0, 0, func(c *Changes) error {
			kept[way].take(c)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := e.Stats(); s.Duplicates == 0 || s.Late == 0 || s.Internal == 0 || s.Accounts != 3 {
			t.Errorf("the log holds too little: %+v", s)
		}
	}
	if !slices.Equal(rejects[0], rejects[1]) || len(rejects[0]) < 100 {
		t.Errorf("%d records were rejected, %d when warmed", len(rejects[0]), len(rejects[1]))
	}
	if !maps.EqualFunc(kept[0].accounts, kept[1].accounts, bytes.Equal) || !bytes.Equal(kept[0].position.Log, kept[1].position.Log) || !bytes.Equal(kept[0].portfolio, kept[1].portfolio) {
		t.Error("the states differ")
	}
	if !slices.Equal(kept[0].findings, kept[1].findings) {
		t.Errorf("findings %q, when warmed %q", kept[0].findings, kept[1].findings)
	}
}

// A state that somebody else wrote may hold a person without an id. Reading ahead for a
// person with the same tag is no reason to panic.
func TestWarmOfNobody(t *testing.T) {
	e := NewEngine(0, 1, testRules())
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "call")
	contact := ""
	for i := 0; contact == "" || relations.TagOf([]byte(contact)) != relations.TagOf(nil); i++ {
		contact = fmt.Sprint("person-", i)
	}
	l.event(at(0, 10), "acme", "call", "contact", contact)
	e.Apply(&l.records[0])
	e.Apply(&l.records[1])
	e.index.of("acme").Meet(nil, dayN(0), e.closed, 1, false)
	block := make([]Decoded, 1)
	block[0].Decode(&l.records[2])
	e.Find(block)
	e.Warm(block)
	if reject := e.ApplyDecoded(&l.records[2], &block[0]); reject != nil || len(e.index.of("acme").Contacts()) != 2 {
		t.Errorf("%v, %d people", reject, len(e.index.of("acme").Contacts()))
	}
}
