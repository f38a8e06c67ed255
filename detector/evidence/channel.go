package evidence

import (
	"math"
	"slices"

	"firstsign/detector/series"
	"firstsign/signals"
)

// Channel is a count of what they do, while its account is being judged: calls,
// messages, visits. Contact moves from one to another, and that is no decline.
type Channel struct {
	Series *series.Series
	Rule   *series.Rule
	Term   Term
	Lo     signals.Day
	Rate   float64 // counted per day of exposure, all that is known
	last   int     // index of the last contact
	// silence is the exposure since then, also where that was before the ring.
	silence float64
	// recent is what is known of the days of movedDays, balances what was worked out of it:
	// bit i of worked is set where it was. Few channels are silent, so few are asked for.
	recent   [len(movedDays)]recent
	balances [len(movedDays)]balance
	worked   uint16
}

// recent is the exposure of the last days of a channel, and what was counted.
type recent struct{ exposure, counted float64 }

// balance is how much there usually is of a channel, how much more there was,
// and the variance that chance gives it.
type balance struct{ usual, more, variance float64 }

// movedDays are those over which one channel's loss is compared with the gain
// of the others: as many of its silent days as one of them covers. A day before
// would bring in what it did last, and who calls six times on one day and then
// never again would seem to have lost nothing.
var movedDays = [...]int{fewestSilent, 10, 14, 18, 23, 28, 34, 41, 48, 56}

// Add measures a series as a channel of its account. The memory of the channels of the
// account before is used again.
func (cs *Channels) Add(s *series.Series, r *series.Rule, t Term, v *series.View) {
	*cs = slices.Grow(*cs, 1)[:len(*cs)+1]
	(*cs)[len(*cs)-1].measure(s, r, t, v)
}

// measure says all of a channel anew.
func (c *Channel) measure(s *series.Series, r *series.Rule, t Term, v *series.View) {
	c.Series, c.Rule, c.Term, c.Lo, c.last, c.worked = s, r, t, v.Lo, v.Last(), 0
	c.silence = s.Baseline.Silence(v)
	c.Rate = (float64(s.Baseline.Total) + v.Counted(1, series.ViewDays)) / (1 + float64(s.Baseline.Exposure+s.Baseline.Silent) + v.Exposure(1, series.ViewDays))
	for i, w := range movedDays {
		from := series.ViewDays - w
		c.recent[i] = recent{v.Exposure(from, series.ViewDays), v.Counted(from, series.ViewDays)}
		if s.Baseline.Exposure < series.Enough {
			total, _, exposure := s.Baseline.Reference(v, w)
			c.workOut(i, total, exposure)
		}
	}
}

// balance of the days of a place in movedDays: beside what was learned alone, where there
// is enough of it, because in the ring the new habit is there already.
func (c *Channel) balance(place int) *balance {
	if c.worked>>place&1 == 0 {
		c.workOut(place, float64(c.Series.Baseline.Total), float64(c.Series.Baseline.Exposure))
	}
	return &c.balances[place]
}

// workOut works out the balance of a place beside a past of so much exposure.
func (c *Channel) workOut(place int, total, exposure float64) {
	r, before := c.recent[place], total+0.5
	m := before / (exposure + 7) * r.exposure
	c.balances[place] = balance{m, r.counted - m, m + m*m*(c.Series.Baseline.Dispersion(movedDays[place], m)+1/before)}
	c.worked |= 1 << place
}

// The odds that the contact of a silent channel has moved: at first, in nats,
// movedOdds, or movedPart times its part of the usual contact, if that is more:
// when most of the contact goes, contact of any kind shows it as well, and there is
// time to see whether it comes another way. To this, what the others' gain says of it
// counts movedTrust fold. Set by hand on simulated channels.
const (
	movedOdds  = 1
	movedPart  = 6
	movedTrust = 2
	// tellable is the least that a loss must be beside what chance does to the
	// others, as a square, for them to have anything to say: meetings that end
	// have not moved to daily calls just because they would be lost among them.
	tellable = 0.5
	// crowdPrice is what each e-fold of channels costs such a loss, in nats: of
	// many, one is silent now and then.
	crowdPrice = 0.7
	// fewestSilent days make a channel silent. One that is still in use has not
	// moved: its fall counts in full.
	fewestSilent = 7
	// silentAlone is how many nats a silent channel shows beyond what contact of
	// any kind does: while as much comes as ever, less than an alert.
	silentAlone = 1.5
	// goneAlone is what comes on top, as far as the others have surely not gained:
	// so that, with what fusion takes off for its questions, it can be an alert.
	goneAlone = 2.5
	// retiredDays after its last contact a channel is given up if there was contact
	// through another within inUse days: what was to be told has been told.
	retiredDays = 84
	inUse       = 28
)

// Channels are all of one account.
type Channels []Channel

// Settle hands out the evidence of each channel that still counts, less what has
// moved to another. union is the evidence of contact of any kind; takenOver tells
// how probable it is that others have taken over the contact of a key contact's
// channel.
func (cs Channels) Settle(union float64, takenOver func(*Channel) float64, add func(*Channel, Term)) {
	for i := range cs {
		c := &cs[i]
		if cs.retired(c) {
			continue
		}
		t := c.Term
		switch part, others := cs.moved(c); {
		case others == 0:
		case part < 0: // nobody could tell
			t.Worth = max(0, t.Worth-crowdPrice*math.Log(others+1))
		default:
			t.Worth *= 1 - part
			if c.Series.Key.Contact == 0 { // contact of any kind says nothing of one person's
				t.Worth = min(t.Worth, union+silentAlone+goneAlone*max(0, 0.5-part))
			}
		}
		if c.Series.Key.Contact > 0 && t.Worth >= LeastEvidence {
			t.Worth *= 1 - takenOver(c)
		}
		add(c, t)
	}
}

// moved is how probable it is that what a channel lost went to the others of
// the same contact, or of the account, rather than away: the likelihood ratio of
// their gain being its loss to being chance (normal approximation).
// It is negative when there is so much other contact that nobody could tell.
// others is the number of other channels that were asked, 0 for a channel that
// is in use.
func (cs Channels) moved(c *Channel) (part, others float64) {
	w, silent := c.window()
	if !silent {
		return 0, 0
	}
	own := c.balance(w)
	loss := -own.more
	if loss <= 0 {
		return 0, 0
	}
	gain, variance, usual := 0.0, 0.0, own.usual
	for i := range cs {
		if o := &cs[i]; o.Series.Key.Contact == c.Series.Key.Contact && o != c {
			theirs := o.balance(w)
			gain += theirs.more
			variance += theirs.variance
			usual += theirs.usual
			others++
		}
	}
	if others == 0 || variance == 0 {
		return 0, 0
	}
	if loss*loss < tellable*variance {
		return -1, others
	}
	ratio := (gain*loss - loss*loss/2) / variance
	odds := float64(movedOdds)
	if usual > 0 {
		odds = max(odds, movedPart*own.usual/usual)
	}
	return 1 / (1 + math.Exp(-movedTrust*ratio-odds)), others
}

// window is the place in movedDays over which a silent channel's loss is
// balanced: since it fell silent, up to eight weeks.
func (c *Channel) window() (place int, silent bool) {
	days := series.ViewDays - 1 - c.last
	for place < len(movedDays)-1 && movedDays[place+1] <= days {
		place++
	}
	return place, days >= fewestSilent
}

// retired tells whether a channel was given up: it fell silent long ago, and there
// was contact through another one when that was known. It stays so until there is
// contact through it again. When the whole account pauses, all silences grow alike
// and their difference stays: what was given up does not come back with its silence.
func (cs Channels) retired(c *Channel) bool {
	if c.last >= 1 || float64(c.Series.Baseline.Silent) < retiredDays-series.JudgedDays {
		return false
	}
	for i := range cs {
		if o := &cs[i]; o != c && c.silence-o.silence >= retiredDays-inUse {
			return true
		}
	}
	return false
}
