package detector

import (
	"fmt"

	"firstsign/detector/series"
)

// encodeLog is everything about the partition as a whole: where it stands in
// time, what it must remember, and the summary of the last close.
func (e *Engine) encodeLog() []byte {
	w := &series.Writer{}
	w.Byte(series.StateVersion)
	w.Int(e.next)
	w.Int(e.now)
	w.Bool(e.started)
	w.Bool(e.signed)
	w.Day(e.closed)
	w.Int(e.tickedAt)
	w.Text(e.load)
	w.Day(e.blindFrom)
	w.Int(e.RestoreIDsFrom())
	w.Uint(uint64(len(e.blind)))
	for _, b := range e.blind {
		w.Day(b.from)
		w.Day(b.to)
	}
	e.duplicates.Encode(w)
	e.sources.Encode(w)
	e.misrouted.Encode(w)
	e.sources.EncodeAnswers(w)
	e.strangers.Encode(w)
	w.Bool(e.summary != nil)
	if e.summary != nil {
		e.summary.encode(w)
	}
	return w.Bytes
}

func (e *Engine) decodeLog(b []byte) error {
	r := &series.Reader{Rest: b}
	version := r.Version()
	e.next = r.Int()
	e.now = r.Int()
	e.started = r.Bool()
	e.signed = r.Bool()
	e.closed = r.Day()
	e.tickedAt = r.Int()
	e.load = r.Text()
	e.blindFrom = r.Day()
	e.idsFrom = r.Int()
	for range r.Count(2) {
		e.blind = append(e.blind, span{r.Day(), r.Day()})
	}
	e.duplicates.Decode(r)
	e.sources.Decode(r)
	e.misrouted.Decode(r)
	e.sources.DecodeAnswers(r)
	if version >= idsVersion {
		e.strangers.Decode(r)
	}
	var p *summary
	if r.Bool() {
		p = decodeSummary(r, version)
	}
	if err := r.End(); err != nil {
		return err
	}
	if p != nil {
		e.judgeBy(p)
	}
	return nil
}

// encode is Changes.Portfolio: the closes since the last complete
// commit.
func (cs dayCloses) encode() []byte {
	w := &series.Writer{}
	w.Byte(series.StateVersion)
	w.Uint(uint64(len(cs)))
	for i := range cs {
		w.Int(cs[i].offset)
		cs[i].summary.encode(w)
	}
	return w.Bytes
}

// decode reads those that a replay from next may meet.
func (cs *dayCloses) decode(b []byte, next int64) error {
	r := &series.Reader{Rest: b}
	version := r.Version()
	for range r.Count(12) {
		c := dayClose{offset: r.Int(), summary: decodeSummary(r, version)}
		if c.offset >= next {
			*cs = append(*cs, c)
		}
	}
	return r.End()
}

// Restore rebuilds what is kept of the partition as a whole, before the
// accounts and before any Apply. A nil pos is a fresh partition; it can have
// accounts and a portfolio all the same, of a first commit that broke off.
func (e *Engine) Restore(pos *Position, portfolio []byte) error {
	if pos != nil {
		if err := e.decodeLog(pos.Log); err != nil {
			return fmt.Errorf("log position: %w", err)
		}
		e.next = pos.Next
	}
	if portfolio != nil {
		if err := e.dayCloses.decode(portfolio, e.next); err != nil {
			return fmt.Errorf("portfolio: %w", err)
		}
	}
	return nil
}
