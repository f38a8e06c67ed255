package migrate

import (
	"context"
	"fmt"
	"math"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// division divides the log of some partitions among others. In the new partitions each
// record stands behind the same closes of days as in its old one: the partition whose
// clock is earliest goes on first, and the new clock is the earliest of all.
type division struct {
	to       int // partitions
	zone     *signals.Zone
	lateness time.Duration
	doubt    *signals.Authority // of the log that is read
	skew     time.Duration
	sign     *signals.Authority // of the log that is written
	aliases  *accounts.Aliases
	// leftOut says of a record that it stands again further on.
	leftOut func(partition int, offset int64) bool
	// put appends a record to a new partition. The record is valid during the call.
	put func(partition int, r *signals.Record) error

	heads   []*head
	clock   int64  // newest tick that was written, Unix nanoseconds
	load    string // that is open in the new log
	once    map[string]bool
	decoder decode.Decoder
	in      signals.Interaction
	counts  counts
}

// counts of what a division has done.
type counts struct {
	Interactions int64 // with what cannot be read: it becomes a dead letter again
	Control      int64 // written
	LeftOut      int64 // records that did not count
}

// reader goes through a partition up to some end; nil is the end. A record is valid
// until the next call.
type reader interface {
	Record(ctx context.Context) (*signals.Record, error)
}

// head is where one of the old partitions is read. Its clock follows the rules of the
// detector's (detector/clock.go).
type head struct {
	partition int
	reader    reader
	record    *signals.Record // nil at the end
	control   *signals.Control
	signed    bool // a control record with a good signature was read

	started, ticked bool
	now             int64 // Unix nanoseconds of the newest tick; of the newest event before the first one
	written         int64 // when that tick was written
	load            string
	rank            int64 // of all heads the one with the lowest goes on
}

// newHeads begins to read old partitions.
func (d *division) newHeads(partitions int) {
	for p := range partitions {
		d.heads = append(d.heads, &head{partition: p, rank: math.MinInt64})
	}
	d.once = map[string]bool{}
	d.clock = math.MinInt64
}

// run divides what readers of all old partitions give, behind what came before.
func (d *division) run(ctx context.Context, readers []reader) error {
	for p, h := range d.heads {
		h.reader = readers[p]
		if err := d.next(ctx, h); err != nil {
			return err
		}
	}
	for {
		h := d.first()
		if h == nil {
			return d.catchUp()
		}
		if err := d.take(h); err != nil {
			return err
		}
		if err := d.next(ctx, h); err != nil {
			return err
		}
	}
}

// openLoad is the id of a load that some partition has begun and not ended.
func (d *division) openLoad() string {
	for _, h := range d.heads {
		if h.load != "" {
			return h.load
		}
	}
	return ""
}

// next reads on to the next record that counts, or cannot be read.
func (d *division) next(ctx context.Context, h *head) (err error) {
	for {
		if h.record, err = h.reader.Record(ctx); h.record == nil || err != nil {
			return err
		}
		if d.counted(h) {
			return nil
		}
		d.counts.LeftOut++
	}
}

// counted reads a head's record and reports whether it is written anew.
func (d *division) counted(h *head) bool {
	r := h.record
	h.control = nil
	if r.Flaw != "" || d.leftOut(h.partition, r.Offset) {
		return false
	}
	if len(r.Headers) == 0 {
		return true
	}
	c, control, reject := decode.Control(r)
	if !control {
		return true
	}
	if reject != nil || d.doubt.Doubt(h.partition, r, &c, &h.signed, d.skew) != nil {
		return false
	}
	h.control = &c
	return true
}

// first is the head that goes on; nil at the end of all.
func (d *division) first() (first *head) {
	for _, h := range d.heads {
		if h.record != nil && (first == nil || d.before(h, first)) {
			first = h
		}
	}
	return first
}

// before orders heads: by rank, the ends of loads last, then by when records were
// written.
func (d *division) before(a, b *head) bool {
	x, y := d.rankOf(a), d.rankOf(b)
	if x != y {
		return x < y
	}
	if ends := a.is(signals.LoadEnd); ends != b.is(signals.LoadEnd) {
		return !ends
	}
	return a.record.Time < b.record.Time
}

// rankOf a head. What comes before a load in any partition is before its history.
func (d *division) rankOf(h *head) int64 {
	if h.is(signals.LoadBegin) && !d.tooLate(h) {
		return max(h.rank, h.control.Time)
	}
	return h.rank
}

func (h *head) is(kind signals.Kind) bool { return h.control != nil && h.control.Kind == kind }

// tooLate tells of a load whose history began before the partition's clock.
func (d *division) tooLate(h *head) bool {
	return h.started && d.zone.Day(h.control.Time) < d.zone.Day(h.now)
}

// take writes a head's record.
func (d *division) take(h *head) error {
	c := h.control
	if c == nil {
		return d.interaction(h)
	}
	switch c.Kind {
	case signals.Tick:
		return d.tick(h)
	case signals.LoadBegin:
		return d.loadBegin(h)
	case signals.LoadEnd:
		return d.loadEnd(h)
	case signals.Heartbeat:
		return d.everywhereOnce(h, fmt.Sprint(c.Kind, " ", d.zone.Day(c.Time), " ", c.Source))
	case signals.Feedback, signals.Erase:
		switch {
		case c.Account != "":
		case c.Kind == signals.Feedback:
			return d.everywhereOnce(h, fmt.Sprint(*c))
		default: // each one comes behind what its old partition held of the person
			return d.everywhere(c, h.record.Time)
		}
		if signals.PartitionOf([]byte(c.Account), len(d.heads)) != h.partition {
			d.counts.LeftOut++ // nobody acted on it
			return nil
		}
		return d.write(signals.PartitionOf([]byte(c.Account), d.to), c, h.record.Time)
	}
	return fmt.Errorf("partition %d, offset %d: this program does not know how to move a control record %q", h.partition, h.record.Offset, c.Kind)
}

// interaction writes a record to the partition of its account. One on the wrong
// partition did not count, and its dead letter is where it was.
func (d *division) interaction(h *head) error {
	r := h.record
	if d.decoder.Decode(r, &d.in) != nil {
		p := h.partition % d.to
		if len(r.Key) > 0 {
			p = signals.PartitionOf(r.Key, d.to)
		}
		d.counts.Interactions++
		return d.put(p, r)
	}
	account := d.in.Account
	if now := d.aliases.Of(account); now != nil {
		account = now
	}
	if signals.PartitionOf(account, len(d.heads)) != h.partition {
		d.counts.LeftOut++
		return nil
	}
	if !h.ticked && (r.Time <= 0 || d.in.Time <= r.Time+int64(24*time.Hour)) {
		h.now, h.started = max(h.now, d.in.Time), true
	}
	d.counts.Interactions++
	return d.put(signals.PartitionOf(account, d.to), r)
}

func (d *division) tick(h *head) error {
	c := h.control
	if c.Load != h.load || h.ticked && c.Time < h.now {
		return nil
	}
	h.now, h.written = max(h.now, c.Time), h.record.Time
	h.started, h.ticked, h.rank = true, true, h.now
	earliest := int64(math.MaxInt64)
	for _, other := range d.heads {
		switch {
		case other.record == nil:
		case !other.ticked:
			return nil // its events come first
		default:
			earliest = min(earliest, other.now)
		}
	}
	return d.advance(earliest, h.written)
}

// tickEvery is how far two ticks of the new log are apart at least, as those of a
// service are, unless a day closes between them.
const tickEvery = int64(time.Minute)

// advance moves the clock of the new log.
func (d *division) advance(now, written int64) error {
	if now <= d.clock || d.load == "" && now-tickEvery < d.clock && d.due(now) == d.due(d.clock) {
		return nil
	}
	d.clock = now
	return d.everywhere(&signals.Control{Kind: signals.Tick, Time: now, Load: d.load, Owner: "migrate"}, written)
}

// due is the day before which all days are over.
func (d *division) due(now int64) signals.Day { return d.zone.Day(now - int64(d.lateness)) }

// catchUp moves the clock to the latest of all.
func (d *division) catchUp() error {
	var latest *head
	for _, h := range d.heads {
		if h.ticked && (latest == nil || h.now > latest.now) {
			latest = h
		}
	}
	if latest == nil || latest.now <= d.clock {
		return nil
	}
	d.clock = latest.now
	return d.everywhere(&signals.Control{Kind: signals.Tick, Time: latest.now, Load: d.load, Owner: "migrate"}, latest.written)
}

func (d *division) loadBegin(h *head) error {
	c := h.control
	if d.tooLate(h) || h.load != "" {
		return nil
	}
	if !h.started {
		h.now, h.written = c.Time, h.record.Time
	}
	h.started, h.ticked, h.load = true, true, c.Load
	h.rank = max(h.rank, c.Time)
	if d.load == c.Load {
		return nil
	}
	if d.clock == math.MinInt64 {
		d.clock = c.Time // a log begins with it
	}
	d.load = c.Load
	return d.everywhere(c, h.record.Time)
}

func (d *division) loadEnd(h *head) error {
	c := h.control
	if c.Load != h.load {
		return nil
	}
	h.load = ""
	if d.load != c.Load || d.openLoad() == c.Load {
		return nil
	}
	d.load = ""
	return d.everywhere(c, h.record.Time)
}

// everywhereOnce writes a control record that stands in all old partitions.
func (d *division) everywhereOnce(h *head, name string) error {
	if d.once[name] {
		return nil
	}
	d.once[name] = true
	return d.everywhere(h.control, h.record.Time)
}

func (d *division) everywhere(c *signals.Control, written int64) error {
	for p := range d.to {
		if err := d.write(p, c, written); err != nil {
			return err
		}
	}
	return nil
}

// write signs a control record at the time at which the old one was written.
func (d *division) write(partition int, c *signals.Control, written int64) error {
	value, headers := d.sign.Sign(partition, c, written)
	d.counts.Control++
	return d.put(partition, &signals.Record{Time: written, Value: value, Headers: headers})
}
