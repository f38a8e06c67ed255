package detector

import (
	"math"
	"math/bits"
	"slices"

	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// handover is a key person whose contact somebody else of the account has taken
// over: that is no withdrawal.
type handover struct {
	person uint8   // as in seriesKey
	to     uint8   // the likeliest successor's place in the account's circle
	part   float64 // how probable it is
	began  signals.Day
}

// Signals that tell that a person's part in the account has ended. They are
// known by their names, as those of the standard rules are.
const (
	ContactLeft     = "contact_left"
	ContactPromoted = "contact_promoted"
)

// Set by hand on simulated accounts (docs/data-team/detection/people.md).
const (
	// handoverOdds are the odds, before anybody's gain is looked at, that the
	// contact of a key person who falls silent goes on with somebody else; and
	// toldOdds when it was told that the person has left or was promoted.
	handoverOdds = 0.8
	toldOdds     = 2.5
	// handoverTrust is how often what the gains say is counted.
	handoverTrust = 2
	// shareDispersion is how much the part varies that a successor takes.
	shareDispersion = 0.15
	// leastLost is the part of a person's usual contact that must be lost: what
	// others do more while somebody does a little less has not gone to them.
	leastLost = 0.5
	// crowded is how many contacts a day of one person leave no room to see more:
	// mostADay of them are counted, and few at weekends.
	crowded = 2
	// fewestGone days make a person silent, on all channels.
	fewestGone = 7
	// A hand-over is remembered when it is surely one longGone days after the last
	// contact.
	longGone = 28
	surely   = 0.97
	// toldDays before the fall are asked whether it was told.
	toldDays = 28
)

// takenOver is how probable it is that the contact which a key person's channel
// lost goes on with other people of the account. Everybody is compared with what
// they did before the fall. Three stories are told against chance, each as
// likely as the others: one person took all of it, one took half of it, two took
// half each; the odds are the mean of their likelihood ratios over all people.
func (e *Engine) takenOver(j *judgement, c *evidence.Channel) float64 {
	a := j.account
	lost := a.circle.get(a.people[c.Series.Key.Contact-1])
	if lost == nil || len(a.circle) < 2 {
		return 0
	}
	d := e.declineOf(a, lost, c)
	usual, _, n := d.compare(lost)
	loss := usual - n
	if loss <= leastLost*usual {
		return 0
	}
	var whole, half, square, best, others float64
	h := handover{person: c.Series.Key.Contact, began: d.began}
	for i := range a.circle {
		f := &a.circle[i]
		if f == lost {
			continue
		}
		m, dispersion, n := d.compare(f)
		if m+loss/2 > crowded*d.y {
			continue
		}
		others++
		chance := stats.NegativeBinomialLog(n, m, dispersion)
		ratio := func(gain float64) float64 {
			return math.Exp(min(stats.MaxNats, stats.NegativeBinomialLog(n, m+gain, shareDispersion)-chance))
		}
		all, part := ratio(loss), ratio(loss/2)
		whole += all
		half += part
		square += part * part
		if all+part > best {
			best, h.to = all+part, uint8(i)
		}
	}
	if others == 0 {
		return 0
	}
	odds := (whole + half) / others
	if others > 1 {
		odds += (half*half - square) / (others * (others - 1))
	}
	prior := handoverOdds
	if lost.succeeded || e.toldOf(a, c.Series.Key.Contact, d.began-toldDays) {
		prior = toldOdds
	}
	odds = math.Pow(prior*odds/3, handoverTrust)
	h.part = odds / (1 + odds)
	j.handovers = append(j.handovers, h)
	return h.part
}

// remember keeps at a close which key persons were surely succeeded: later, when
// the days before the fall have left the ring, it is harder to tell.
func (j *judgement) remember() {
	a := j.account
	for i := range a.circle {
		if f := &a.circle[i]; f.succeeded && a.closed-f.last(a.closed) < fewestGone {
			f.succeeded = false
		}
	}
	for _, h := range j.handovers {
		if f := a.circle.get(a.people[h.person-1]); h.part > surely && a.closed-f.last(a.closed) >= longGone {
			f.succeeded = true
		}
	}
}

// succeeded are the handovers of a judgement that are likelier than not, each
// person's once.
func (j *judgement) succeeded() (list []handover) {
	for _, h := range j.handovers {
		if h.part > 0.5 && !slices.ContainsFunc(list, func(o handover) bool { return o.person == h.person }) {
			list = append(list, h)
		}
	}
	return list
}

// toldOf tells whether it was told since a day that a person has left or was
// promoted.
func (e *Engine) toldOf(a *account, person uint8, from signals.Day) bool {
	for i := range a.Series {
		s := &a.Series[i]
		if s.Key.Contact != person {
			continue
		}
		name := e.signals.Rules[s.Key.Signal].Name
		if (name == ContactLeft || name == ContactPromoted) && s.LastDay(a.closed) >= max(from, series.NoDay+1) {
			return true
		}
	}
	return false
}

// decline is when a key person's contact fell, and how much of normal days
// those before and since were to the account.
type decline struct {
	lo            signals.Day
	began         signals.Day
	before, since uint64 // days of the view
	x, y          float64
	span          float64 // days that were learned of the key person
}

// declineOf a person: since the last contact of one who is silent, else since
// the channel fell.
func (e *Engine) declineOf(a *account, p *face, c *evidence.Channel) decline {
	const all = 1<<series.ViewDays - 1
	d := decline{lo: c.Lo, span: float64(p.span)}
	switch last := bits.Len64(series.Since(p.seen(), c.Lo)&all) - 1; {
	case last < 1:
		d.began = c.Lo - signals.Day(c.Series.Baseline.Silent)
	case series.ViewDays-1-last >= fewestGone:
		d.began = c.Lo + signals.Day(last) + 1
	default:
		d.began = c.Lo + signals.Day(c.Term.Last)
	}
	from := min(series.ViewDays, max(1, int(d.began-c.Lo)))
	d.since = all &^ (1<<from - 1)
	if from > 1+series.Guard {
		d.before = 1<<(from-series.Guard) - 2
	}
	d.x, d.y = e.business(a, c.Series, 0, d.before), e.business(a, c.Series, 0, d.since)
	return d
}

// compare is what was to be expected of a person since the decline by the days
// before it, how much that may be off, and what was seen.
func (d *decline) compare(p *face) (m, dispersion, n float64) {
	n = float64(p.counted(d.lo, d.since))
	total, span := float64(p.total), float64(p.span)
	// What was learned since the decline does not count as before.
	if late := float64(d.lo + 1 - d.began); p.first >= d.began-series.Guard {
		total, span = 0, d.span
	} else if late > 0 {
		total, span = max(0, total-late*n/max(d.y, 7)), max(0, span-late)
	}
	total += float64(p.counted(d.lo, d.before)) + 0.5
	return total / (span + d.x + 7) * d.y, evidence.UnevenDays/max(d.y, 7) + 1/total, n
}
