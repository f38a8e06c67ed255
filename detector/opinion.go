package detector

import (
	"firstsign/detector/series"
	"firstsign/signals"
	"math"
	"slices"
)

// What people say of an alert changes what is told of its account, in two ways
// and within bounds; what they did about it changes nothing.
//
// A false alarm makes its account's thresholds falseFactor times rarer, at most
// mostEased times, and half of that (of its logarithm) is forgotten in every
// easedDays: accounts change, and who has stopped listening must not stay deaf.
// What is expected is accepted as the account's level at the next close, as it
// would be after a season (newlevel.go): the episode ends, and what is three
// times rarer is a new one.
const (
	falseFactor = 1.5
	mostEased   = 3
	easedDays   = 180
)

// opinion is what people said of an account's alerts.
type opinion struct {
	of       signals.Day // where the episode began that was labelled last
	label    signals.Label
	said     int64       // when, in Unix nanoseconds
	eased    float32     // by how much thresholds were made rarer, on day at; 1 at least
	at       signals.Day // where eased was worked out
	expected bool        // the open episode is to be accepted at the next close
	level    signals.Day // at whose close that was done last
}

func newOpinion() *opinion { return &opinion{of: series.NoDay, eased: 1, level: series.NoDay} }

// easedOn is how many times rarer than its grade's an account's thresholds are.
func (o *opinion) easedOn(d signals.Day) float64 {
	if o == nil || o.eased <= 1 {
		return 1
	}
	return math.Pow(float64(o.eased), math.Exp2(-float64(max(0, d-o.at))/easedDays))
}

// say notes what an episode was. Said again it changes nothing; said otherwise,
// what was said of it before no longer counts.
func (o *opinion) say(episode signals.Day, label signals.Label, d signals.Day) {
	eased, again := o.easedOn(d), o.of == episode
	switch was := again && o.label == signals.FalseAlarm; {
	case was && label != signals.FalseAlarm:
		eased = max(1, eased/falseFactor)
	case !was && label == signals.FalseAlarm:
		eased = min(mostEased, eased*falseFactor)
	}
	if again && label != signals.Expected {
		o.level = series.NoDay
	}
	o.of, o.label, o.eased, o.at = episode, label, float32(eased), d
}

// isExpected tells that a person has said so of the open episode, at the close of
// a day on which it had been told. It is asked until then.
func (o *opinion) isExpected(ep *episode, d signals.Day) bool {
	if o == nil || !o.expected || ep.isOpen() && d < ep.alertedOn {
		return false
	}
	o.expected = false
	return ep.isOpen()
}

func (o *opinion) encode(w *series.Writer) {
	w.Bool(o != nil)
	if o != nil {
		w.Day(o.of)
		w.Text(string(o.label))
		w.Float(o.eased)
		w.Day(o.at)
		w.Bool(o.expected)
		w.Int(o.said)
		w.Day(o.level)
	}
}

func decodeOpinion(r *series.Reader) *opinion {
	if !r.Bool() {
		return nil
	}
	o := &opinion{of: r.Day(), label: signals.Label(r.Text()), eased: r.Float(), at: r.Day(), expected: r.Bool(), said: r.Int(), level: r.Day()}
	if r.Err == nil && !(o.eased >= 1 && o.eased <= mostEased && slices.Contains(signals.Labels, o.label)) {
		r.Fail("an opinion out of range")
	}
	return o
}
