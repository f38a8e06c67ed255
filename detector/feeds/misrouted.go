package feeds

import (
	"maps"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Misrouted are the sources whose records are on the wrong partition: their
// producers do not hash keys as everybody else's do.
type Misrouted map[string]*misrouting

type misrouting struct {
	since, last signals.Day
}

// routedDays without such a record end it. One day would not do: weekends and
// holidays would make the same producer a new alert each Monday.
const routedDays = 7

// Note that a source has such a record today, and whether that is news. Of too
// many sources the first tell the operator enough.
func (m Misrouted) Note(source []byte, today signals.Day) (news bool) {
	if known := m[string(source)]; known != nil {
		known.last = today
		return false
	}
	if len(m) >= MaxSources {
		return false
	}
	m[string(source)] = &misrouting{since: today, last: today}
	return true
}

// Ended forgets the sources that have had none for routedDays up to a closed day,
// and hands them over by name.
func (m Misrouted) Ended(closed signals.Day, yield func(source string, since signals.Day)) {
	for _, source := range slices.Sorted(maps.Keys(m)) {
		if n := m[source]; n.last <= closed-routedDays {
			yield(source, n.since)
			delete(m, source)
		}
	}
}

// Encode appends them.
func (m Misrouted) Encode(w *series.Writer) {
	w.Uint(uint64(len(m)))
	for _, n := range slices.Sorted(maps.Keys(m)) {
		w.Text(n)
		w.Day(m[n].since)
		w.Day(m[n].last)
	}
}

// Decode adds those that Encode wrote.
func (m Misrouted) Decode(r *series.Reader) {
	for range r.Count(3) {
		n := r.Text()
		m[n] = &misrouting{since: r.Day(), last: r.Day()}
	}
}
