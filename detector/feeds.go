package detector

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"firstsign/signals"
)

// FeedState is what is known of a source.
type FeedState string

// The states of a source.
const (
	FeedAlive   FeedState = "alive"
	FeedUnknown FeedState = "unknown" // too sparse to judge, and without heartbeats
	FeedIsDead  FeedState = "dead"
)

// FeedStates lists every state.
var FeedStates = []FeedState{FeedAlive, FeedUnknown, FeedIsDead}

// feed is the judgement of one source at a close.
type feed struct {
	source string
	state  FeedState
	since  signals.Day // of a dead one
	told   bool        // of a dead one: it is certain enough to tell
	cover  uint64      // bit i: day lo+i is known
	// usual is how many accounts are active on each weekday; kept as it was
	// while the source is dead.
	usual [7]uint32
}

// beats are the heartbeats of a source, counted as they come.
type beats struct {
	first signals.Day
	days  uint64 // ring days with one
}

// A source is dead on a day on which less than a deadShare of its accounts
// are active although fewestMembers usually are: of 20, at most 2, which
// chance alone does on one day in a million. It is back at a backShare.
const (
	deadShare = 10
	backShare = 3
)

// judgeFeeds judges every source on the days up to the closed one.
func (e *Engine) judgeFeeds(p *portfolio) []feed {
	lo := p.day - judgedDays
	active := e.feedActivity(lo)
	names := slices.Sorted(maps.Keys(e.sources.index))
	var feeds []feed
	for _, name := range names {
		id := e.sources.index[name]
		f := feed{source: name, state: FeedUnknown, cover: 1<<viewDays - 1}
		before := e.feedBefore(name)
		if before != nil {
			f.usual = before.usual
		} else if e.beats[name] == nil && active[id] == [viewDays]uint32{} {
			continue // nothing of it yet, or not for long
		}
		if before == nil || before.state != FeedIsDead {
			known := ^p.blind
			if before != nil {
				known &= before.cover>>(p.day-e.today.day) | ^uint64(0)<<(viewDays-int(p.day-e.today.day))
			}
			f.usual = usualActivity(&active[id], lo, known)
		}
		e.walkFeed(&f, &active[id], before, e.beats[name], lo, p.blind)
		feeds = append(feeds, f)
	}
	for i := range feeds {
		e.confirm(feeds, i, active, lo)
	}
	return feeds
}

// patience is how many days in a row a source must be dark before it is told
// when all others are dark as well: that may be a holiday, above all where the
// calendar lists none. Nothing is judged on such days either way.
func (e *Engine) patience() int {
	if len(e.rules.Holidays) > 0 {
		return 2
	}
	return 3
}

// confirm decides whether a dead source is told.
func (e *Engine) confirm(feeds []feed, i int, active [][viewDays]uint32, lo signals.Day) {
	f := &feeds[i]
	if f.state != FeedIsDead || f.told {
		return
	}
	if !f.dense() {
		f.told = true // its heartbeats have stopped
		return
	}
	dark := 0
	for k := max(0, int(f.since-lo)); k < viewDays; k++ {
		d := lo + signals.Day(k)
		if f.cover>>k&1 == 1 || e.usualOn(f, d) < fewestMembers {
			continue
		}
		dark++
		for o := range feeds {
			other := &feeds[o]
			n := active[e.sources.index[other.source]][k]
			if o != i && other.cover>>k&1 == 1 && e.usualOn(other, d) >= fewestMembers && n*backShare >= e.usualOn(other, d) {
				f.told = true
			}
		}
	}
	f.told = f.told || dark >= e.patience()
}

// dense tells whether a source is judged by how many accounts it has.
func (f *feed) dense() bool { return slices.Max(f.usual[:]) >= fewestMembers }

// usualOn is how many accounts a source has on a day like this.
func (e *Engine) usualOn(f *feed, d signals.Day) uint32 {
	return uint32(float64(f.usual[d.Weekday()]) * e.holiday(d))
}

// feedBefore is the source's judgement at the close before, nil when there
// was none.
func (e *Engine) feedBefore(name string) *feed {
	if e.today == nil {
		return nil
	}
	return findFeed(e.today.feeds, name)
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

// feedActivity counts the accounts with anything from each source each day.
func (e *Engine) feedActivity(lo signals.Day) [][viewDays]uint32 {
	counts := make([][viewDays]uint32, len(e.sources.names))
	for _, a := range e.accounts {
		if a.guest {
			continue
		}
		for i := range a.series {
			s := &a.series[i]
			if s.key.contact != 0 {
				continue
			}
			m := since(s.active, lo) & (1<<viewDays - 1)
			for k := range i { // days that a series before it has told already
				if b := &a.series[k]; b.source == s.source && b.key.contact == 0 {
					m &^= since(b.active, lo)
				}
			}
			for ; m != 0; m &= m - 1 {
				counts[s.source][bits.TrailingZeros64(m)]++
			}
		}
	}
	return counts
}

// usualActivity is the lower median of each weekday since the source was first
// seen, over the days on which it was not found dead before.
func usualActivity(active *[viewDays]uint32, lo signals.Day, known uint64) (usual [7]uint32) {
	var days [7][]uint32
	seen := false
	for i, n := range active {
		seen = seen || n > 0
		if seen && known>>i&1 == 1 {
			w := (lo + signals.Day(i)).Weekday()
			days[w] = append(days[w], n)
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
func (e *Engine) walkFeed(f *feed, active *[viewDays]uint32, before *feed, b *beats, lo signals.Day, blind uint64) {
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
		case dense && !dead && usual >= fewestMembers && n*deadShare < usual,
			!dense && !dead && b != nil && d > b.first && n == 0 && b.days>>slot(d)&1 == 0:
			dead, since = true, d
		case dense && dead && n > 0 && n*backShare >= usual,
			!dense && dead && (n > 0 || b != nil && b.days>>slot(d)&1 == 1):
			dead = false
		}
		if dead {
			f.cover &^= 1 << i
		}
	}
	switch {
	case dead:
		f.state, f.since = FeedIsDead, since
		if before != nil && before.state == FeedIsDead {
			// One failure keeps its name while a backfill shortens it.
			f.since, f.told = before.since, before.told
		}
	case dense || b != nil:
		f.state = FeedAlive
	}
}

// feedFindings tells what changed between two closes. They do not depend on
// the partition, so that one dead source is one alert.
func (e *Engine) feedFindings(before, now []feed, at int64) {
	for i := range now {
		f := &now[i]
		b := findFeed(before, f.source)
		was := b != nil && b.told
		switch {
		case f.told && !was:
			e.findFeed(FeedDead, f.source, f.since, at)
		case !f.told && was:
			e.findFeed(FeedBack, f.source, b.since, at)
		}
	}
}

func (e *Engine) findFeed(kind FindingKind, source string, since signals.Day, at int64) {
	e.feedNews = append(e.feedNews, &Finding{
		ID: fmt.Sprintf("feed:%s:%s", source, since), Kind: kind, Time: at, Source: source, Since: since, Rules: e.rules.Hash,
	})
	e.stats.Findings[kind]++
}
