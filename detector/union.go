package detector

import (
	"firstsign/detector/series"
	"firstsign/signals"
)

// union sums the views of an account's series into one. A day counts for as
// much as its series usually bring on such a day, so a dead feed takes away
// just its own part.
type union struct {
	view   series.View
	rate   float64 // of all series together
	series int
}

func (u *union) begin() { *u = union{} }

// take adds a series of which v is the view and p the past.
func (u *union) take(v *series.View, p *series.Baseline) {
	exposure := float64(p.Exposure) + v.Exposure(1, series.ViewDays)
	if exposure <= 0 {
		return
	}
	rate := (float64(p.Total) + v.Counted(1, series.ViewDays)) / exposure
	for i := range series.ViewDays {
		u.view.X[i] += rate * v.X[i]
		u.view.N[i] += v.N[i]
	}
	u.view.Seen |= v.Seen
	u.rate += rate
	u.series++
}

// finish says whether there are series enough to be more than one of them.
func (u *union) finish(lo signals.Day) bool {
	if u.series < 2 || u.rate == 0 {
		return false
	}
	v := &u.view
	v.Lo = lo
	for i := range series.ViewDays {
		v.X[i] /= u.rate
		v.Cx[i+1] = v.Cx[i] + v.X[i]
		v.Cn[i+1] = v.Cn[i] + v.N[i]
	}
	return true
}
