package detector

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firstsign/accounts"
)

// encodeLog is everything about the partition as a whole: where it stands in
// time, what it must remember, and the portfolio of the last close.
func (e *Engine) encodeLog() []byte {
	w := &writer{}
	w.byte(stateVersion)
	w.int(e.next)
	w.int(e.now)
	w.bool(e.started)
	w.day(e.closed)
	w.int(e.tickedAt)
	w.string(e.load)
	w.day(e.blindFrom)
	w.int(e.RestoreIDsFrom())
	w.uint(uint64(len(e.blind)))
	for _, b := range e.blind {
		w.day(b.from)
		w.day(b.to)
	}
	w.uint(uint64(len(e.passed)))
	for _, p := range e.passed {
		w.int(p.offset)
		w.day(p.day)
	}
	// Sorted: accounts that are ahead bring their sources before the log does.
	w.uint(uint64(len(e.sources.names)))
	for _, n := range slices.Sorted(slices.Values(e.sources.names)) {
		w.string(n)
	}
	w.uint(uint64(len(e.beats)))
	for _, n := range slices.Sorted(maps.Keys(e.beats)) {
		w.string(n)
		w.day(e.beats[n].first)
		w.bits(e.beats[n].days)
	}
	e.encodeReceipts(w)
	w.uint(uint64(len(e.misroutings)))
	for _, n := range slices.Sorted(maps.Keys(e.misroutings)) {
		w.string(n)
		w.day(e.misroutings[n].since)
		w.day(e.misroutings[n].last)
	}
	w.uint(uint64(len(e.givenUp)))
	for _, n := range slices.Sorted(maps.Keys(e.givenUp)) {
		w.string(n)
		w.day(e.givenUp[n])
	}
	w.bool(e.today != nil)
	if e.today != nil {
		e.today.portfolio.encode(w)
	}
	return w.b
}

func (e *Engine) decodeLog(b []byte) error {
	r := &reader{b: b}
	r.version()
	e.next = r.int()
	e.now = r.int()
	e.started = r.bool()
	e.closed = r.day()
	e.tickedAt = r.int()
	e.load = r.string()
	e.blindFrom = r.day()
	e.idsFrom = r.int()
	for range r.count(2) {
		e.blind = append(e.blind, span{r.day(), r.day()})
	}
	for range r.count(2) {
		e.passed = append(e.passed, passage{r.int(), r.day()})
	}
	for range r.count(1) {
		e.sources.intern(r.string())
	}
	for range r.count(10) {
		n := r.string()
		e.beats[n] = &beats{first: r.day(), days: r.bits()}
	}
	e.decodeReceipts(r)
	for range r.count(3) {
		n := r.string()
		e.misroutings[n] = &misrouting{since: r.day(), last: r.day()}
	}
	for range r.count(2) {
		n := r.string()
		e.givenUp[n] = r.day()
	}
	var p *portfolio
	if r.bool() {
		p = decodePortfolio(r)
	}
	if err := r.end(); err != nil {
		return err
	}
	if p != nil {
		e.today = e.unpack(p)
		e.stats.countSources(p.feeds)
	}
	return nil
}

func (p *portfolio) encode(w *writer) {
	w.day(p.day)
	w.bits(p.blind)
	w.day(p.quiet.since)
	w.bool(p.quiet.told)
	w.uint(uint64(len(p.shapes)))
	for i := range p.shapes {
		s := &p.shapes[i]
		w.string(s.signal)
		w.b = append(append(w.b, s.exposure[:]...), s.learned[:]...)
		w.float(s.rate)
	}
	w.uint(uint64(len(p.feeds)))
	for i := range p.feeds {
		f := &p.feeds[i]
		w.string(f.source)
		w.string(string(f.state))
		w.day(f.since)
		w.bool(f.told)
		w.bits(f.cover)
		w.day(f.level)
		w.bool(f.shared)
		for k := range f.usual {
			w.uint(uint64(f.usual[k]))
			w.uint(uint64(f.volume[k]))
			w.uint(uint64(f.records[k]))
		}
	}
	w.day(p.began)
	w.uint(uint64(len(p.peers)))
	for i := range p.peers {
		p.peers[i].encode(w)
	}
	for _, days := range p.tended {
		w.bits(days)
	}
	w.day(p.answered)
}

func (q *peer) encode(w *writer) {
	w.string(q.signal)
	w.string(string(q.grade))
	for _, x := range []float32{q.rate, q.shape, q.each} {
		w.float(x)
	}
}

func decodePeer(r *reader) peer {
	return peer{signal: r.string(), grade: accounts.Grade(r.string()), rate: r.sum(), shape: r.sum(), each: r.sum()}
}

func decodePortfolio(r *reader) *portfolio {
	p := &portfolio{day: r.day(), blind: r.bits(), quiet: quiet{since: r.day(), told: r.bool()}}
	p.shapes = make([]shape, r.count(viewDays))
	for i := range p.shapes {
		s := &p.shapes[i]
		s.signal = r.string()
		if len(r.b) < viewDays+learnedDays {
			r.fail("truncated")
			return p
		}
		r.b = r.b[copy(s.exposure[:], r.b):]
		r.b = r.b[copy(s.learned[:], r.b):]
		s.rate = r.float()
	}
	p.feeds = make([]feed, r.count(35))
	for i := range p.feeds {
		f := &p.feeds[i]
		f.source = r.string()
		f.state = FeedState(r.string())
		f.since = r.day()
		f.told = r.bool()
		f.cover = r.bits()
		f.level = r.day()
		f.shared = r.bool()
		for k := range f.usual {
			f.usual[k], f.volume[k], f.records[k] = uint32(r.uint()), uint32(r.uint()), uint32(r.uint())
		}
	}
	if !slices.IsSortedFunc(p.feeds, func(a, b feed) int { return strings.Compare(a.source, b.source) }) {
		r.fail("feeds out of order")
	}
	p.began = r.day()
	p.peers = make([]peer, r.count(14))
	for i := range p.peers {
		if p.peers[i] = decodePeer(r); p.peers[i].rate <= 0 || p.peers[i].shape <= 0 {
			r.fail("peers without a rate")
			return p
		}
	}
	for d := range p.tended {
		p.tended[d] = r.bits()
	}
	p.answered = r.day()
	return p
}

// encodeClosings is Changes.Portfolio: the closes since the last complete
// commit.
func (e *Engine) encodeClosings() []byte {
	w := &writer{}
	w.byte(stateVersion)
	w.uint(uint64(len(e.closings)))
	for i := range e.closings {
		w.int(e.closings[i].offset)
		e.closings[i].portfolio.encode(w)
	}
	return w.b
}

// decodeClosings reads those that a replay from next may meet.
func (e *Engine) decodeClosings(b []byte, next int64) error {
	r := &reader{b: b}
	r.version()
	for range r.count(12) {
		c := closing{offset: r.int(), portfolio: decodePortfolio(r)}
		if c.offset >= next {
			e.closings = append(e.closings, c)
		}
	}
	return r.end()
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
		if err := e.decodeClosings(portfolio, e.next); err != nil {
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
		e.stats.Series -= int64(len(old.series))
		e.stats.EpisodesOpen -= old.episode.open()
		*old = *a
		a = old
	} else {
		e.index[a.id] = a
		e.accounts = append(e.accounts, a)
		e.stats.Accounts++
	}
	e.stats.Series += int64(len(a.series))
	e.stats.EpisodesOpen += a.episode.open()
	return nil
}
