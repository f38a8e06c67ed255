package simulate

import (
	"math"
	"math/rand/v2"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
	"firstsign/signals/script"
)

// habit is one way in which a client and we deal with each other.
type habit struct {
	signal, source []byte
	direction      []byte  // attribute, nil for none
	weekly         float64 // how often in a week of an ordinary client
	again          float64 // chance that one is followed by another the same day: calls come in bursts
	ours           bool    // we act
	personal       bool    // by one of the contacts
	rare           bool    // bad news; not scaled by the client's activity
}

// The habits. Spend, sentiment and share of wallet come along with others; so do
// our answers to complaints, and the key events of each quarter.
const (
	callIn = iota
	callOut
	message
	meeting
	visit
	order
	complaint
	forwarding
	praise
	declined
	spend
	sentiment
	wallet
	answer
	invited
	attended

	// Those that happen when something else did, or in a story.
	postponed
	shortened
	promoted
	proposal
	proposalAnswer
)

var inbound, outbound = []byte("inbound"), []byte("outbound")

var habits = [...]habit{
	callIn:     {signal: []byte("call"), source: []byte("pbx"), direction: inbound, weekly: 3.8, again: 0.2, personal: true},
	callOut:    {signal: []byte("call"), source: []byte("pbx"), direction: outbound, weekly: 2.8, again: 0.15, personal: true, ours: true},
	message:    {signal: []byte("message"), source: []byte("chat"), weekly: 6.5, again: 0.3, personal: true},
	meeting:    {signal: []byte("meeting"), source: []byte("calendar"), weekly: 0.9, personal: true},
	visit:      {signal: []byte("visit"), source: []byte("crm"), weekly: 0.8, ours: true}, // but planned: see visited
	order:      {signal: []byte("order"), source: []byte("erp"), weekly: 1.3},
	complaint:  {signal: []byte("complaint"), source: []byte("crm"), weekly: 0.05, rare: true, personal: true},
	forwarding: {signal: []byte("forwarding"), source: []byte("pbx"), weekly: 0.012, rare: true, personal: true},
	praise:     {signal: []byte("competitor_praise"), source: []byte("crm"), weekly: 0.006, rare: true, personal: true},
	declined:   {signal: []byte("meeting_declined"), source: []byte("calendar"), weekly: 0.04, rare: true, personal: true},
	spend:      {signal: []byte("spend"), source: []byte("erp")},
	sentiment:  {signal: []byte("sentiment"), source: []byte("chat"), personal: true},
	wallet:     {signal: []byte("share_of_wallet"), source: []byte("crm")},
	answer:     {signal: []byte("complaint_resolved"), source: []byte("crm"), ours: true},
	invited:    {signal: []byte("event_invited"), source: []byte("crm"), ours: true},
	attended:   {signal: []byte("event_attended"), source: []byte("crm")},

	postponed:      {signal: []byte("meeting_postponed"), source: []byte("calendar"), personal: true},
	shortened:      {signal: []byte("meeting_shortened"), source: []byte("calendar"), personal: true},
	promoted:       {signal: []byte("contact_promoted"), source: []byte("crm"), personal: true},
	proposal:       {signal: []byte("proposal"), source: []byte("crm"), ours: true},
	proposalAnswer: {signal: []byte("proposal_answer"), source: []byte("crm")},
}

// sentimentShare of calls and messages are rated.
const sentimentShare = 0.2

// client is one account as it lives.
type client struct {
	account accounts.Account
	id      []byte
	foreign bool
	people  []person
	rng     *rand.Rand

	size    float64 // activity, 1 is ordinary
	temper  float64 // how uneven it is, 1 is ordinary
	growth  float64 // per year, of the logarithm
	swing   float64 // of the season
	phase   float64
	week    [7]float64
	basket  float64     // usual spend of an order
	born    signals.Day // growth starts here
	share   float64     // of its purchases that are ours
	mood    float64     // usual sentiment
	review  int         // day of the 28 on which the share of wallet is known
	decline Decline

	visits    *rand.Rand  // when we come has nothing to do with what they do
	nextVisit signals.Day // in our plan
	forgotten signals.Day // from when on we do not come any more; 0 is never
	due       signals.Day // when complaints are answered; 0: none waits
	part      Part        // in the cast
	offers    bool        // we make proposals to it
	reviews   int         // days between two looks at the share of wallet

	spell  float64 // a busy or quiet spell: AR(1) of the logarithm
	serial int32
}

// person is a contact.
type person struct {
	id    []byte
	share float64
	leave signals.Day // first day of the next vacation
	back  signals.Day
}

// lived is what a day is like for everybody.
type lived struct {
	day              signals.Day
	start            int64
	mood             float64
	national, abroad float64
}

// gradeSize is the activity of an ordinary client of each grade.
var gradeSize = map[accounts.Grade]float64{accounts.Key: 2.2, accounts.Potential: 1.4, accounts.Ordinary: 1, accounts.Marginal: 0.6}

func newClient(plan Plan, index int, names *naming) *client {
	rng := rand.New(rand.NewPCG(plan.Seed, uint64(index)))
	c := &client{rng: rng, born: plan.Start, reviews: 28}
	c.account, c.foreign = names.account(index, rng)
	c.id = []byte(c.account.ID)
	c.size = gradeSize[c.account.Grade] * math.Exp(0.35*rng.NormFloat64())
	c.temper = math.Exp(0.35 * rng.NormFloat64())
	c.growth = 0.06 * rng.NormFloat64()
	c.swing = 0.12 * rng.Float64()
	c.phase = 2 * math.Pi * rng.Float64()
	c.week = [7]float64{time.Sunday: 0.04, time.Monday: 1.05, time.Tuesday: 1.15, time.Wednesday: 1.1, time.Thursday: 1.05, time.Friday: 0.85, time.Saturday: 0.08}
	for d := range c.week {
		c.week[d] *= math.Exp(0.1 * rng.NormFloat64())
	}
	if rng.Float64() < 0.15 {
		c.week[time.Saturday] = 0.5 // works on Saturdays
	}
	c.basket = 8000 * c.size * math.Exp(0.6*rng.NormFloat64())
	c.account.Margin = math.Round(c.basket*habits[order].weekly*c.size*52*accounts.DefaultMargin/1000) * 1000
	c.share = 0.35 + 0.5*rng.Float64()
	c.mood = 0.15 + 0.3*rng.Float64()
	c.review = rng.IntN(28)
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
	c.visits = rand.New(rand.NewPCG(plan.Seed+1, uint64(index)))
	c.nextVisit = plan.Start + signals.Day(c.visits.Float64()*visitEvery[c.account.Grade])
	c.account.Renewal = time.Unix((int64(plan.Start)+int64(plan.Days)+int64(c.visits.IntN(365)))*24*60*60, 0).UTC()
	c.decline = drawDecline(plan, rng)
	if c.decline.Kind == Defection {
		c.turnAway()
	}
	return c
}

// plan draws a vacation that begins not before a day.
func (p *person) plan(from signals.Day, rng *rand.Rand) {
	p.leave = from
	p.back = from + 5 + signals.Day(rng.IntN(10))
}

// live appends what happens on a day.
func (c *client) live(d *lived, out []occurrence) []occurrence {
	c.spell = 0.88*c.spell + 0.1*c.temper*c.rng.NormFloat64()
	busy := 0.2 * c.temper
	// Less half the variance of both, so that the mean stays.
	spread := busy*busy + 0.01*c.temper*c.temper/(1-0.88*0.88)
	activity := c.size * d.mood * c.dayShape(d) * math.Exp(c.spell+busy*c.rng.NormFloat64()-spread/2)
	for i := range c.people {
		if p := &c.people[i]; d.day >= p.back {
			p.plan(d.day+90+signals.Day(c.rng.IntN(160)), c.rng)
		}
	}
	for h := callIn; h <= declined; h++ {
		level := habits[h].weekly / 5.3 // the working week, weekend included
		if habits[h].rare {
			level *= c.dayShape(d)
		} else {
			level *= activity
		}
		if habits[h].personal {
			for i := range c.people {
				out = c.act(d, h, i, level*c.present(d.day, i)*c.decline.level(h, i, d.day), out)
			}
		} else {
			from := len(out)
			out = c.act(d, h, -1, level*c.decline.level(h, -1, d.day), out)
			if h == visit { // drawn for nothing: what a seed makes of the others stays as it was
				out = c.visited(d, out[:from])
			}
		}
	}
	out = c.served(d, out)
	if c.offers {
		c.offer(d.day)
	}
	if (int(d.day)+c.review)%c.reviews == 0 && c.decline.level(order, -1, d.day) > 0 {
		share := c.share*c.decline.walletLevel(d.day) + c.guess()*c.rng.NormFloat64()
		out = c.add(d, wallet, -1, math.Round(1000*min(max(share, 0), 1))/1000, "", out)
	}
	for _, s := range c.decline.script {
		if s.day != d.day {
			continue
		}
		who := -1
		if habits[s.habit].personal {
			who = 0
		}
		out = c.add(d, s.habit, who, 1, s.text, out)
		out[len(out)-1].target = s.target
	}
	return out
}

// guess is how well our share of what a client buys is known.
func (c *client) guess() float64 {
	if c.offers { // it says so when it answers
		return 0.05 * c.share
	}
	return 0.03
}

// visitEvery is how many days are between two of our visits, by grade: a little
// more than is owed, with weekends and an illness in between.
var visitEvery = map[accounts.Grade]float64{accounts.Key: 7.5, accounts.Potential: 9.5, accounts.Ordinary: 16, accounts.Marginal: 40}

// working tells whether our managers work on a day.
func (d *lived) working() bool {
	weekend := d.day.Weekday() == time.Saturday || d.day.Weekday() == time.Sunday
	return d.national >= 0.5 && (!weekend || d.national > 1)
}

// visited is our manager's plan: regular visits, on working days of ours.
func (c *client) visited(d *lived, out []occurrence) []occurrence {
	if d.day < c.nextVisit || !d.working() {
		return out
	}
	c.nextVisit = d.day + signals.Day(math.Round(visitEvery[c.account.Grade]*(0.8+0.4*c.visits.Float64())))
	if c.visits.Float64() >= c.decline.level(visit, -1, d.day) || c.forgotten != 0 && d.day >= c.forgotten {
		return out
	}
	return c.ours(d, visit, out)
}

// ours adds something that we do, at some hour of our day.
func (c *client) ours(d *lived, h int, out []occurrence) []occurrence {
	return c.note(d, h, -1, 1, "", 9+8*c.visits.Float64(), out)
}

// quarter in days: how often there is a key event, on its eventDay.
const quarter, eventDay = 91, 40

// served is what our service does: complaints are answered within two working
// days, and the better accounts invited to a key event each quarter. Those of a
// client that turns away stay without an answer, and it does not come.
func (c *client) served(d *lived, out []occurrence) []occurrence {
	if c.due != 0 && d.day >= c.due && d.working() {
		c.due = 0
		out = c.ours(d, answer, out)
	}
	if g := c.account.Grade; (g == accounts.Key || g == accounts.Potential) && (d.day-c.born)%quarter == eventDay {
		out = c.ours(d, invited, out)
		if c.visits.Float64() < 0.8 && c.part != Withdraws && c.decline.level(meeting, 0, d.day) > 0.7 {
			out = c.ours(d, attended, out)
		}
	}
	return out
}

// dayShape is how much of a normal day this day is for the client.
func (c *client) dayShape(d *lived) float64 {
	work := d.national
	if c.foreign {
		work = d.abroad
	}
	week := c.week[d.day.Weekday()]
	if work > 1 { // a weekend day that is worked
		week, work = 0.9, 1
	}
	years := float64(d.day-c.born) / 365.25
	return work * week * math.Exp(c.growth*years+c.swing*math.Sin(2*math.Pi*years+c.phase))
}

// present is the part of the client's dealings that a contact has on a day:
// its share, almost nothing on vacation, and half of what the others leave.
func (c *client) present(day signals.Day, i int) float64 {
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

// act lets a habit happen with a mean.
func (c *client) act(d *lived, h, who int, mean float64, out []occurrence) []occurrence {
	// Each occurrence draws others after it; taken off here, so that the mean stays.
	for range script.Poisson(c.rng, mean*(1-habits[h].again)) {
		for {
			out = c.happen(d, h, who, out)
			if habits[h].again == 0 || c.rng.Float64() >= habits[h].again {
				break
			}
		}
	}
	return out
}

// happen adds one interaction and what comes along with it.
func (c *client) happen(d *lived, h, who int, out []occurrence) []occurrence {
	text := ""
	if h == complaint || h == praise {
		text = c.words(h)
	}
	out = c.add(d, h, who, 1, text, out)
	switch h {
	case complaint:
		c.due = d.day + 1 + signals.Day(c.visits.IntN(2))
	case order:
		amount := c.basket * math.Exp(0.4*c.rng.NormFloat64()) * c.decline.walletLevel(d.day)
		out = c.add(d, spend, -1, math.Round(amount*100)/100, "", out)
	case callIn, message:
		if c.rng.Float64() < sentimentShare {
			out = c.add(d, sentiment, who, c.feeling(d.day, who), "", out)
		}
	}
	return out
}

// feeling is a sentiment between -1 and 1.
func (c *client) feeling(day signals.Day, who int) float64 {
	v := c.mood - c.decline.chill(who, day) + 0.25*c.rng.NormFloat64()
	return math.Round(1000*min(max(v, -1), 1)) / 1000
}

func (c *client) add(d *lived, h, who int, value float64, text string, out []occurrence) []occurrence {
	hour := 10.3 + 1.1*c.rng.NormFloat64()
	if c.rng.Float64() < 0.5 {
		hour = 15.2 + 1.4*c.rng.NormFloat64()
	}
	return c.note(d, h, who, value, text, hour, out)
}

func (c *client) note(d *lived, h, who int, value float64, text string, hour float64, out []occurrence) []occurrence {
	c.serial++
	seconds := int64(3600 * min(max(hour, 7), 21)) // whole seconds, and well within the day
	return append(out, occurrence{
		time: d.start + seconds*int64(time.Second), value: value,
		serial: c.serial, habit: int8(h), person: int8(who), text: text,
	})
}
