package feeds

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// AllSources is the name under which all sources together are told of.
const AllSources = "all sources"

// Quiet is a stretch of days on which all sources were dark together: a holiday that
// the calendar does not list, or a failure of what all sources come through. Nothing
// is judged on such days either way.
type Quiet struct {
	Since signals.Day
	Told  bool
}

// patience is how many days in a row all sources must be dark before it is told.
// With a calendar, a holiday is no dark day. Without one, 4 days outlast all but the
// two longest holidays of a year in China, which have more working days.
func (j *judge) patience() int {
	if len(j.Calendar.Holidays) > 0 {
		return 2
	}
	return 4
}

// findQuiet finds out whether all sources are quiet on the closed day.
func (j *judge) findQuiet() (q Quiet) {
	dark := 0
	for k := range series.ViewDays {
		if j.Blind>>k&1 == 1 {
			continue
		}
		switch judged, active := j.activeSources(k); {
		case active > 0:
			dark = 0
		case judged > 1:
			if dark++; dark == 1 {
				q.Since = j.lo + signals.Day(k)
			}
		}
	}
	if q.Told = dark >= j.patience(); !q.Told {
		return Quiet{}
	}
	if j.Before != nil && j.Before.Quiet.Told {
		q.Since = j.Before.Quiet.Since // one stretch keeps its first day
	}
	return q
}

// activeSources counts the sources that are judged on day k, and those of them that
// are not dark.
func (j *judge) activeSources(k int) (judged, active int) {
	for i := range j.feeds {
		f := &j.feeds[i]
		if !f.dense() || j.usualOn(f, j.lo+signals.Day(k)) < series.FewestAccounts {
			continue
		}
		judged++
		if j.brings(f, k) {
			active++
		}
	}
	return judged, active
}
