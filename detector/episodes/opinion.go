package episodes

import (
	"math"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// What people say of an alert changes what is told of its account, in two ways
// and within bounds; what they did about it changes nothing.
//
// A false alarm makes its account's thresholds falseFactor times rarer, at most
// mostEased times, and half of that (of its logarithm) is forgotten in every
// easedDays: accounts change, and who has stopped listening must not stay deaf.
// What is expected is accepted as the account's level at the next close, as it
// would be after a season (assessment/newlevel.go): the episode ends, and what is three
// times rarer is a new one.
const (
	falseFactor = 1.5
	MostEased   = 3
	EasedDays   = 180
)

// Opinion is what people said of an account's alerts.
type Opinion struct {
	Of       signals.Day // where the episode began that was labelled last
	Last     signals.Label
	Said     int64       // when, in Unix nanoseconds
	Eased    float32     // by how much thresholds were made rarer, on day at; 1 at least
	at       signals.Day // where eased was worked out
	Expected bool        // the open episode is to be accepted at the next close
	Level    signals.Day // at whose close that was done last
}

// NewOpinion is that of an account of which nobody has said anything.
func NewOpinion() *Opinion { return &Opinion{Of: series.NoDay, Eased: 1, Level: series.NoDay} }

// EasedOn is how many times rarer than its grade's an account's thresholds are.
func (o *Opinion) EasedOn(d signals.Day) float64 {
	if o == nil || o.Eased <= 1 {
		return 1
	}
	return math.Pow(float64(o.Eased), math.Exp2(-float64(max(0, d-o.at))/EasedDays))
}

// Label notes what an episode was. Said again it changes nothing; said otherwise,
// what was said of it before no longer counts.
func (o *Opinion) Label(episode signals.Day, label signals.Label, d signals.Day) {
	eased, again := o.EasedOn(d), o.Of == episode
	switch was := again && o.Last == signals.FalseAlarm; {
	case was && label != signals.FalseAlarm:
		eased = max(1, eased/falseFactor)
	case !was && label == signals.FalseAlarm:
		eased = min(MostEased, eased*falseFactor)
	}
	if again && label != signals.Expected {
		o.Level = series.NoDay
	}
	o.Of, o.Last, o.Eased, o.at = episode, label, float32(eased), d
}

// TakeExpected tells that a person has said so of the open episode, at the close of
// a day on which it had been told. It is asked until then.
func (o *Opinion) TakeExpected(ep *Episode, d signals.Day) bool {
	if o == nil || !o.Expected || ep.IsOpen() && d < ep.AlertedOn {
		return false
	}
	o.Expected = false
	return ep.IsOpen()
}

// Encode writes the opinion, which may be nil, into the state.
func (o *Opinion) Encode(w *series.Writer) {
	w.Bool(o != nil)
	if o != nil {
		w.Day(o.Of)
		w.Text(string(o.Last))
		w.Float(o.Eased)
		w.Day(o.at)
		w.Bool(o.Expected)
		w.Int(o.Said)
		w.Day(o.Level)
	}
}

// DecodeOpinion reads what Encode wrote.
func DecodeOpinion(r *series.Reader) *Opinion {
	if !r.Bool() {
		return nil
	}
	o := &Opinion{Of: r.Day(), Last: signals.Label(r.Text()), Eased: r.Float(), at: r.Day(), Expected: r.Bool(), Said: r.Int(), Level: r.Day()}
	if r.Err == nil && !(o.Eased >= 1 && o.Eased <= MostEased && slices.Contains(signals.Labels, o.Last)) {
		r.Fail("an opinion out of range")
	}
	return o
}
