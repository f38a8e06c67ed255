package evidence

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// Union sums the views of an account's series into one. A day counts for as
// much as its series usually bring on such a day, so a dead feed takes away
// just its own part.
type Union struct {
	View   series.View
	rate   float64 // of all series together
	days   int     // the first days of the view, that are summed up
	Series int
}

// Reset forgets all series. From now on so many days are summed up, from the first of the
// view on.
func (u *Union) Reset(days int) {
	clear(u.View.X[:])
	clear(u.View.N[:])
	u.View.Seen, u.rate, u.days, u.Series = 0, 0, days, 0
}

// Take adds a series of which v is the view and p the past.
func (u *Union) Take(v *series.View, p *series.Baseline) {
	exposure := float64(p.Exposure) + v.Exposure(1, series.ViewDays)
	if exposure <= 0 {
		return
	}
	rate := (float64(p.Total) + v.Counted(1, series.ViewDays)) / exposure
	for i := range u.days {
		u.View.X[i] += rate * v.X[i]
		u.View.N[i] += v.N[i]
	}
	u.View.Seen |= v.Seen
	u.rate += rate
	u.Series++
}

// Finish says whether there are series enough to be more than one of them.
func (u *Union) Finish(lo signals.Day) bool {
	if u.Series < 2 || u.rate == 0 {
		return false
	}
	v := &u.View
	v.Lo = lo
	for i := range u.days {
		v.X[i] /= u.rate
		v.Cx[i+1] = v.Cx[i] + v.X[i]
		v.Cn[i+1] = v.Cn[i] + v.N[i]
	}
	return true
}
