package detector

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/detector/series"
)

// encodeLog is everything about the partition as a whole: where it stands in
// time, what it must remember, and the portfolio of the last close.
func (e *Engine) encodeLog() []byte {
	w := &series.Writer{}
	w.Byte(series.StateVersion)
	w.Int(e.next)
	w.Int(e.now)
	w.Bool(e.started)
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
	w.Uint(uint64(len(e.passed)))
	for _, p := range e.passed {
		w.Int(p.offset)
		w.Day(p.day)
	}
	// Sorted: accounts that are ahead bring their sources before the log does.
	w.Uint(uint64(len(e.sources.names)))
	for _, n := range slices.Sorted(slices.Values(e.sources.names)) {
		w.Text(n)
	}
	w.Uint(uint64(len(e.beats)))
	for _, n := range slices.Sorted(maps.Keys(e.beats)) {
		w.Text(n)
		w.Day(e.beats[n].first)
		w.Bits(e.beats[n].days)
	}
	e.encodeReceipts(w)
	w.Uint(uint64(len(e.misroutings)))
	for _, n := range slices.Sorted(maps.Keys(e.misroutings)) {
		w.Text(n)
		w.Day(e.misroutings[n].since)
		w.Day(e.misroutings[n].last)
	}
	w.Uint(uint64(len(e.givenUp)))
	for _, n := range slices.Sorted(maps.Keys(e.givenUp)) {
		w.Text(n)
		w.Day(e.givenUp[n])
	}
	w.Bool(e.today != nil)
	if e.today != nil {
		e.today.portfolio.encode(w)
	}
	return w.Bytes
}

func (e *Engine) decodeLog(b []byte) error {
	r := &series.Reader{Rest: b}
	r.Version()
	e.next = r.Int()
	e.now = r.Int()
	e.started = r.Bool()
	e.closed = r.Day()
	e.tickedAt = r.Int()
	e.load = r.Text()
	e.blindFrom = r.Day()
	e.idsFrom = r.Int()
	for range r.Count(2) {
		e.blind = append(e.blind, span{r.Day(), r.Day()})
	}
	for range r.Count(2) {
		e.passed = append(e.passed, passage{r.Int(), r.Day()})
	}
	for range r.Count(1) {
		e.sources.intern(r.Text())
	}
	for range r.Count(10) {
		n := r.Text()
		e.beats[n] = &beats{first: r.Day(), days: r.Bits()}
	}
	e.decodeReceipts(r)
	for range r.Count(3) {
		n := r.Text()
		e.misroutings[n] = &misrouting{since: r.Day(), last: r.Day()}
	}
	for range r.Count(2) {
		n := r.Text()
		e.givenUp[n] = r.Day()
	}
	var p *portfolio
	if r.Bool() {
		p = decodePortfolio(r)
	}
	if err := r.End(); err != nil {
		return err
	}
	if p != nil {
		e.today = e.unpack(p)
		e.stats.countSources(p.feeds)
	}
	return nil
}

func (p *portfolio) encode(w *series.Writer) {
	w.Day(p.day)
	w.Bits(p.blind)
	w.Day(p.quiet.since)
	w.Bool(p.quiet.told)
	w.Uint(uint64(len(p.shapes)))
	for i := range p.shapes {
		s := &p.shapes[i]
		w.Text(s.signal)
		w.Bytes = append(append(w.Bytes, s.exposure[:]...), s.learned[:]...)
		w.Float(s.rate)
	}
	w.Uint(uint64(len(p.feeds)))
	for i := range p.feeds {
		f := &p.feeds[i]
		w.Text(f.source)
		w.Text(string(f.state))
		w.Day(f.since)
		w.Bool(f.told)
		w.Bits(f.cover)
		w.Day(f.level)
		w.Bool(f.shared)
		for k := range f.usual {
			w.Uint(uint64(f.usual[k]))
			w.Uint(uint64(f.volume[k]))
			w.Uint(uint64(f.records[k]))
		}
	}
	w.Day(p.began)
	w.Uint(uint64(len(p.peers)))
	for i := range p.peers {
		p.peers[i].encode(w)
	}
	for _, days := range p.tended {
		w.Bits(days)
	}
	w.Day(p.answered)
}

func (q *peer) encode(w *series.Writer) {
	w.Text(q.signal)
	w.Text(string(q.grade))
	for _, x := range []float32{q.Rate, q.Shape, q.Each} {
		w.Float(x)
	}
}

func decodePeer(r *series.Reader) peer {
	return peer{r.Text(), accounts.Grade(r.Text()), series.Prior{Rate: r.Sum(), Shape: r.Sum(), Each: r.Sum()}}
}

func decodePortfolio(r *series.Reader) *portfolio {
	p := &portfolio{day: r.Day(), blind: r.Bits(), quiet: quiet{since: r.Day(), told: r.Bool()}}
	p.shapes = make([]shape, r.Count(series.ViewDays))
	for i := range p.shapes {
		s := &p.shapes[i]
		s.signal = r.Text()
		if len(r.Rest) < series.ViewDays+learnedDays {
			r.Fail("truncated")
			return p
		}
		r.Rest = r.Rest[copy(s.exposure[:], r.Rest):]
		r.Rest = r.Rest[copy(s.learned[:], r.Rest):]
		s.rate = r.Float()
	}
	p.feeds = make([]feed, r.Count(35))
	for i := range p.feeds {
		f := &p.feeds[i]
		f.source = r.Text()
		f.state = FeedState(r.Text())
		f.since = r.Day()
		f.told = r.Bool()
		f.cover = r.Bits()
		f.level = r.Day()
		f.shared = r.Bool()
		for k := range f.usual {
			f.usual[k], f.volume[k], f.records[k] = uint32(r.Uint()), uint32(r.Uint()), uint32(r.Uint())
		}
	}
	if !slices.IsSortedFunc(p.feeds, func(a, b feed) int { return strings.Compare(a.source, b.source) }) {
		r.Fail("feeds out of order")
	}
	p.began = r.Day()
	p.peers = make([]peer, r.Count(14))
	for i := range p.peers {
		if p.peers[i] = decodePeer(r); p.peers[i].Rate <= 0 || p.peers[i].Shape <= 0 {
			r.Fail("peers without a rate")
			return p
		}
	}
	for d := range p.tended {
		p.tended[d] = r.Bits()
	}
	p.answered = r.Day()
	return p
}

// encode is Changes.Portfolio: the closes since the last complete
// commit.
func (cs closings) encode() []byte {
	w := &series.Writer{}
	w.Byte(series.StateVersion)
	w.Uint(uint64(len(cs)))
	for i := range cs {
		w.Int(cs[i].offset)
		cs[i].portfolio.encode(w)
	}
	return w.Bytes
}

// decode reads those that a replay from next may meet.
func (cs *closings) decode(b []byte, next int64) error {
	r := &series.Reader{Rest: b}
	r.Version()
	for range r.Count(12) {
		c := closing{offset: r.Int(), portfolio: decodePortfolio(r)}
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
		if err := e.closings.decode(portfolio, e.next); err != nil {
			return fmt.Errorf("portfolio: %w", err)
		}
	}
	return nil
}

// RestoreAccount rebuilds one account; given again, the later state counts.
func (e *Engine) RestoreAccount(s AccountState) error {
	a, err := e.decodeAccount(s.ID, s.State)
	if err != nil {
		return fmt.Errorf("account %q: %w", s.ID, err)
	}
	if old := e.index[a.id]; old != nil {
		e.stats.Series -= int64(len(old.Series))
		e.stats.EpisodesOpen -= old.episode.open()
		*old = *a
		a = old
	} else {
		e.index[a.id] = a
		e.accounts = append(e.accounts, a)
		e.stats.Accounts++
	}
	e.stats.Series += int64(len(a.Series))
	e.stats.EpisodesOpen += a.episode.open()
	return nil
}
