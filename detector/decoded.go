package detector

import (
	"sync"

	"github.com/cespare/xxhash/v2"

	"firstsign/detector/account"
	"firstsign/detector/duplicates"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// Decoded is a record that was decoded before its turn to be applied. The zero
// value is ready for Decode. It can be used again for other records, and then
// allocates nothing.
type Decoded struct {
	Interaction signals.Interaction // means nothing when Reject is set
	Reject      *signals.Reject     // why the record is none; nil when it is one

	decoder decode.Decoder
	id      duplicates.ID
	hash    uint64 // of the account's id

	// What Find found. It holds as long as the rules are those of ruling.
	known  *account.Account // nil when there is none yet
	rule   *series.Rule     // nil when the signal has another name
	day    signals.Day
	ruling int

	own, personal int // where Warm saw the series that it counts in, of the account and of the contact
}

// Decode reads a record. It needs no engine, so it may run on another
// goroutine while the engine applies earlier records.
func (d *Decoded) Decode(r *signals.Record) {
	d.known, d.rule, d.ruling = nil, nil, 0
	d.Reject = d.decoder.Decode(r, &d.Interaction)
	if d.Reject != nil {
		return
	}
	if d.hash = xxhash.Sum64(d.Interaction.Account); len(d.Interaction.ID) > 0 {
		d.id = duplicates.IDOf(&d.Interaction, d.hash)
	}
}

// finder is what Find shares with the goroutine that applies.
type finder struct {
	mu     sync.RWMutex  // is held to find, and to change the accounts there are or the rules
	zone   *signals.Zone // of Find alone: it remembers the day that it told last
	ruling int           // number of the rules in force, from 1 on
	likely []*account.Account
	warmth int // see Warm
}

// Find looks up the accounts, signals and days of records that were decoded. It may run on
// another goroutine while the engine applies earlier records; one at a time may run it.
func (e *Engine) Find(block []Decoded) {
	e.finder.mu.RLock()
	defer e.finder.mu.RUnlock()
	e.finder.readAhead(&e.index, block)
	for i := range block {
		d := &block[i]
		if d.Reject != nil {
			continue // it has no valid Interaction
		}
		d.known = e.index.get(d.Interaction.Account, d.hash)
		if id, ok := e.signals.Index[string(d.Interaction.Signal)]; ok && e.signals.Rules[id].On {
			d.rule, d.day, d.ruling = &e.signals.Rules[id], e.finder.zone.Day(d.Interaction.Time), e.finder.ruling
		}
	}
}

// readAhead reads what finding the accounts of a block will read, as Warm does of counting.
func (f *finder) readAhead(x *index, block []Decoded) {
	if x.used == 0 {
		return
	}
	sum := 0
	for i := range block {
		sum += int(x.first(block[i].hash).hash)
	}
	likely := f.likely[:0]
	for i := range block {
		if a := x.likely(block[i].hash); a != nil {
			likely = append(likely, a)
		}
	}
	for _, a := range likely {
		sum += len(a.ID)
	}
	for _, a := range likely {
		sum += touchText(a.ID)
	}
	f.likely, f.warmth = likely, sum
}

// touchText reads a text, which may be empty in a state that somebody else wrote.
func touchText(s string) int {
	if s == "" {
		return 0
	}
	return int(s[0])
}

// Warm reads what counting the records that are applied next will read. Counting mostly
// waits for memory, and each wait of one record tells the address of the next. The waits of
// different records overlap, so the block is passed once for each step; the shorter a
// pass's loop is, the more waits a core has in flight. Find must have seen the block.
func (e *Engine) Warm(block []Decoded) {
	w := e.warmer[:0]
	for i := range block {
		if d := &block[i]; d.isFound(e) {
			w = append(w, upcoming{account: d.known, rule: d.rule, day: d.day, record: i})
		}
	}
	sum := 0
	for i := range w {
		sum += w[i].account.Touch()
	}
	for i := range w {
		d := &block[w[i].record]
		sum += e.duplicates.Touch(w[i].day, d.id, w[i].rule.ID)
	}
	for i := range w {
		sum += w[i].account.TouchKeys()
	}
	for i := range w {
		sum += w[i].account.TouchContacts()
	}
	for i := range w {
		u, number := &w[i], uint8(0)
		d := &block[u.record]
		if contact := d.Interaction.Contact; len(contact) > 0 {
			u.contact, number = u.account.Expect(contact, u.rule.PerContact)
		}
		d.own, d.personal = u.account.Places(u.rule.ID, number)
		u.own, u.personal = u.account.Place(d.own), u.account.Place(d.personal)
	}
	for i := range w {
		sum += w[i].own.Touch() + w[i].personal.Touch()
	}
	for i := range w {
		if c := w[i].contact; c != nil {
			sum += touchText(c.ID)
		}
	}
	for i := range w {
		sum += w[i].own.TouchDay(w[i].day) + w[i].personal.TouchDay(w[i].day)
	}
	e.warmer, e.warmth = w, sum // the sum keeps the compiler from removing the loops
}

// upcoming is what Warm knows of a record.
type upcoming struct {
	account       *account.Account
	rule          *series.Rule
	contact       *relations.Contact // nil without one
	own, personal *series.Series
	day           signals.Day
	record        int // its place in the block
}

func (d *Decoded) isFound(e *Engine) bool { return d.known != nil && d.ruling == e.finder.ruling }

// WarmIDs is Warm of records of which only the ids are taken, by RestoreID.
func (e *Engine) WarmIDs(block []Decoded) {
	sum := 0
	for i := range block {
		if d := &block[i]; d.isFound(e) {
			sum += e.duplicates.Touch(d.day, d.id, d.rule.ID) + int(d.known.Since)
			if d.known.Listed != nil {
				sum++
			}
		}
	}
	e.warmth = sum
}
