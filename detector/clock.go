package detector

import (
	"firstsign/detector/series"
	"firstsign/signals"
	"firstsign/signals/decode"
)

const (
	none = int64(-1)

	oneDay = 24 * 60 * 60 * 1e9 // Unix nanoseconds
)

// clock is where the partition stands in its log and in time.
type clock struct {
	next     int64
	now      int64       // Unix ns of the newest accepted tick, or event in history mode
	started  bool        // closed means something
	closed   signals.Day // last closed day
	signed   bool        // a control record with a good signature was read
	tickedAt int64       // offset of the first tick that counted; none in history mode

	load      string      // id of the load that is going on
	blindFrom signals.Day // the days from here to the next tick's are blind; noDay otherwise
	blind     []span
	idsFrom   int64 // RestoreIDsFrom as it was stored; RestoreID makes it true again
}

// span is a range of days, both ends included.
type span struct{ from, to signals.Day }

// Clock is the Unix time in nanoseconds of the newest accepted tick, or of
// the newest event in history mode; 0 when there is none yet.
func (c *clock) Clock() int64 { return c.now }

// Ticked is false in history mode: no tick was seen in this log.
func (c *clock) Ticked() bool { return c.ticked() }

func (c *clock) ticked() bool { return c.tickedAt >= 0 }

// OpenLoad is the id of the load that has begun and not ended; empty when there is none.
// Only its ticks move the clock.
func (c *clock) OpenLoad() string { return c.load }

// control acts on a control record. What does not count (an old tick, a
// tick of a load that is over) changes nothing.
func (e *Engine) control(c *signals.Control, r *signals.Record) *signals.Reject {
	if reject := e.rules.Authority.Doubt(e.partition, r, c, &e.signed, e.rules.ClockSkew); reject != nil {
		return reject
	}
	offset := r.Offset
	switch c.Kind {
	case signals.Tick:
		e.tick(c, offset)
	case signals.LoadBegin:
		e.loadBegin(c, offset)
	case signals.LoadEnd:
		if c.Load == e.load {
			e.load = ""
			e.goBlind()
		}
	case signals.Heartbeat:
		e.heartbeat(c)
	case signals.Feedback:
		e.feedback(c, offset)
	case signals.Erase:
		e.erase(c, offset)
	}
	return nil
}

// tick moves the clock. Only ticks close days, so a stalled log never looks
// like a silent account: its ticks stall as well.
func (e *Engine) tick(c *signals.Control, offset int64) {
	if c.Load != e.load || e.started && c.Time < e.now && e.ticked() {
		return
	}
	if !e.ticked() {
		e.tickedAt = offset
	}
	if e.blindFrom != series.NoDay {
		e.addBlind(e.blindFrom, e.zone.Day(c.Time))
		e.blindFrom = series.NoDay
	}
	e.advance(c.Time, offset)
}

// loadBegin lets only a load's own ticks count, unless its history begins
// before our clock: its events are then too old by themselves. Of two loads that begin
// at once the first counts; the second sees that, and ends.
func (e *Engine) loadBegin(c *signals.Control, offset int64) {
	begin := e.zone.Day(c.Time)
	if e.load != "" || e.started && begin < e.zone.Day(e.now) {
		return
	}
	if e.blindFrom != series.NoDay {
		e.addBlind(e.blindFrom, begin-1)
		e.blindFrom = series.NoDay
	}
	e.load = c.Load
	if !e.ticked() {
		e.tickedAt = offset
	}
	if !e.started {
		e.advance(c.Time, offset)
	}
}

// goBlind makes the days that are not closed yet blind, up to the day of the
// next tick: nobody wrote down what happened in them.
func (c *clock) goBlind() {
	if c.started && c.blindFrom == series.NoDay {
		c.blindFrom = c.closed + 1
	}
}

// SkipLost moves Next over records that were removed before they were read. The
// days from then to the next tick are blind.
func (e *Engine) SkipLost(next int64) {
	e.next = max(e.next, next)
	e.load = ""
	e.goBlind()
}

// addBlind makes days blind and forgets those that nobody sees any more.
func (c *clock) addBlind(from, to signals.Day) {
	if to < from {
		return
	}
	c.blind = append(c.blind, span{from, to})
	for len(c.blind) > 0 && c.blind[0].to < c.closed-series.JudgedDays {
		c.blind = c.blind[1:]
	}
}

// blindness has bit i set when day lo+i is blind.
func (c *clock) blindness(lo signals.Day) (mask uint64) {
	for _, b := range c.blind {
		for d := max(b.from, lo); d <= min(b.to, lo+series.ViewDays-1); d++ {
			mask |= 1 << (d - lo)
		}
	}
	return mask
}

// history moves the clock by events: before the first tick of a log nothing
// else tells the time. An event that claims to be more than a day ahead of
// when the log took it cannot be trusted to.
func (e *Engine) history(o *observation, r *signals.Record) *signals.Reject {
	if r.Time > 0 && o.in.Time > r.Time+oneDay {
		return &signals.Reject{Reason: signals.TooFarAhead, Detail: "more than a day after the record's own time"}
	}
	if o.in.Time > e.now || !e.started {
		e.advance(o.in.Time, o.offset)
	}
	return nil
}

// advance moves the clock and closes the days that are due.
func (e *Engine) advance(now, offset int64) {
	e.now = max(e.now, now)
	due := e.zone.Day(e.now-e.rules.lateness()) - 1
	if !e.started {
		e.started, e.closed = true, due
		e.duplicates.Closed(due, offset)
		return
	}
	if due <= e.closed {
		return
	}
	for e.closed < due {
		e.close(e.closed+1, offset)
	}
	e.duplicates.Closed(due, offset)
}

func (e *Engine) heartbeat(c *signals.Control) {
	d := e.zone.Day(c.Time)
	if e.started && (d > e.closed+series.ForwardDays || d <= e.closed-series.JudgedDays) {
		return
	}
	if !e.started {
		e.sources.Intern(c.Source)
		return
	}
	e.sources.Beat(c.Source, d)
}

// RestoreIDsFrom is the first offset whose ids must be read again after Restore,
// so that duplicates of the days of the ring are known; Next when there is none.
func (e *Engine) RestoreIDsFrom() int64 {
	if e.idsFrom != none {
		return e.idsFrom
	}
	return e.duplicates.From(e.next)
}

// neverCounted tells of a record that is read again that it did not count when it
// came: by the clock or the rules of then, or because nothing of its account did.
func (e *Engine) neverCounted(o *observation) bool {
	return o.known == nil || o.offset < o.known.Since || e.duplicates.Refused(o.offset) ||
		kept(o.day, e.duplicates.ClosedAt(o.offset, e.closed)) != nil
}

// RestoreID takes the id of a record from RestoreIDsFrom to Next-1, in order. It
// counts nothing. d is the record as it was decoded before; nil: it is decoded now.
func (e *Engine) RestoreID(r *signals.Record, d *Decoded) {
	e.idsFrom = none
	if r.Offset >= e.next || !e.started {
		return
	}
	if len(r.Headers) > 0 {
		if _, control, _ := decode.Control(r); control {
			return
		}
	}
	o, reject := e.examine(r, d)
	if reject != nil || len(o.in.ID) == 0 || o.act == series.NobodysAct || e.neverCounted(&o) {
		return
	}
	if (e.tickedAt == none || r.Offset < e.tickedAt) && r.Time > 0 && o.in.Time > r.Time+oneDay {
		return
	}
	e.duplicates.Seen(o.day, o.id, o.rule.ID, r.Offset)
}
