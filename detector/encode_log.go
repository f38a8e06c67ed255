package detector

import (
	"fmt"
	"maps"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/feeds"
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
	e.sources.Encode(w)
	w.Uint(uint64(len(e.misroutings)))
	for _, n := range slices.Sorted(maps.Keys(e.misroutings)) {
		w.Text(n)
		w.Day(e.misroutings[n].since)
		w.Day(e.misroutings[n].last)
	}
	e.sources.EncodeAnswers(w)
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
	e.sources.Decode(r)
	for range r.Count(3) {
		n := r.Text()
		e.misroutings[n] = &misrouting{since: r.Day(), last: r.Day()}
	}
	e.sources.DecodeAnswers(r)
	var p *portfolio
	if r.Bool() {
		p = decodePortfolio(r)
	}
	if err := r.End(); err != nil {
		return err
	}
	if p != nil {
		e.today = e.unpack(p)
		e.stats.countSources(p.sources.Feeds)
	}
	return nil
}

func (p *portfolio) encode(w *series.Writer) {
	w.Day(p.day)
	w.Bits(p.blind)
	p.sources.Quiet.Encode(w)
	w.Uint(uint64(len(p.shapes)))
	for i := range p.shapes {
		s := &p.shapes[i]
		w.Text(s.signal)
		w.Bytes = append(append(w.Bytes, s.exposure[:]...), s.learned[:]...)
		w.Float(s.rate)
	}
	feeds.EncodeFeeds(w, p.sources.Feeds)
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
	p := &portfolio{day: r.Day(), blind: r.Bits()}
	p.sources.Day, p.sources.Quiet = p.day, feeds.DecodeQuiet(r)
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
	p.sources.Feeds = feeds.DecodeFeeds(r)
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
		e.stats.EpisodesOpen -= old.episode.Count()
		*old = *a
		a = old
	} else {
		e.index[a.id] = a
		e.accounts = append(e.accounts, a)
		e.stats.Accounts++
	}
	e.stats.Series += int64(len(a.Series))
	e.stats.EpisodesOpen += a.episode.Count()
	return nil
}
