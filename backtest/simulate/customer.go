package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"time"
	"unicode/utf8"

	"firstsign/accounts"
	"firstsign/signals"
)

// customer is one simulated account.
type customer struct {
	account accounts.Account
	id      []byte
	foreign bool
	people  []person
	rng     *rand.Rand

	size        float64 // activity; 1 is ordinary
	variability float64 // how much activity varies; 1 is ordinary
	growth      float64 // of the logarithm of activity, per year
	seasonSwing float64 // amplitude of the yearly season
	seasonPhase float64
	week        [7]float64
	orderValue  float64     // usual value of an order
	since       signals.Day // first simulated day
	walletShare float64     // share of its purchases that it makes from us
	sentiment   float64     // usual sentiment, -1 to 1
	walletDay   int         // offset of the days on which the share of wallet is recorded
	decline     Decline

	ourRand       *rand.Rand  // our actions have random numbers of their own, so that they do not change what the customer does
	nextVisit     signals.Day // planned by our manager
	visitsEnd     signals.Day // no visits from this day on; 0 is never
	answerDue     signals.Day // day on which a complaint is answered; 0: none is open
	scenario      Scenario    // empty for an ordinary account
	getsProposals bool        // our side makes proposals to it
	walletEvery   int         // days between two records of the share of wallet

	spell  float64 // busy or quiet periods: AR(1) of the logarithm of activity
	serial int32
}

// person is a contact of a customer.
type person struct {
	id    []byte
	share float64
	leave signals.Day // first day of the next vacation
	back  signals.Day
}

// plan draws a vacation that does not begin before from.
func (p *person) plan(from signals.Day, rng *rand.Rand) {
	p.leave = from
	p.back = from + 5 + signals.Day(rng.IntN(10))
}

// dayContext is what one day is like for all customers.
type dayContext struct {
	day              signals.Day
	start            int64
	common           float64
	national, abroad float64
}

// gradeSize is the activity of an ordinary customer of each grade.
var gradeSize = map[accounts.Grade]float64{accounts.Key: 2.2, accounts.Potential: 1.4, accounts.Ordinary: 1, accounts.Marginal: 0.6}

func newCustomer(plan Plan, index int, names *naming) *customer {
	rng := rand.New(rand.NewPCG(plan.Seed, uint64(index)))
	c := &customer{rng: rng, since: plan.Start, walletEvery: 28}
	c.account, c.foreign = names.account(index, rng)
	if index < len(plan.Listed) {
		made := c.account.Contacts
		c.account = plan.Listed[index]
		if len(c.account.Contacts) == 0 {
			c.account.Contacts = made // somebody calls there, whom no file names
		}
		c.foreign = c.account.Name != "" && c.account.Name[0] < utf8.RuneSelf
	}
	c.id = []byte(c.account.ID)
	c.size = cmp.Or(gradeSize[c.account.Grade], 1) * math.Exp(0.35*rng.NormFloat64())
	c.variability = math.Exp(0.35 * rng.NormFloat64())
	c.growth = 0.06 * rng.NormFloat64()
	c.seasonSwing = 0.12 * rng.Float64()
	c.seasonPhase = 2 * math.Pi * rng.Float64()
	c.week = [7]float64{time.Sunday: 0.04, time.Monday: 1.05, time.Tuesday: 1.15, time.Wednesday: 1.1, time.Thursday: 1.05, time.Friday: 0.85, time.Saturday: 0.08}
	for d := range c.week {
		c.week[d] *= math.Exp(0.1 * rng.NormFloat64())
	}
	if rng.Float64() < 0.15 {
		c.week[time.Saturday] = 0.5 // works on Saturdays
	}
	c.orderValue = 8000 * c.size * math.Exp(0.6*rng.NormFloat64())
	margin := math.Round(c.orderValue*habits[order].weekly*c.size*52*accounts.DefaultMargin/1000) * 1000
	c.account.Margin = cmp.Or(c.account.Margin, margin)
	c.walletShare = 0.35 + 0.5*rng.Float64()
	c.sentiment = 0.15 + 0.3*rng.Float64()
	c.walletDay = rng.IntN(28)
	left := 1.0
	for i, contact := range c.account.Contacts {
		share := left
		if i < len(c.account.Contacts)-1 {
			share = left * (0.55 + 0.2*rng.Float64())
		}
		left -= share
		p := person{id: []byte(contact.ID), share: share}
		p.plan(plan.Start+signals.Day(rng.IntN(150)), rng)
		c.people = append(c.people, p)
	}
	c.ourRand = rand.New(rand.NewPCG(plan.Seed+1, uint64(index)))
	c.nextVisit = plan.Start + signals.Day(c.ourRand.Float64()*visitEvery[c.account.Grade])
	if renewal := midnight(plan.Start + signals.Day(plan.Days+c.ourRand.IntN(365))); index >= len(plan.Listed) {
		c.account.Renewal = renewal
	}
	c.decline = drawDecline(plan, rng)
	if c.decline.Kind == Defection {
		c.planDefection()
	}
	return c
}

// simulateDay appends the interactions of one day.
func (c *customer) simulateDay(d *dayContext, out []occurrence) []occurrence {
	c.spell = 0.88*c.spell + 0.1*c.variability*c.rng.NormFloat64()
	busy := 0.2 * c.variability
	// A log-normal has mean exp(variance/2). Half the variance of both terms is
	// subtracted, so that the mean stays.
	spread := busy*busy + 0.01*c.variability*c.variability/(1-0.88*0.88)
	activity := c.size * d.common * c.dayShape(d) * math.Exp(c.spell+busy*c.rng.NormFloat64()-spread/2)
	for i := range c.people {
		if p := &c.people[i]; d.day >= p.back {
			p.plan(d.day+90+signals.Day(c.rng.IntN(160)), c.rng)
		}
	}
	for h := callIn; h <= declined; h++ {
		level := habits[h].weekly / 5.3 // habits are per week, and a week has about 5.3 working days with the weekend's share
		if habits[h].badNews {
			level *= c.dayShape(d)
		} else {
			level *= activity
		}
		if habits[h].personal {
			for i := range c.people {
				out = c.repeatHabit(d, h, i, level*c.presence(d.day, i)*c.decline.level(h, i, d.day), out)
			}
		} else {
			from := len(out)
			out = c.repeatHabit(d, h, -1, level*c.decline.level(h, -1, d.day), out)
			if h == visit { // the drawn visits are discarded; drawing them keeps all other random numbers of a seed
				out = c.regularVisits(d, out[:from])
			}
		}
	}
	out = c.serve(d, out)
	if c.getsProposals {
		c.planProposals(d.day)
	}
	if (int(d.day)+c.walletDay)%c.walletEvery == 0 && c.decline.level(order, -1, d.day) > 0 {
		share := c.walletShare*c.decline.walletLevel(d.day) + c.walletError()*c.rng.NormFloat64()
		out = c.addTheirs(d, wallet, -1, math.Round(1000*min(max(share, 0), 1))/1000, "", out)
	}
	for _, s := range c.decline.planned {
		if s.day != d.day {
			continue
		}
		who := -1
		if habits[s.habit].personal {
			who = 0
		}
		out = c.addTheirs(d, s.habit, who, 1, s.text, out)
		out[len(out)-1].target = s.target
	}
	return out
}

// dayShape is how much of a normal day this day is for the customer.
func (c *customer) dayShape(d *dayContext) float64 {
	work := d.national
	if c.foreign {
		work = d.abroad
	}
	week := c.week[d.day.Weekday()]
	if work > 1 { // a make-up working day on a weekend
		week, work = 0.9, 1
	}
	years := float64(d.day-c.since) / 365.25
	return work * week * math.Exp(c.growth*years+c.seasonSwing*math.Sin(2*math.Pi*years+c.seasonPhase))
}

// presence is the share of the customer's contact that one person has on a day. It
// is almost nothing on vacation. The others take over half of an absent person's
// share.
func (c *customer) presence(day signals.Day, i int) float64 {
	p := &c.people[i]
	if day >= p.leave && day < p.back {
		return 0.03 * p.share
	}
	share, here := p.share, 0
	left := 0.0
	for k := range c.people {
		if o := &c.people[k]; day >= o.leave && day < o.back {
			left += o.share
		} else {
			here++
		}
	}
	return share + left/2/float64(here)
}

// midnight is the beginning of a day in UTC, as accounts keep their dates.
func midnight(d signals.Day) time.Time {
	year, month, day := d.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
