package simulate

import (
	"math"
	"math/rand/v2"

	"firstsign/signals"
)

// DeclineKind is how an account declines.
type DeclineKind string

// The kinds of declines; a healthy account has none.
const (
	Silence   DeclineKind = "silence"   // from one day on nothing comes from them
	Drop      DeclineKind = "drop"      // from one day on less comes, for good
	Decay     DeclineKind = "decay"     // less every week
	Defection DeclineKind = "defection" // signs of the key person for weeks, then it leaves

	// Those of the cast.
	Downturn   DeclineKind = "downturn"   // it buys less every week, of us as of others
	Withdrawal DeclineKind = "withdrawal" // from one day on nothing comes from the key person
	Handover   DeclineKind = "handover"   // no decline: a colleague does what the key person did
)

// Decline is the truth about one account that declines.
type Decline struct {
	Kind DeclineKind
	From signals.Day // the first day that is not as it was
	// Leaves is the day of a defection from which nothing comes any more.
	Leaves signals.Day
	// To is what remains of the usual activity: of a drop at once, of a decay
	// after Weeks weeks.
	To    float64
	Weeks int
	// Contact is the key person of a defection: the account's first contact.
	Contact string

	planned    []plannedEvent // the signs of a defection beside what falls
	noBadNews  bool           // no bad news by chance before it either
	deputyGain float64        // of the colleague in a hand-over
}

// plannedEvent is one thing that the key person does on its day, or that is done for
// the account as a whole.
type plannedEvent struct {
	day    signals.Day
	habit  int
	text   string
	target string // of a call forwarding
}

// drawDecline decides what becomes of an account. It always draws the same
// number of values, so that the share of declines does not change the habits.
func drawDecline(plan Plan, rng *rand.Rand) Decline {
	chance, kind, when, depth := rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()
	if chance >= plan.Declines || plan.Days < 60 {
		return Decline{}
	}
	d := Decline{From: plan.Start + signals.Day((0.5+0.35*when)*float64(plan.Days))}
	switch {
	case kind < 0.3:
		d.Kind = Silence
	case kind < 0.6:
		d.Kind, d.To = Drop, 0.2+0.3*depth
	case kind < 0.75:
		d.Kind, d.Leaves = Defection, d.From+7*defectionWeeks
	default:
		d.Kind, d.To, d.Weeks = Decay, 0.15+0.15*depth, 10+int(8*depth)
	}
	return d
}

// level is what remains of a habit on a day, 1 for all of it. who is the
// contact, -1 for none.
func (d *Decline) level(h, who int, day signals.Day) float64 {
	switch {
	case d.noBadNews && habits[h].badNews:
		return 0
	case d.Kind == "" || day < d.From:
		return 1
	case habits[h].ours && d.Kind != Handover:
		return d.ourEffort(day)
	}
	passed := float64(day - d.From)
	switch d.Kind {
	case Silence:
		return 0
	case Drop:
		return d.To
	case Decay:
		return max(d.To, math.Pow(d.To, passed/float64(7*d.Weeks)))
	case Defection:
		return d.defection(h, who, day)
	}
	return d.scenarioLevel(h, who, passed)
}

// defection is level of an account whose key person turns away first; the
// others follow slowly, and then all are gone.
func (d *Decline) defection(h, who int, day signals.Day) float64 {
	done := float64(day-d.From) / float64(d.Leaves-d.From)
	switch {
	case day >= d.Leaves || habits[h].badNews: // the bad news is in the script
		return 0
	case who == 0:
		return max(0.15, 1-1.7*done)
	case h == order:
		return 1 - 0.5*done
	}
	return 1 - 0.25*done
}

// scenarioLevel is what remains of a habit of a member of the cast, so many days
// after it began to change.
func (d *Decline) scenarioLevel(h, who int, passed float64) float64 {
	switch d.Kind {
	case Downturn: // of orders first, and of talking about them
		left := max(d.To, math.Pow(d.To, passed/float64(7*d.Weeks)))
		if h != order {
			left = math.Sqrt(left)
		}
		return left
	case Handover: // within two weeks
		done := min(1, (passed+1)/14)
		switch who {
		case 0:
			return 1 - done
		case 1:
			return 1 + done*d.deputyGain
		}
	case Withdrawal:
		if who == 0 {
			return 0
		}
	}
	return 1
}

// ourEffort is what remains of our own: we go on for a while and then give up.
func (d *Decline) ourEffort(day signals.Day) float64 {
	gone := d.From
	switch d.Kind {
	case Drop, Decay, Downturn:
		return 1
	case Withdrawal: // we call all the more
		return 1.6
	case Defection:
		gone = d.Leaves
	}
	switch {
	case day < gone:
		return 1
	case day < gone+28:
		return 0.7
	}
	return 0.15
}

// walletLevel is what remains of our share of what the account buys.
func (d *Decline) walletLevel(day signals.Day) float64 {
	if d.Kind != Defection || day < d.From {
		return 1
	}
	return max(0.3, 1-0.7*float64(day-d.From)/float64(d.Leaves-d.From))
}

// sentimentDrop is by how much the sentiment of a contact is worse.
func (d *Decline) sentimentDrop(who int, day signals.Day) float64 {
	switch {
	case d.Kind == "" || d.Kind == Handover || d.Kind == Downturn || day < d.From:
		return 0
	case d.Kind != Defection:
		return 0.15
	case who == 0:
		return min(0.6, 0.02*float64(day-d.From))
	}
	return 0.1
}

// The weeks from the first sign to the last contact; in the story there are
// more, for its signs are to be seen one by one.
const (
	defectionWeeks = 6
	storyWeeks     = 8
)

// planDefection gives a client that defects the signs of its key person, in days
// before it leaves.
func (c *customer) planDefection() {
	c.decline.Contact = c.account.Contacts[0].ID
	for _, sign := range []struct {
		before signals.Day
		habit  int
	}{
		{27, declined}, {24, complaint}, {20, declined}, {17, forwarding}, {15, praise},
		{13, declined}, {9, forwarding}, {6, praise}, {5, declined},
	} {
		s := plannedEvent{day: workingDay(c.decline.Leaves - sign.before), habit: sign.habit}
		if sign.habit == complaint || sign.habit == praise {
			s.text = c.quote(sign.habit)
		}
		c.decline.planned = append(c.decline.planned, s)
	}
}
