package detector

import (
	"firstsign/detector/episodes"
	"firstsign/signals"
)

// feedback acts on what a person says of an alert.
func (e *Engine) feedback(c *signals.Control, offset int64) {
	if c.Account == "" {
		e.sources.Answer(c.Alert, c.Label, e.sourcesBefore())
		return
	}
	a := e.index[c.Account]
	if a == nil || a.next > offset {
		return
	}
	episode, ok := episodeOf(a, c.Alert)
	if !ok {
		return // about our neglect, or of another account
	}
	a.next = offset + 1
	e.touch(a)
	if a.opinion == nil {
		a.own().opinion = episodes.NewOpinion()
	}
	o := a.opinion
	if o.Of == episode && c.Time < o.Said {
		return // two answered at once, and the later one was written first
	}
	o.Label(episode, c.Label, e.closed)
	o.Said = c.Time
	if a.episode.IsOpen() && a.episode.Since == episode {
		o.Expected = c.Label == signals.Expected
	}
}

// episodeOf reads from an alert's id when its episode began; tell writes it.
func episodeOf(a *account, alert string) (signals.Day, bool) {
	if len(alert) <= len(a.id)+1 || alert[:len(a.id)] != a.id || alert[len(a.id)] != '-' {
		return 0, false
	}
	day, err := signals.ParseDay(alert[len(a.id)+1:])
	return day, err == nil
}
