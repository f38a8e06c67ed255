package detector

import (
	"firstsign/detector/account"
	"firstsign/detector/duplicates"
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
	known   *account.Account // nil when Warm did not find it

	// What Warm hands on from one pass to the next.
	rule   *series.Rule // nil when there is nothing to read ahead
	day    signals.Day
	person uint8
}

// Decode reads a record. It needs no engine, so it may run on another
// goroutine while the engine applies earlier records.
func (d *Decoded) Decode(r *signals.Record) {
	d.Reject = d.decoder.Decode(r, &d.Interaction)
	if d.Reject == nil && len(d.Interaction.ID) > 0 {
		d.id = duplicates.IDOf(&d.Interaction)
	}
}

// Warm looks up the accounts of the records that are applied next, and reads what
// counting them will read. Counting mostly waits for memory, and each wait of one
// record tells the address of the next. The waits of different records overlap, so
// the block is passed once for each step. It changes nothing but the block.
func (e *Engine) Warm(block []Decoded) {
	sum := e.find(block)
	for i := range block {
		if d := &block[i]; d.rule != nil {
			sum += d.known.Touch()
		}
	}
	for i := range block {
		if d := &block[i]; d.rule != nil {
			sum += d.known.TouchContacts(d.rule.PerContact)
		}
	}
	for i := range block {
		if d := &block[i]; d.rule != nil {
			d.person = 0
			if d.rule.PerContact {
				d.person = d.known.NumberOf(d.Interaction.Contact)
			}
			sum += d.known.TouchContactIDs() + d.known.TouchSeries(d.rule.ID, d.person)
		}
	}
	for i := range block {
		if d := &block[i]; d.rule != nil {
			sum += d.known.TouchDay(d.rule.ID, d.person, d.day)
		}
	}
	e.warmth = sum // keeps the compiler from removing the loops
}

// WarmIDs is Warm of records of which only the ids are taken, by RestoreID.
func (e *Engine) WarmIDs(block []Decoded) { e.warmth = e.find(block) }

// find looks up the accounts of a block, and reads the places of the ids.
func (e *Engine) find(block []Decoded) (sum int) {
	for i := range block {
		d := &block[i]
		if d.known, d.rule = nil, nil; d.Reject != nil {
			continue // it has no valid Interaction
		}
		d.known = e.index[string(d.Interaction.Account)]
		if id, ok := e.signals.Index[string(d.Interaction.Signal)]; ok && d.known != nil {
			d.rule, d.day = &e.signals.Rules[id], e.zone.Day(d.Interaction.Time)
			sum += e.duplicates.Touch(d.day, d.id, id)
		}
	}
	return sum
}
