package evidence

import (
	"firstsign/detector/series"
)

// Shrunk looks for a fall of an amount: as of a count, in units of what a day
// with any usually brings, so that one large order is not a hundred small ones.
func Shrunk(p *series.Baseline, v *series.View, k *Measurements) (t Term, ok bool) {
	days := float64(p.Days) + v.Contacts(series.ViewDays-1)
	total := float64(p.Total) + v.Counted(1, series.ViewDays)
	if days < FewestContacts || total <= 0 {
		return Term{Kind: Shrink}, false
	}
	t, ok = Fall(p, v, total/days, true, k)
	if t.Kind == Drop {
		t.Kind = Shrink
	}
	t.Alone = 0 // what they spend has not moved to another series
	return t, ok
}
