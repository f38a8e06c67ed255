package detector

import (
	"firstsign/detector/account"
	"firstsign/signals"
)

// feedback acts on what a person says of an alert.
func (e *Engine) feedback(c *signals.Control, offset int64) {
	if c.Account == "" {
		e.sources.Answer(c.Alert, c.Label, e.sourcesBefore())
		return
	}
	a := e.index.of(c.Account)
	if a == nil || a.Next > offset {
		return
	}
	episode, ok := episodeOf(a, c.Alert)
	if !ok {
		return // about our neglect, or of another account
	}
	a.Next = offset + 1
	e.touch(a)
	o := a.EnsureOpinion()
	if o.Of == episode && c.Time < o.Said {
		return // two answered at once, and the later one was written first
	}
	o.Label(episode, c.Label, e.closed)
	o.Said = c.Time
	if a.Episode.IsOpen() && a.Episode.Since == episode {
		o.Expected = c.Label == signals.Expected
	}
}

// episodeOf reads from an alert's id when its episode began; tell writes it.
func episodeOf(a *account.Account, alert string) (signals.Day, bool) {
	if len(alert) <= len(a.ID)+1 || alert[:len(a.ID)] != a.ID || alert[len(a.ID)] != '-' {
		return 0, false
	}
	day, err := signals.ParseDay(alert[len(a.ID)+1:])
	return day, err == nil
}
