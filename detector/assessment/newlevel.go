package assessment

import (
	"math"
	"math/bits"

	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// An account that does less for good raises an alert. After a season nobody learns
// anything from that alert any more. So the level is accepted when there is contact and
// it has stopped falling: the alert closes, what was learned before fades, and only what
// is worse than the accepted level is a new alert. What a person calls expected is
// accepted at once, whatever it is (package episodes).
const (
	// acceptedDays after its alert an account may be accepted at a new level.
	acceptedDays = 84
	// stillFalling is how improbable the last four weeks may be beside the four
	// before, in nats: one in twenty.
	stillFalling = 3
	// unevenMonth is the dispersion of four weeks of contact: a week of leave takes
	// a fifth off them.
	unevenMonth = 0.1
)

// Acceptable tells whether the open episode has become the account's new level. It is
// asked on a day with contact only: while an account is silent its risk never falls. What
// was told not long ago is not settled: bad news of tomorrow may be told before today closes.
func (j *Assessment) Acceptable(d signals.Day) bool {
	ep := &j.account.Episode
	news, _ := j.badNews()
	return len(news) == 0 && ep.IsOpen() && d >= ep.Opened+acceptedDays && d >= ep.AlertedOn+episodes.AgainDays && j.contact == d && len(j.matches) == 0 && j.steady()
}

// steady tells whether there was contact throughout the ring's days, and not
// less in the last four weeks than in the four before, by what Weigh saw.
func (j *Assessment) steady() bool {
	const middle = series.ViewDays - series.JudgedDays/2
	early, late := bits.OnesCount64(j.seen&(1<<middle-1)), bits.OnesCount64(j.seen>>middle)
	if early < evidence.FewestContacts/2 || late < evidence.FewestContacts/2 {
		return false
	}
	var n, x [2]float64 // of the earlier half and the later one
	for i := 1; i < series.ViewDays; i++ {
		n[i/middle] += j.union.View.N[i]
		x[i/middle] += j.union.View.X[i]
	}
	if x[0] == 0 {
		return true // no counts: amounts or a mood
	}
	past := n[0] + 0.5
	m := past / x[0] * x[1]
	return n[1] >= m || stats.NegativeBinomialLower(math.Floor(n[1]), m, unevenMonth+1/past) < stillFalling
}

// AcceptLevel makes the present level the new normal: what was learned before fades.
func (j *Assessment) AcceptLevel(d signals.Day) {
	a := j.account
	for i := range a.Series {
		s := &a.Series[i]
		switch {
		case s.First > d || j.by.Signals.Rules[s.Key.Signal].Kind == series.Event: // how rare bad news was is not changed by it
		case s.Level() != nil:
			s.Level().Fade()
		default:
			s.Baseline.Fade()
		}
	}
	a.Any.Fade()
	a.Activity.Accept(j.ring())
}
