package simulate

import (
	"math"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
)

// visitEvery is the number of days between two of our visits, by grade. It is a
// little more than the norm, because of weekends and illness.
var visitEvery = map[accounts.Grade]float64{accounts.Key: 7.5, accounts.Potential: 9.5, accounts.Ordinary: 16, accounts.Marginal: 40}

// working tells whether our managers work on this day.
func (d *dayContext) working() bool {
	weekend := d.day.Weekday() == time.Saturday || d.day.Weekday() == time.Sunday
	return d.national >= 0.5 && (!weekend || d.national > 1)
}

// regularVisits adds the visits that our manager planned, on our working days.
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

// addOurs adds an interaction by our side, during our working hours.
func (c *customer) addOurs(d *dayContext, h int, out []occurrence) []occurrence {
	return c.addAt(d, h, -1, 1, "", 9+8*c.ourRand.Float64(), out)
}

// A key event takes place once a quarter, on its eventDay. Both are in days.
const quarter, eventDay = 91, 40

// serve adds what our service does. Complaints are answered within two working
// days. Key and potential accounts are invited to an event each quarter. A customer
// that turns away gets no answer and does not come.
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

// proposalEvery is the number of days between two of our proposals.
const proposalEvery = 35

// planProposals plans our proposals to a customer of high grade, and its answers.
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

// visitsEndBefore is how many days before the end of the history our visits to one
// account end. By the end, it has received about half of the visits it should.
const visitsEndBefore = 24

// endVisits ends our visits to the first healthy key account, and returns its id.
func endVisits(clients []*customer, from signals.Day) string {
	for _, c := range clients {
		if c.account.Grade == accounts.Key && c.decline.Kind == "" && c.scenario == "" {
			c.visitsEnd = from
			return c.account.ID
		}
	}
	return ""
}
