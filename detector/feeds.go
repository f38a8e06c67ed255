package detector

import (
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// FeedState is what is known of a source.
type FeedState string

// The states of a source.
const (
	FeedAlive   FeedState = "alive"
	FeedUnknown FeedState = "unknown" // too sparse to judge, and without heartbeats
	FeedIsLow   FeedState = "low"     // much less than usual, though not of the others
	FeedIsDead  FeedState = "dead"
	// FeedIsRetired: a person said that it will not come back. Nothing is known of
	// what it brought, and nobody waits for it.
	FeedIsRetired FeedState = "retired"
)

// FeedStates lists every state.
var FeedStates = []FeedState{FeedAlive, FeedUnknown, FeedIsLow, FeedIsDead, FeedIsRetired}

// feed is the judgement of one source at a close.
type feed struct {
	source string
	state  FeedState
	since  signals.Day // of a failing one
	told   bool        // of a failing one: it is certain enough to tell
	cover  uint64      // bit i: day lo+i is known
	// usual is how many accounts are active on each weekday, volume how much
	// there is of them, in volumeSteps, and records how many come. All are kept
	// while the source fails: it may begin to share meanwhile.
	usual, volume, records [7]uint32
	shared                 bool        // it is judged by records
	level                  signals.Day // usual is of the days from here on; 0 is always
}

func (f *feed) retired() bool { return f != nil && f.state == FeedIsRetired }

func (f *feed) fails() bool { return f != nil && (f.state == FeedIsDead || f.state == FeedIsLow) }

// beats are the heartbeats of a source, counted as they come.
type beats struct {
	first signals.Day
	days  uint64 // ring days with one
}

// A source is dead on a day on which less than a deadShare of its accounts
// are active although series.FewestAccounts usually are: of 20, at most 2, which
// chance alone does on one day in a million. It is back at a backShare.
const (
	deadShare = 10
	backShare = 3
)

// judgeFeeds judges every source on the days up to the closed one.
func (e *Engine) judgeFeeds(p *portfolio) {
	lo := p.day - series.JudgedDays
	flows, sharing := e.flows(lo), e.sharing()
	var feeds []feed
	for _, name := range slices.Sorted(maps.Keys(e.sources.index)) {
		id := e.sources.index[name]
		flow := &flows[id]
		f := feed{source: name, state: FeedUnknown, cover: 1<<series.ViewDays - 1, shared: sharing.by[id]}
		before := e.feedBefore(name)
		if before != nil {
			f.usual, f.volume, f.records, f.level = before.usual, before.volume, before.records, before.level
			f.shared = f.shared || before.fails() && before.shared // its series may become the others'
		}
		gone := before == nil || before.level != 0 && before.level <= lo && !before.fails() && !before.retired()
		if gone && e.beats[name] == nil && flow.active == [series.ViewDays]uint32{} && flow.records == [series.ViewDays]uint32{} {
			continue // nothing of it yet, or not for long
		}
		if !before.fails() || before.state == FeedIsLow && before.since <= lo {
			e.learnFeed(&f, flow, before, p)
		}
		if f.shared {
			flow.byRecords()
		}
		e.walkFeed(&f, &flow.active, before, e.beats[name], lo, p.blind)
		feeds = append(feeds, f)
	}
	e.findLow(feeds, flows, lo, p.blind)
	for i := range feeds {
		f := &feeds[i]
		if e.stayRetired(f, &flows[e.sources.index[f.source]], lo) {
			continue
		}
		if f.fails() && e.replaced(f, flows, &sharing, lo, p.blind) {
			f.move(p.day + 1)
		}
		e.keepKnown(f, p.day)
	}
	for i := range feeds {
		e.confirm(feeds, i, flows, lo)
	}
	p.feeds, p.quiet = feeds, e.quietOf(feeds, flows, lo, p.blind)
}

// learnFeed finds out what is usual of a source.
func (e *Engine) learnFeed(f *feed, flow *flow, before *feed, p *portfolio) {
	lo := p.day - series.JudgedDays
	known := ^p.blind & f.sinceLevel(lo)
	if before != nil && !before.fails() {
		known &= e.coverBefore(before, p.day)
	}
	f.usual = usually(&flow.active, &flow.active, lo, known)
	f.volume = usually(&flow.volume, &flow.active, lo, known)
	f.records = usually(&flow.records, &flow.records, lo, known)
}

// keepKnown keeps known the days that were: only those of a failure that goes on
// become unknown. That a source has grown since, or is new, does not make what
// it brought before too little.
func (e *Engine) keepKnown(f *feed, day signals.Day) {
	lo, was := day-series.JudgedDays, uint64(1<<series.ViewDays-1)
	if before := e.feedBefore(f.source); before != nil {
		was = e.coverBefore(before, day)
	}
	from := series.ViewDays
	if f.fails() {
		from = max(0, int(f.since-lo))
	}
	f.cover |= was & (1<<from - 1)
	f.cover &= was | f.sinceLevel(lo) // what a source lacked that was given up nobody will bring
}

// confirm decides whether a dead source is told: at once where another was
// active on a day on which this one was not. When all are dark together that
// may be a holiday, which is for quietOf to tell.
func (e *Engine) confirm(feeds []feed, i int, flows []flow, lo signals.Day) {
	f := &feeds[i]
	if f.state != FeedIsDead || f.told {
		return
	}
	if !f.dense() {
		f.told = true // its heartbeats have stopped
		return
	}
	dark, alone := 0, true
	for k := max(0, int(f.since-lo)); k < series.ViewDays; k++ {
		d := lo + signals.Day(k)
		if f.cover>>k&1 == 1 || e.usualOn(f, d) < series.FewestAccounts {
			continue
		}
		dark++
		for o := range feeds {
			other := &feeds[o]
			if o == i || e.usualOn(other, d) < series.FewestAccounts {
				continue
			}
			alone = false
			if n := flows[e.sources.index[other.source]].active[k]; other.cover>>k&1 == 1 && n*backShare >= e.usualOn(other, d) {
				f.told = true
			}
		}
	}
	f.told = f.told || alone && dark >= e.patience()
}

// dense tells whether a source is judged by how many accounts it has.
func (f *feed) dense() bool { return slices.Max(f.active()[:]) >= series.FewestAccounts }

// active is how much is usual of what the source is judged by.
func (f *feed) active() *[7]uint32 {
	if f.shared {
		return &f.records
	}
	return &f.usual
}

// usualOn is how many accounts a source has on a day like this.
func (e *Engine) usualOn(f *feed, d signals.Day) uint32 {
	return uint32(float64(f.active()[d.Weekday()]) * e.holiday(d))
}

// feedBefore is the source's judgement at the close before, nil when there
// was none.
func (e *Engine) feedBefore(name string) *feed {
	if e.today == nil {
		return nil
	}
	return findFeed(e.today.feeds, name)
}

// coverBefore is what the close before knew of a source, by the days of the close
// of day. Those that have come since are known.
func (e *Engine) coverBefore(before *feed, day signals.Day) uint64 {
	later := int(day - e.today.day)
	return before.cover>>later | ^uint64(0)<<(series.ViewDays-later)
}

func findFeed(feeds []feed, name string) *feed {
	i, ok := slices.BinarySearchFunc(feeds, name, func(f feed, n string) int {
		switch {
		case f.source < n:
			return -1
		case f.source > n:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &feeds[i]
}

// flow is what came from a source each day: accounts with anything, how much
// of them, and records.
type flow struct{ active, volume, records [series.ViewDays]uint32 }

// flows sums up what came from each source.
func (e *Engine) flows(lo signals.Day) []flow {
	flows, volumes := make([]flow, len(e.sources.names)), make([]series.Volume, len(e.sources.names))
	for _, a := range e.accounts {
		if a.Guest {
			continue
		}
		existed := uint64(1<<series.ViewDays-1) &^ (1<<max(0, min(series.ViewDays, a.First-lo)) - 1)
		for i := range a.Series {
			s := &a.Series[i]
			if s.Key.Contact != 0 {
				continue
			}
			if kind := e.signals.Rules[s.Key.Signal].Kind; kind == series.Count || kind == series.Amount {
				volumes[s.Source].Add(s, kind, lo, existed)
			}
			m := series.Since(s.Active, lo) & (1<<series.ViewDays - 1)
			for k := range i { // days that a series before it has told already
				if b := &a.Series[k]; b.Source == s.Source && b.Key.Contact == 0 {
					m &^= series.Since(b.Active, lo)
				}
			}
			for ; m != 0; m &= m - 1 {
				flows[s.Source].active[bits.TrailingZeros64(m)]++
			}
		}
	}
	for i := range flows {
		flows[i].records = e.receiptsOf(uint16(i)).since(lo)
		for k, n := range volumes[i].Counted {
			flows[i].volume[k] = uint32(min(n*volumeSteps/series.Whole, math.MaxUint32))
		}
	}
	return flows
}

// usually is the lower median of each weekday since the source was first seen
// active, over the days on which it was not found failing before.
func usually(n, active *[series.ViewDays]uint32, lo signals.Day, known uint64) (usual [7]uint32) {
	var days [7][]uint32
	seen := false
	for i := range n {
		seen = seen || active[i] > 0
		if seen && known>>i&1 == 1 {
			w := (lo + signals.Day(i)).Weekday()
			days[w] = append(days[w], n[i])
		}
	}
	for w := range days {
		if n := len(days[w]); n > 0 {
			slices.Sort(days[w])
			usual[w] = days[w][(n-1)/2]
		}
	}
	return usual
}

// walkFeed goes through the days and finds those of which nothing is known
// because the source was dead. A backfill that brings them back makes them
// known again.
func (e *Engine) walkFeed(f *feed, active *[series.ViewDays]uint32, before *feed, b *beats, lo signals.Day, blind uint64) {
	dense := f.dense()
	dead, since := false, lo
	if before != nil && before.state == FeedIsDead && before.since < lo {
		dead, since = true, before.since
	}
	for i, n := range active {
		d := lo + signals.Day(i)
		if blind>>i&1 == 1 {
			continue
		}
		usual := e.usualOn(f, d)
		switch {
		case dense && !dead && usual >= series.FewestAccounts && n*deadShare < usual,
			!dense && !dead && b != nil && d > b.first && n == 0 && b.days>>series.Slot(d)&1 == 0:
			dead, since = true, d
		case dense && dead && n > 0 && n*backShare >= usual,
			!dense && dead && (n > 0 || b != nil && b.days>>series.Slot(d)&1 == 1):
			dead = false
		}
		if dead {
			f.cover &^= 1 << i
		}
	}
	switch {
	case dead:
		f.fail(FeedIsDead, since, before)
	case dense || b != nil:
		f.state = FeedAlive
	}
}

// fail says that a source fails. One failure keeps its name while a backfill
// shortens it, and when it gets worse or better without being over.
func (f *feed) fail(state FeedState, since signals.Day, before *feed) {
	f.state, f.since = state, since
	if before.fails() {
		f.since, f.told = before.since, before.told
	}
}

// feedFindings tells what changed between two closes. They do not depend on
// the partition, so that one failing source is one alert.
func (e *Engine) feedFindings(before, now *portfolio, at int64) {
	if before == nil {
		before = new(portfolio)
	}
	for i := range now.feeds {
		f := &now.feeds[i]
		b := findFeed(before.feeds, f.source)
		was := b != nil && b.told
		switch {
		case f.told && (!was || f.state != b.state):
			kind := FeedDead
			if f.state == FeedIsLow {
				kind = FeedLow
			}
			e.findFeed(kind, f.source, f.since, at)
		case f.retired() && was:
			e.findFeed(FeedRetired, f.source, b.since, at)
		case !f.told && was:
			e.findFeed(FeedBack, f.source, b.since, at).Moved = f.level > b.level
		}
	}
	switch {
	case now.quiet.told && !before.quiet.told:
		e.findFeed(AllQuiet, AllSources, now.quiet.since, at)
	case !now.quiet.told && before.quiet.told:
		e.findFeed(FeedBack, AllSources, before.quiet.since, at)
	}
}

func (e *Engine) findFeed(kind FindingKind, source string, since signals.Day, at int64) *Finding {
	f := &Finding{
		ID: feedID(source, since), Kind: kind, Time: at, Source: source, Since: since, Rules: e.rules.Hash,
	}
	e.feedNews = append(e.feedNews, f)
	e.stats.Findings[kind]++
	return f
}

// feedID names one failure of a source.
func feedID(source string, since signals.Day) string { return fmt.Sprintf("feed:%s:%s", source, since) }
