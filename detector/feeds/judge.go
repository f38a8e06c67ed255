package feeds

import (
	"maps"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Close is what a judgement at the close of a day rests on.
type Close struct {
	Day      signals.Day // the closed day
	Blind    uint64      // bit i: nothing is known of day lo+i, where lo is Day - series.JudgedDays
	Calendar *series.Calendar
	Signals  *series.Table
	Sources  *Sources
	// Accounts are all without guests, in parts that may be gone through side by side.
	Accounts []series.Members
	Before   *Judgement      // of the close before; nil when there was none
	Volumes  *series.Volumes // are summed up here; may be nil
}

// judge is a close that is being judged.
type judge struct {
	*Close
	lo      signals.Day
	flows   []flow // by the source's number
	sharing sharing
	feeds   []Feed // by source name
}

// Judge judges every source on the days up to the closed one.
func Judge(c *Close) Judgement {
	j := &judge{Close: c, lo: c.Day - series.JudgedDays}
	j.sumUp()
	for _, name := range slices.Sorted(maps.Keys(c.Sources.index)) {
		j.judgeSource(name)
	}
	j.findLow()
	for i := range j.feeds {
		f := &j.feeds[i]
		if j.stayRetired(f) {
			continue
		}
		if f.fails() && j.replaced(f) {
			f.restart(c.Day + 1)
		}
		j.keepKnown(f)
	}
	for i := range j.feeds {
		j.confirm(i)
	}
	return Judgement{c.Day, j.feeds, j.findQuiet()}
}

// judgeSource finds out what is usual of a source and whether it is dead.
func (j *judge) judgeSource(name string) {
	id := j.Sources.index[name]
	flow, beats, before := &j.flows[id], j.Sources.beats[name], j.Before.Find(name)
	f := Feed{Source: name, State: Unknown, Cover: 1<<series.ViewDays - 1, shared: j.sharing.by[id]}
	if before != nil {
		f.usual, f.volume, f.records, f.level = before.usual, before.volume, before.records, before.level
		f.shared = f.shared || before.fails() && before.shared // its series may become the others'
	}
	gone := before == nil || before.level != 0 && before.level <= j.lo && !before.fails() && !before.IsRetired()
	if gone && beats == nil && flow.empty() {
		return // nothing of it yet, or not for long
	}
	if !before.fails() || before.State == Low && before.Since <= j.lo {
		j.learn(&f, flow, before)
	}
	if f.shared {
		flow.byRecords()
	}
	j.findDead(&f, &flow.active, before, beats)
	j.feeds = append(j.feeds, f)
}

// learn finds out what is usual of a source.
func (j *judge) learn(f *Feed, flow *flow, before *Feed) {
	known := ^j.Blind & f.sinceLevel(j.lo)
	if before != nil && !before.fails() {
		known &= j.coverBefore(before)
	}
	f.usual = usually(&flow.active, &flow.active, j.lo, known)
	f.volume = usually(&flow.volume, &flow.active, j.lo, known)
	f.records = usually(&flow.records, &flow.records, j.lo, known)
}

// keepKnown keeps the days known that were known before. Only the days of a
// failure that goes on become unknown: a source that grew since, or is new, did not
// bring too little before.
func (j *judge) keepKnown(f *Feed) {
	was := uint64(1<<series.ViewDays - 1)
	if before := j.Before.Find(f.Source); before != nil {
		was = j.coverBefore(before)
	}
	from := series.ViewDays
	if f.fails() {
		from = max(0, int(f.Since-j.lo))
	}
	f.Cover |= was & (1<<from - 1)
	f.Cover &= was | f.sinceLevel(j.lo) // nobody brings what a source lacked before it was given up
}

// coverBefore is what the close before knew of a source, as days of this close. The
// days since are known.
func (j *judge) coverBefore(before *Feed) uint64 {
	later := int(j.Day - j.Before.Day)
	return before.Cover>>later | ^uint64(0)<<(series.ViewDays-later)
}

// confirm decides whether a dead source is told: at once when another source was
// active on one of its dark days. When all sources are dark it may be a holiday,
// which findQuiet tells.
func (j *judge) confirm(i int) {
	f := &j.feeds[i]
	if f.State != Dead || f.Told {
		return
	}
	if !f.dense() {
		f.Told = true // its heartbeats have stopped
		return
	}
	dark, alone := 0, true
	for k := max(0, int(f.Since-j.lo)); k < series.ViewDays; k++ {
		d := j.lo + signals.Day(k)
		if f.Cover>>k&1 == 1 || j.usualOn(f, d) < series.FewestAccounts {
			continue
		}
		dark++
		for o := range j.feeds {
			other := &j.feeds[o]
			if o == i || j.usualOn(other, d) < series.FewestAccounts {
				continue
			}
			alone = false
			if other.Cover>>k&1 == 1 && j.brings(other, k) {
				f.Told = true
			}
		}
	}
	f.Told = f.Told || alone && dark >= j.patience()
}

// usualOn is how much of what it is judged by a source brings on a day like d.
func (j *judge) usualOn(f *Feed, d signals.Day) uint32 {
	return uint32(float64(f.active()[d.Weekday()]) * j.Calendar.Worked(d))
}

// brings tells whether a source is not dark on day k.
func (j *judge) brings(f *Feed, k int) bool {
	return j.flows[j.Sources.index[f.Source]].active[k]*backShare >= j.usualOn(f, j.lo+signals.Day(k))
}
