package detector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
)

// saying reads signs from words that stand for what is said.
type saying struct{}

func (saying) Hash() string { return "saying" }

func (saying) Signs(in *signals.Interaction, list []signals.Sign) []signals.Sign {
	if len(in.Text) == 0 {
		return list
	}
	list = append(list, signals.Sign{Signal: "mood", Value: 0.25})
	for _, name := range []string{"ultimatum", "praise", "nobody listens to this", "mail", "visit"} {
		if bytes.Contains(in.Text, []byte(name)) {
			s := signals.Sign{Signal: name, Value: 1}
			for _, rival := range []string{"Northlink", "Telvora"} {
				if name == "praise" && bytes.Contains(in.Text, []byte(rival)) {
					s.Rival = rival
				}
			}
			list = append(list, s)
		}
	}
	return list
}

func readingRules() *Rules {
	r := testRules()
	r.Signals = append(r.Signals, series.Signal{Name: "ultimatum", Kind: series.Event}, series.Signal{Name: "praise", Kind: series.Event, PerContact: true})
	r.Patterns = []Pattern{{Name: "an ultimatum", Signal: "ultimatum", Days: 28}}
	r.Accounts = accounts.NewDirectory([]accounts.Account{
		{ID: "acme", Grade: accounts.Key, Contacts: []accounts.Contact{{ID: "li-wei", Key: true}, {ID: "wang"}}}})
	r.Reader = saying{}
	return r
}

// said is how often each signal of acme was counted, "praise/li-wei" for that
// of a contact.
func said(e *Engine) map[string]float64 {
	n := map[string]float64{}
	a := e.index.of("acme")
	for i := range a.Series {
		s := &a.Series[i]
		name := e.signals.Rules[s.Key.Signal].Name
		if s.Key.Contact > 0 {
			name += "/" + a.KeyContact(s.Key.Contact)
		}
		if s.Key.Ours {
			name += " (ours)"
		}
		for d := range series.RingDays {
			n[name] += float64(s.At(d))
		}
	}
	return n
}

func TestSigns(t *testing.T) {
	for name, tt := range map[string]struct {
		signal string
		more   []string
		want   map[string]float64
	}{
		"no text":                        {"mail", nil, map[string]float64{"mail": 1}},
		"a text":                         {"mail", []string{"text", "hello"}, map[string]float64{"mail": 1, "mood": 250}},
		"what we write says nothing":     {"mail", []string{"text", "ultimatum", "direction", "outbound"}, map[string]float64{"mail (ours)": 1}},
		"a key contact":                  {"call", []string{"text", "praise", "contact", "li-wei"}, map[string]float64{"call": 1, "mood": 250, "praise": 1, "praise/li-wei": 1}},
		"another contact":                {"call", []string{"text", "praise", "contact", "wang"}, map[string]float64{"call": 1, "mood": 250, "praise": 1}},
		"a signal that there is not":     {"call", []string{"text", "nobody listens to this"}, map[string]float64{"call": 1, "mood": 250}},
		"no sign of itself":              {"mail", []string{"text", "mail"}, map[string]float64{"mail": 1, "mood": 250}},
		"a sign of ours is none":         {"call", []string{"text", "visit"}, map[string]float64{"call": 1, "mood": 250}},
		"an event that says another one": {"ultimatum", []string{"text", "ultimatum, praise"}, map[string]float64{"ultimatum": 1, "mood": 250, "praise": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var l written
			l.tick(at(0, 0))
			l.event(at(0, 9), "acme", tt.signal, append(tt.more, "id", "1", "source", "crm")...)
			l.event(at(0, 10), "acme", tt.signal, append(tt.more, "id", "1", "source", "crm")...) // sent again
			e, _ := run(t, readingRules(), &l)
			got := said(e)
			if len(got) != len(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for name, n := range tt.want {
				if got[name] != n {
					t.Errorf("%s: %g, want %g", name, got[name], n)
				}
			}
		})
	}
}

// An ultimatum in a text raises at once, by its rule.
func TestSignsRaiseRules(t *testing.T) {
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", "mail", "text", "an ultimatum")
	_, found := run(t, readingRules(), &l)
	if got, want := ruled(found), []string{"0 raised an ultimatum 1 since 0"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// chatter writes 80 days of texts; what is of day 30 comes late when asked.
func chatter(late bool) *written {
	rng := rand.New(rand.NewPCG(4, 4))
	var l written
	send := func(t time.Time, n int) {
		text := []string{"hello", "praise of Northlink", "ultimatum", "praise of Telvora and an ultimatum"}[n%4]
		l.event(t, "acme", "mail", "text", text, "contact", []string{"li-wei", "wang"}[n%2])
	}
	var held func()
	for d := range 80 {
		l.tick(at(d, 0))
		n := rng.IntN(60)
		if d == 30 {
			n = 1 // praise
		}
		one := func() { send(at(d, 9), n) }
		switch {
		case d == 30 && late:
			held = one
		case n < 12 || d == 30:
			one()
		}
		if d == 45 && held != nil {
			held()
		}
	}
	l.tick(at(80, 0))
	return &l
}

// State and findings are a function of the log, texts and late texts included.
func TestSignsReplay(t *testing.T) {
	state := func(l *written) ([]byte, []finding.Finding) {
		e, found := run(t, readingRules(), l)
		a := e.index.of("acme")
		a.Next = 0 // the offsets of the two logs differ
		w := &series.Writer{}
		e.yardstick.Encode(w, a)
		return w.Bytes, found
	}
	once, found := state(chatter(false))
	again, foundAgain := state(chatter(false))
	if !bytes.Equal(once, again) || asText(found) != asText(foundAgain) || len(found) == 0 {
		t.Errorf("a replay gives another state or other findings (%d and %d)", len(found), len(foundAgain))
	}
	if late, _ := state(chatter(true)); !bytes.Equal(once, late) {
		t.Error("a text that came late leaves another state")
	}
}

func asText(found []finding.Finding) string {
	b, _ := json.Marshal(found)
	return string(b)
}

func TestSignsAllocateNothing(t *testing.T) {
	e := NewEngine(0, 1, readingRules())
	var l written
	l.tick(at(0, 0))
	for i := range 400 {
		l.event(at(0, 9), "acme", "mail", "text", "hello", "id", fmt.Sprint(i%3), "source", fmt.Sprint(i%2))
	}
	for i := range 50 {
		e.Apply(&l.records[i])
	}
	i := 50
	if allocs := testing.AllocsPerRun(300, func() {
		e.Apply(&l.records[i])
		i++
	}); allocs != 0 {
		t.Errorf("%g allocations an event", allocs)
	}
}
