package simulate

import (
	"math"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
)

// visitEvery is how many days are between two of our visits, by grade: a little
// more than is owed, with weekends and an illness in between.
var visitEvery = map[accounts.Grade]float64{accounts.Key: 7.5, accounts.Potential: 9.5, accounts.Ordinary: 16, accounts.Marginal: 40}

// working tells whether our managers work on a day.
func (d *dayContext) working() bool {
	weekend := d.day.Weekday() == time.Saturday || d.day.Weekday() == time.Sunday
	return d.national >= 0.5 && (!weekend || d.national > 1)
}

// regularVisits is our manager's plan: regular visits, on working days of ours.
func (c *customer) regularVisits(d *dayContext, out []occurrence) []occurrence {
	if d.day < c.nextVisit || !d.working() {
		return out
	}
	c.nextVisit = d.day + signals.Day(math.Round(visitEvery[c.account.Grade]*(0.8+0.4*c.ourRand.Float64())))
	if c.ourRand.Float64() >= c.decline.level(visit, -1, d.day) || c.visitsEnd != 0 && d.day >= c.visitsEnd {
		return out
	}
	return c.addOurs(d, visit, out)
}

// addOurs adds something that we do, at some hour of our day.
func (c *customer) addOurs(d *dayContext, h int, out []occurrence) []occurrence {
	return c.addAt(d, h, -1, 1, "", 9+8*c.ourRand.Float64(), out)
}

// quarter in days: how often there is a key event, on its eventDay.
const quarter, eventDay = 91, 40

// serve is what our service does: complaints are answered within two working
// days, and the better accounts invited to a key event each quarter. Those of a
// client that turns away stay without an answer, and it does not come.
func (c *customer) serve(d *dayContext, out []occurrence) []occurrence {
	if c.answerDue != 0 && d.day >= c.answerDue && d.working() {
		c.answerDue = 0
		out = c.addOurs(d, answer, out)
	}
	if g := c.account.Grade; (g == accounts.Key || g == accounts.Potential) && (d.day-c.since)%quarter == eventDay {
		out = c.addOurs(d, invited, out)
		if c.ourRand.Float64() < 0.8 && c.scenario != Withdraws && c.decline.level(meeting, 0, d.day) > 0.7 {
			out = c.addOurs(d, attended, out)
		}
	}
	return out
}

// proposalEvery so many days we make an offer to accounts that are worth it.
const proposalEvery = 35

// planProposals plans our proposals to a client that is worth them, and its answers.
func (c *customer) planProposals(day signals.Day) {
	if c.account.Grade != accounts.Key && c.account.Grade != accounts.Potential {
		return
	}
	well := c.decline.Kind == "" && c.scenario != Demotes || c.decline.Kind == Handover || day < c.decline.From
	if (int(day)+c.walletDay)%proposalEvery == 0 && well {
		offered := nextWorkingDay(day)
		c.planEvent(offered, proposal)
		c.planEvent(nextWorkingDay(offered+3+signals.Day(c.ourRand.IntN(5))), proposalAnswer)
	}
}

func (c *customer) planEvent(day signals.Day, habit int) {
	c.decline.planned = append(c.decline.planned, plannedEvent{day: day, habit: habit})
}

// visitsEndBefore the end of the history our visits to an account end: about
// when that is half of what a key account is owed, the history ends.
const visitsEndBefore = 24

// endVisits ends our visits to the first key account that is well, and returns its id.
func endVisits(clients []*customer, from signals.Day) string {
	for _, c := range clients {
		if c.account.Grade == accounts.Key && c.decline.Kind == "" && c.scenario == "" {
			c.visitsEnd = from
			return c.account.ID
		}
	}
	return ""
}
