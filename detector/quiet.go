package detector

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// AllSources is the name under which all sources together are told of.
const AllSources = "all sources"

// quiet is a stretch of days on which all sources were dark together: a
// holiday, above all where the calendar lists none, or a failure of what all of
// them come through. Nothing is judged on such days either way.
type quiet struct {
	since signals.Day
	told  bool
}

// patience is how many days in a row all sources must be dark before it is
// told. With a calendar a holiday is no dark day; without one all but the two
// longest of a year in China have fewer working days.
func (e *Engine) patience() int {
	if len(e.rules.Holidays) > 0 {
		return 2
	}
	return 4
}

// quietOf finds out whether the portfolio is quiet on the closed day.
func (e *Engine) quietOf(feeds []feed, flows []flow, lo signals.Day, blind uint64) (q quiet) {
	dark := 0
	for k := range series.ViewDays {
		d := lo + signals.Day(k)
		if blind>>k&1 == 1 {
			continue
		}
		switch judged, active := e.activeSources(feeds, flows, k, d); {
		case active > 0:
			dark = 0
		case judged > 1:
			if dark++; dark == 1 {
				q.since = d
			}
		}
	}
	if q.told = dark >= e.patience(); !q.told {
		return quiet{}
	}
	if e.today != nil && e.today.quiet.told {
		q.since = e.today.quiet.since // one stretch keeps its name
	}
	return q
}

// activeSources counts the sources that are judged on a day, and of them those
// that are not dark.
func (e *Engine) activeSources(feeds []feed, flows []flow, k int, d signals.Day) (judged, active int) {
	for i := range feeds {
		f := &feeds[i]
		usual := e.usualOn(f, d)
		if !f.dense() || usual < series.FewestAccounts {
			continue
		}
		judged++
		if flows[e.sources.index[f.source]].active[k]*backShare >= usual {
			active++
		}
	}
	return judged, active
}
