package feeds

import (
	"fmt"
	"strings"

	"firstsign/signals"
)

// Event is what happened to a source between two closes.
type Event uint8

// The events.
const (
	Died      Event = iota // it brings nothing although its accounts were active
	BecameLow              // it brings much less than usual
	WentQuiet              // all sources are dark together
	Returned               // a failure, or the quiet of all sources, is over
	GaveUp                 // a person retired the failing source
)

// Change is one thing to tell of a source. It does not depend on the partition, so
// that one failing source is one alert.
type Change struct {
	Event  Event
	Source string      // AllSources for all together
	Since  signals.Day // first day of the failure, or of the quiet
	Moved  bool        // of Returned: others bring now what it brought
}

// Changes lists what changed since the close before. A nil before knew nothing.
func Changes(before, now *Judgement) (list []Change) {
	if before == nil {
		before = new(Judgement)
	}
	for i := range now.Feeds {
		f := &now.Feeds[i]
		b := before.Find(f.Source)
		was := b != nil && b.Told
		switch {
		case f.Told && (!was || f.State != b.State):
			event := Died
			if f.State == Low {
				event = BecameLow
			}
			list = append(list, Change{Event: event, Source: f.Source, Since: f.Since})
		case f.IsRetired() && was:
			list = append(list, Change{Event: GaveUp, Source: f.Source, Since: b.Since})
		case !f.Told && was:
			list = append(list, Change{Event: Returned, Source: f.Source, Since: b.Since, Moved: f.level > b.level})
		}
	}
	switch {
	case now.Quiet.Told && !before.Quiet.Told:
		list = append(list, Change{Event: WentQuiet, Source: AllSources, Since: now.Quiet.Since})
	case !now.Quiet.Told && before.Quiet.Told:
		list = append(list, Change{Event: Returned, Source: AllSources, Since: before.Quiet.Since})
	}
	return list
}

// FailureID names one failure of a source.
func FailureID(source string, since signals.Day) string {
	return fmt.Sprintf("feed:%s:%s", source, since)
}

// parseFailureID reads what FailureID wrote.
func parseFailureID(id string) (source string, since signals.Day, ok bool) {
	name, isFeed := strings.CutPrefix(id, "feed:")
	at := strings.LastIndexByte(name, ':')
	if !isFeed || at < 0 {
		return "", 0, false
	}
	since, err := signals.ParseDay(name[at+1:])
	return name[:at], since, err == nil
}
