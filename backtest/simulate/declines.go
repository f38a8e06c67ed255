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
	Silence   DeclineKind = "silence"   // no contact from one day on
	Drop      DeclineKind = "drop"      // less contact from one day on, for good
	Decay     DeclineKind = "decay"     // less contact every week
	Defection DeclineKind = "defection" // the key person shows signs for weeks, then the account leaves

	// Declines of personas.
	Downturn   DeclineKind = "downturn"   // buys less every week, from us and from others
	Withdrawal DeclineKind = "withdrawal" // no contact by the key person from one day on
	Handover   DeclineKind = "handover"   // no decline: a colleague takes over from the key person
)

// Decline is the truth about one declining account.
type Decline struct {
	Kind DeclineKind
	From signals.Day // first day of the decline
	// Leaves is the first day without any contact, of a defection.
	Leaves signals.Day
	// To is the remaining share of the usual activity: at once for a drop, after
	// Weeks weeks for a decay.
	To    float64
	Weeks int
	// Contact is the key person of a defection, the first contact of the account.
	Contact string

	planned    []plannedEvent // signs on fixed days, besides falling activity
	noBadNews  bool           // no random bad news at any time
	deputyGain float64        // growth of the deputy's activity in a hand-over
}

// plannedEvent is an interaction on a fixed day, by the key person or with the
// account as a whole.
type plannedEvent struct {
	day    signals.Day
	habit  int
	text   string
	target string // number that calls are forwarded to
}

// drawDecline decides how an account declines. It always draws the same number of
// values, so that the share of declines does not change the habits of a seed.
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

// level is the remaining share of a habit on a day; 1 is all of it. who is the
// index of the contact, -1 for none.
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

// defection is level for an account whose key person turns away first. The others
// follow slowly, and then the account is gone.
func (d *Decline) defection(h, who int, day signals.Day) float64 {
	done := float64(day-d.From) / float64(d.Leaves-d.From)
	switch {
	case day >= d.Leaves || habits[h].badNews: // bad news is planned
		return 0
	case who == 0:
		return max(0.15, 1-1.7*done)
	case h == order:
		return 1 - 0.5*done
	}
	return 1 - 0.25*done
}

// scenarioLevel is level for the declines of personas, passed days after they
// began.
func (d *Decline) scenarioLevel(h, who int, passed float64) float64 {
	switch d.Kind {
	case Downturn: // orders fall first, other contact less
		left := max(d.To, math.Pow(d.To, passed/float64(7*d.Weeks)))
		if h != order {
			left = math.Sqrt(left)
		}
		return left
	case Handover: // takes two weeks
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

// ourEffort is the remaining share of our own activity. We go on for a while and
// then give up.
func (d *Decline) ourEffort(day signals.Day) float64 {
	gone := d.From
	switch d.Kind {
	case Drop, Decay, Downturn:
		return 1
	case Withdrawal: // we call more often
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

// walletLevel is the remaining share of our part of the account's purchases.
func (d *Decline) walletLevel(day signals.Day) float64 {
	if d.Kind != Defection || day < d.From {
		return 1
	}
	return max(0.3, 1-0.7*float64(day-d.From)/float64(d.Leaves-d.From))
}

// sentimentDrop is by how much the sentiment of a contact falls.
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

// Weeks from the first sign to the last contact. The story takes longer, so that
// its signs can be seen one by one.
const (
	defectionWeeks = 6
	storyWeeks     = 8
)

// planDefection plans the signs of the key person. Days count back from the day on
// which the account leaves.
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
