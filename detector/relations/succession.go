package relations

import (
	"math"
	"math/bits"

	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Succession is who has taken over the contact of a key person: that is no
// withdrawal.
type Succession struct {
	To    uint8   // the likeliest successor's place in the circle
	Part  float64 // how probable it is
	Began signals.Day
}

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
	// ToldDays before the fall are asked whether it was told.
	ToldDays = 28
)

// TakenOver is how probable it is that the contact which a key person's channel
// lost goes on with other people of the account, as far as it is more likely than
// not that there was a loss. told: somebody said that the person has left or was
// promoted. Everybody is compared with what they did before the fall. Three stories
// are told against chance, each as likely as the others: one person took all of it,
// one took half of it, two took half each; the odds are the mean of their likelihood
// ratios over all people.
func (c Contacts) TakenOver(lost *Contact, d *Decline, told bool) (h Succession, ok bool) {
	usual, _, n := d.compare(lost)
	loss := usual - n
	if loss <= leastLost*usual {
		return h, false
	}
	var whole, half, square, best, others float64
	h.Began = d.Began
	for i := range c {
		f := &c[i]
		if f == lost {
			continue
		}
		m, dispersion, n := d.compare(f)
		if m+loss/2 > crowded*d.Y {
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
			best, h.To = all+part, uint8(i)
		}
	}
	if others == 0 {
		return h, false
	}
	odds := (whole + half) / others
	if others > 1 {
		odds += (half*half - square) / (others * (others - 1))
	}
	prior := handoverOdds
	if lost.succeeded || told {
		prior = toldOdds
	}
	odds = math.Pow(prior*odds/3, handoverTrust)
	h.Part = odds / (1 + odds)
	return h, true
}

// Settle keeps at a close that somebody was surely succeeded by others, with the
// probability of that: later, when the days before the fall have left the ring, it
// is harder to tell.
func (f *Contact) Settle(part float64, closed signals.Day) {
	if part > surely && closed-f.last(closed) >= longGone {
		f.succeeded = true
	}
}

// Unsettle forgets it of those who are in touch again.
func (c Contacts) Unsettle(closed signals.Day) {
	for i := range c {
		if f := &c[i]; f.succeeded && closed-f.last(closed) < fewestGone {
			f.succeeded = false
		}
	}
}

// Decline is when a key person's contact fell, and how much of normal days
// those before and since were to the account.
type Decline struct {
	lo            signals.Day
	Began         signals.Day
	Before, Since uint64 // days of the view
	X, Y          float64
	span          float64 // days that were learned of the key person
}

// DeclineOf a person: since the last contact of one who is silent, else since the
// channel fell, on day fell of the view from lo on. silent is the exposure without
// contact that has left the ring. x and y are left to the caller.
func (f *Contact) DeclineOf(lo signals.Day, silent float64, fell int) Decline {
	const all = 1<<series.ViewDays - 1
	d := Decline{lo: lo, span: float64(f.span)}
	switch last := bits.Len64(series.Since(f.seen(), lo)&all) - 1; {
	case last < 1:
		d.Began = lo - signals.Day(silent)
	case series.ViewDays-1-last >= fewestGone:
		d.Began = lo + signals.Day(last) + 1
	default:
		d.Began = lo + signals.Day(fell)
	}
	from := min(series.ViewDays, max(1, int(d.Began-lo)))
	d.Since = all &^ (1<<from - 1)
	if from > 1+series.Guard {
		d.Before = 1<<(from-series.Guard) - 2
	}
	return d
}

// compare is what was to be expected of a person since the decline by the days
// before it, how much that may be off, and what was seen.
func (d *Decline) compare(p *Contact) (m, dispersion, n float64) {
	n = float64(p.counted(d.lo, d.Since))
	total, span := float64(p.total), float64(p.span)
	// What was learned since the decline does not count as before.
	if late := float64(d.lo + 1 - d.Began); p.first >= d.Began-series.Guard {
		total, span = 0, d.span
	} else if late > 0 {
		total, span = max(0, total-late*n/max(d.Y, 7)), max(0, span-late)
	}
	total += float64(p.counted(d.lo, d.Before)) + 0.5
	return total / (span + d.X + 7) * d.Y, series.UnevenDays/max(d.Y, 7) + 1/total, n
}
