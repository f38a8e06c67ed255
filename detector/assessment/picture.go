package assessment

import (
	"slices"

	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
)

// pictured are the terms about something that falls by and by. One bar of bad news is no
// picture.
var pictured = []evidence.Kind{evidence.Drop, evidence.Gap, evidence.Shift, evidence.Shrink}

// Picture returns the series that the first of some reasons is about of which there is
// something to see; nil when there is none.
func (j *Assessment) Picture(reasons []finding.Reason) *finding.Pictured {
	if j.by.Today == nil {
		return nil // nothing closed yet
	}
	for i := range reasons {
		r := &reasons[i]
		if !r.Sign() || !slices.Contains(pictured, r.Term) {
			continue
		}
		if x := j.about(r); x != nil {
			p := &finding.Pictured{Signal: x.Signal, Contact: x.Contact, Side: x.Side, Kind: x.Kind}
			if !p.Keep(&x.HalfYear, j.account.Closed) {
				return nil
			}
			return p
		}
	}
	return nil
}

// about is the series of a reason; of contact of any kind the one of those that it is made
// up of which shows most. Nil when there is none.
func (j *Assessment) about(r *finding.Reason) *InspectedSeries {
	var most *InspectedSeries
	own := j.ownYear()
	for i := range j.account.Series {
		s := &j.account.Series[i]
		exactly := !s.Key.Ours && j.by.Signals.Name(s.Key.Signal) == r.Signal && j.account.KeyContact(s.Key.Contact) == r.Contact
		if s.First > j.account.Closed || !exactly && (r.Signal != series.AnyContact || !j.by.Signals.Unites(s.Key)) {
			continue
		}
		j.view.Fill(s, &j.by.Today.Exposure, j.by.yearOf(s, own), false)
		x := j.InspectSeries(s)
		if exactly {
			return &x
		}
		if most == nil || x.Nats > most.Nats {
			most = &x
		}
	}
	return most
}
