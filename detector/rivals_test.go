package detector

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"firstsign/detector/account"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
)

// The state knows which competitors were named in the judged days, and when last. A name lives
// as long as the day on which it was said.
func TestRivalsAreKept(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	for d := range 100 {
		switch d {
		case 10, 30:
			l.event(at(d, 9), "acme", "mail", "text", "praise of Northlink")
		case 20:
			l.event(at(d, 9), "acme", "praise", "text", "praise of Telvora") // no sign of itself, and yet named
		case 25:
			l.event(at(d, 9), "acme", "mail", "text", "praise of somebody")
		case 40:
			l.event(at(d, 9), "acme", "mail", "text", "praise of Telvora", "direction", "outbound") // ours
		}
		l.event(at(d, 10), "acme", "call")
		l.tick(at(d+1, 0))
	}
	for closed, want := range map[int][]NamedRival{
		9:  nil,
		39: {{Name: "Northlink", Last: dayN(30)}, {Name: "Telvora", Last: dayN(20)}},
		76: {{Name: "Northlink", Last: dayN(30)}}, // day 20 has left the ring
		99: nil,
	} {
		some := written{}
		for _, r := range l.records {
			if some.records = append(some.records, r); string(r.Value) == string(tickAt(0, at(closed+1, 0)).Value) {
				break
			}
		}
		e, _ := run(t, readingRules(), &some)
		w := &series.Writer{}
		e.yardstick.Encode(w, e.index.of("acme"))
		fresh := NewEngine(0, 1, readingRules())
		if err := fresh.RestoreAccount(AccountState{ID: "acme", State: w.Bytes}); err != nil {
			t.Fatal(err)
		}
		for _, e := range []*Engine{e, fresh} {
			if x, _ := e.Inspect("acme", 0); !reflect.DeepEqual(x.Rivals, want) {
				t.Errorf("after day %d: %v, want %v", closed, x.Rivals, want)
			}
		}
	}
}

// An alert about praise has the name, on arrival too. Of a person it has it only when nobody
// else of the account praised one.
func TestAlertsNameTheRival(t *testing.T) {
	for name, c := range map[string]struct {
		said          [][2]string // who, and what
		arrival, want string      // "contact rival" on arrival of the first, and at the end
	}{
		"one person":             {[][2]string{{"li-wei", "praise of Northlink"}}, "li-wei Northlink", "li-wei Northlink"},
		"not named":              {[][2]string{{"li-wei", "praise"}}, "li-wei ", "li-wei "},
		"two competitors":        {[][2]string{{"li-wei", "praise of Telvora"}, {"li-wei", "praise of Northlink"}}, "li-wei Telvora", "li-wei Northlink / Telvora"},
		"somebody else named it": {[][2]string{{"li-wei", "praise"}, {"wang", "praise of Northlink"}}, "li-wei ", " Northlink"},
	} {
		rules := readingRules()
		rules.Patterns = []Pattern{{Name: "praise", Signal: "praise", Days: 28}}
		var l written
		l.tick(at(0, 0))
		for d := range 60 {
			l.event(at(d, 9), "acme", "call", "contact", "li-wei")
			l.tick(at(d+1, 0))
		}
		for i, s := range c.said {
			l.event(at(60, float64(9+i)), "acme", "mail", "contact", s[0], "text", s[1])
		}
		l.tick(at(61, 0))
		e, found := run(t, rules, &l)
		x, _ := e.Inspect("acme", 0)
		for want, reasons := range map[*string][]finding.Reason{&c.arrival: found[0].Reasons, &c.want: x.Reasons} {
			if !slices.ContainsFunc(reasons, func(r finding.Reason) bool {
				return r.Signal == "praise" && r.Contact+" "+r.Rival == *want
			}) {
				t.Errorf("%s: %+v, want %q", name, reasons, *want)
			}
		}
	}
}

// Of an account that names many competitors the newest are kept.
func TestManyRivals(t *testing.T) {
	a, table := account.New([]byte("acme"), 0, 0), &NewEngine(0, 1, readingRules()).signals
	for i := range 20 {
		a.SetRivals(a.Rivals().Note(fmt.Sprint("rival ", i), 0, dayN(i), table))
		a.SetRivals(a.Rivals().Note(fmt.Sprint("rival ", i), 0, dayN(i)-5, table)) // late
	}
	list := a.Rivals().ByName()
	if len(list) != 8 || list[0] != (NamedRival{Name: "rival 12", Last: dayN(12)}) {
		t.Errorf("%v", list)
	}
	if a.SetRivals(a.Rivals().Pass(dayN(99))); a.Rivals() != nil {
		t.Errorf("%v", a.Rivals())
	}
}

// Which of many competitors of one day is forgotten does not depend on whether the state was
// read back in between: a replay must give the same bytes.
func TestManyRivalsOfOneDay(t *testing.T) {
	e := NewEngine(0, 1, readingRules())
	table := &e.signals
	praise := table.Index["praise"]
	encoded := func(l relations.Rivals) []byte {
		w := &series.Writer{}
		l.Encode(w, table)
		return w.Bytes
	}
	var kept, read relations.Rivals
	for i := range 12 {
		name := fmt.Sprint("rival ", (i*5)%12)
		kept = kept.Note(name, praise, dayN(1), table)
		read = relations.DecodeRivals(&series.Reader{Rest: encoded(read)}, table).Note(name, praise, dayN(1), table)
	}
	if !slices.Equal(encoded(kept), encoded(read)) {
		t.Errorf("kept %v, read back %v", kept, read)
	}
	if late := kept.Note("late", praise, dayN(0), table); slices.ContainsFunc(late, func(r NamedRival) bool { return r.Name == "late" }) {
		t.Errorf("one of an earlier day took the place of a newer one: %v", late)
	}
}
