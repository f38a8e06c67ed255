package detector

import (
	"firstsign/detector/duplicates"
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
	known   *account // nil when Warm did not find it
}

// Decode reads a record. It needs no engine, so it may run on another
// goroutine while the engine applies earlier records.
func (d *Decoded) Decode(r *signals.Record) {
	d.Reject = d.decoder.Decode(r, &d.Interaction)
	if d.Reject == nil && len(d.Interaction.ID) > 0 {
		d.id = duplicates.IDOf(&d.Interaction)
	}
}

// Warm looks up the accounts of the records that are applied next. A single
// look-up spends most of its time waiting for memory. Independent look-ups wait
// at the same time.
func (e *Engine) Warm(block []Decoded) {
	for i := range block {
		d := &block[i]
		if d.known = nil; d.Reject == nil { // a rejected record has no valid Interaction
			d.known = e.index[string(d.Interaction.Account)]
		}
	}
	keys := 0
	for i := range block {
		if a := block[i].known; a != nil {
			keys += len(a.Keys) + int(a.closed)
		}
	}
	e.warmth = keys // keeps the compiler from removing the loop
}
