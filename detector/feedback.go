package detector

import (
	"math"
	"slices"

	"firstsign/signals"
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
	eased    float32 // by how much thresholds were made rarer, on day at; 1 at least
	at       signals.Day
	expected bool // the open episode is to be accepted at the next close
}

// easedOn is how many times rarer than its grade's an account's thresholds are.
func (o *opinion) easedOn(d signals.Day) float64 {
	if o == nil || o.eased <= 1 {
		return 1
	}
	return math.Pow(float64(o.eased), math.Exp2(-float64(max(0, d-o.at))/easedDays))
}

// say notes what an episode was. Said again it changes nothing; said
// otherwise, what was said before no longer counts.
func (o *opinion) say(episode signals.Day, label signals.Label, d signals.Day) {
	eased := o.easedOn(d)
	if o.of == episode && o.label == signals.FalseAlarm && label != signals.FalseAlarm {
		eased = max(1, eased/falseFactor)
	}
	if label == signals.FalseAlarm && (o.of != episode || o.label != signals.FalseAlarm) {
		eased = min(mostEased, eased*falseFactor)
	}
	*o = opinion{of: episode, label: label, eased: float32(eased), at: d, expected: o.expected && o.of == episode}
}

// feedback acts on what a person says of an alert.
func (e *Engine) feedback(c *signals.Control, offset int64) {
	if c.Account == "" {
		e.retire(c)
		return
	}
	a := e.index[c.Account]
	if a == nil || a.next > offset {
		return
	}
	episode, ok := episodeOf(a, c.Alert)
	if !ok {
		return // about our neglect, or of another account
	}
	a.next = offset + 1
	e.touch(a)
	if a.opinion == nil {
		a.opinion = &opinion{of: noDay, eased: 1}
	}
	a.opinion.say(episode, c.Label, e.closed)
	a.opinion.expected = c.Label == signals.Expected && a.episode.isOpen() && a.episode.since == episode
}

// episodeOf reads from an alert's id when its episode began; tell writes it.
func episodeOf(a *account, alert string) (signals.Day, bool) {
	if len(alert) <= len(a.id)+1 || alert[:len(a.id)] != a.id || alert[len(a.id)] != '-' {
		return 0, false
	}
	day, err := signals.ParseDay(alert[len(a.id)+1:])
	return day, err == nil
}

// isExpected tells that a person has said so of the open episode. It is asked
// once.
func (a *account) isExpected() bool {
	if a.opinion == nil || !a.opinion.expected {
		return false
	}
	a.opinion.expected = false
	return true
}

func (o *opinion) encode(w *writer) {
	w.bool(o != nil)
	if o != nil {
		w.day(o.of)
		w.string(string(o.label))
		w.float(o.eased)
		w.day(o.at)
		w.bool(o.expected)
	}
}

func decodeOpinion(r *reader) *opinion {
	if !r.bool() {
		return nil
	}
	o := &opinion{of: r.day(), label: signals.Label(r.string()), eased: r.float(), at: r.day(), expected: r.bool()}
	if r.err == nil && !(o.eased >= 1 && o.eased <= mostEased && slices.Contains(signals.Labels, o.label)) {
		r.fail("an opinion out of range")
	}
	return o
}
