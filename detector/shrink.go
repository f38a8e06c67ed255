package detector

import (
	"firstsign/detector/series"
)

// shrink looks for a fall of an amount: as of a count, in units of what a day
// with any usually brings, so that one large order is not a hundred small ones.
func shrinkage(p *series.Baseline, v *series.View, k *look) (t term, ok bool) {
	days := float64(p.Days) + v.Contacts(series.ViewDays-1)
	total := float64(p.Total) + v.Counted(1, series.ViewDays)
	if days < fewestContacts || total <= 0 {
		return term{kind: Shrink}, false
	}
	t, ok = fall(p, v, total/days, true, k)
	if t.kind == Drop {
		t.kind = Shrink
	}
	return t, ok
}
