package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
)

// Part is what an account of the cast shows.
type Part string

// The parts, in the order of the portfolio. The story comes before them.
const (
	Shrinks   Part = "downturn"   // buys less of everything, and our share stays
	HandsOver Part = "handover"   // its key person is promoted, and a deputy takes over
	Withdraws Part = "withdrawal" // its key person falls silent, and nobody takes over
	Unheard   Part = "unheard"    // complains, gets no answer, and falls silent; we know one person of it
	Demotes   Part = "demotion"   // well, but the files say after the history that we lost rank and a supporter
	Forgotten Part = "forgotten"  // well, but our side does not come any more
)

// Member of the cast: an account with a part, and the person that it is about.
type Member struct {
	Part    Part
	Account accounts.Account
	Contact accounts.Contact
}

// role is how a member is made: what the files say of it, and what it does from
// some days before the end of the history.
type role struct {
	part    Part
	account accounts.Account
	shares  []float64 // of the contacts, in what their side does
	size    float64   // as of a client; 0 is that of a busy one
	begins  signals.Day
	decline Decline
	script  []scene // days before the end
}

// cast is played by the accounts after the story's.
var cast = []role{
	{
		part: Shrinks, size: 5, begins: 52,
		account: accounts.Account{
			ID: "qingdao-haibin", Name: "青岛海滨纺织有限公司", Grade: accounts.Key, Rank: accounts.Partner, Potential: 9e6, Sales: 5.6e6, Margin: 1.3e6,
			Contacts: []accounts.Contact{
				{ID: "lin-haisheng", Name: "林海生", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Supporter},
				{ID: "xu-min", Name: "徐敏", Role: accounts.Purchaser, Power: 2, Stance: accounts.Neutral},
			},
		},
		shares:  []float64{0.6, 0.4},
		decline: Decline{Kind: Downturn, To: 0.12, Weeks: 1},
	},
	{
		part: HandsOver, begins: 40,
		account: accounts.Account{
			ID: "redwood-harbour", Name: "Redwood Harbour Shipping Ltd", Grade: accounts.Key, Rank: accounts.Main, Potential: 6e6, Sales: 3.1e6, Margin: 7.5e5,
			Contacts: []accounts.Contact{
				{ID: "margaret-hill", Name: "Margaret Hill", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Supporter},
				{ID: "oliver-stone", Name: "Oliver Stone", Role: accounts.Influencer, Power: 3, Stance: accounts.Neutral},
				{ID: "philip-crane", Name: "Philip Crane", Role: accounts.DecisionMaker, Power: 5}, // whom nobody meets
			},
		},
		shares:  []float64{0.7, 0.3, 0},
		decline: Decline{Kind: Handover},
		script:  []scene{{day: 40, habit: promoted}},
	},
	{
		part: Withdraws, begins: 45,
		account: accounts.Account{
			ID: "chengdu-jincheng", Name: "成都锦程物流有限公司", Grade: accounts.Key, Rank: accounts.Main, Stage: "续约谈判", Proposals: 1,
			Potential: 7e6, Sales: 4.2e6, Margin: 9.4e5,
			Contacts: []accounts.Contact{
				{ID: "zhou-wenbin", Name: "周文彬", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Neutral},
				{ID: "tang-jing", Name: "唐静", Role: accounts.User, Power: 1, Stance: accounts.Supporter},
				{ID: "he-qing", Name: "何青", Role: accounts.Screener, Power: 2, Stance: accounts.Neutral},
			},
		},
		shares:  []float64{0.55, 0.25, 0.2},
		decline: Decline{Kind: Withdrawal},
		script:  []scene{{day: 47, habit: declined}, {day: 38, habit: declined}},
	},
	{
		part: Unheard, begins: 22,
		account: accounts.Account{
			ID: "ningbo-haichuan", Name: "宁波海川电子有限公司", Grade: accounts.Potential, Rank: accounts.General, Potential: 5e6, Sales: 1.2e6, Margin: 3.1e5,
			Contacts: []accounts.Contact{{ID: "fang-min", Name: "方敏", Key: true, Role: accounts.Purchaser, Power: 3, Stance: accounts.Neutral}},
		},
		shares:  []float64{1},
		decline: Decline{Kind: Silence},
		script:  []scene{{day: 24, habit: message, text: "服务热线打了一个下午没人接，第三次了，非常失望。"}},
	},
	{
		part: Demotes,
		account: accounts.Account{
			ID: "bluestone-mill", Name: "Bluestone Mill Medical Inc", Grade: accounts.Key, Rank: accounts.Strategic, Potential: 8e6, Sales: 4.9e6, Margin: 9.8e5,
			Contacts: []accounts.Contact{
				{ID: "rachel-adams", Name: "Rachel Adams", Key: true, Role: accounts.DecisionMaker, Power: 4, Stance: accounts.Supporter},
				{ID: "henry-lane", Name: "Henry Lane", Role: accounts.OpinionLeader, Power: 2, Stance: accounts.Neutral},
			},
		},
		shares: []float64{0.7, 0.3},
		script: []scene{{day: 18, habit: proposal}}, // in vain
	},
}

// stage gives the clients after the story's their parts, and makes proposals to
// all of them. Without enough of them there is no cast.
func (s *Simulation) stage() {
	end := s.plan.Start + signals.Day(s.plan.Days)
	for i, c := range s.clients {
		c.offers = true
		c.prosper(rand.New(rand.NewPCG(s.plan.Seed+2, uint64(i))))
	}
	if len(s.clients) < 2*len(cast) {
		return
	}
	for i := range cast {
		s.clients[1+i].play(&cast[i], end)
	}
}

// LargeFrom is what an account buys in a year, from anybody, to be large.
const LargeFrom = 4e6

// prosper gives an account the money that goes with its grade, and a few of them
// money that does not: they have grown, or cost more than they bring.
func (c *client) prosper(rng *rand.Rand) {
	a := &c.account
	wallet, share := LargeFrom*(0.1+0.7*rng.Float64()), 0.35+0.4*rng.Float64()
	if a.Grade == accounts.Key || a.Grade == accounts.Potential || rng.Float64() < 0.04 {
		wallet = LargeFrom * (1.2 + rng.ExpFloat64())
	}
	if a.Grade == accounts.Potential || a.Grade == accounts.Marginal {
		share /= 3
	}
	c.share = share
	a.Potential, a.Sales = thousands(wallet), thousands(wallet*share)
	a.Margin = thousands(a.Sales * accounts.DefaultMargin)
	a.CostToServe = thousands(a.Margin * (0.1 + 0.4*rng.Float64()))
	if a.Grade == accounts.Ordinary && rng.Float64() < 0.06 {
		a.CostToServe = thousands(1.3 * a.Margin)
	}
	c.basket = a.Sales / (habits[order].weekly * c.size * 52)
}

func thousands(v float64) float64 { return math.Round(v/1000) * 1000 }

// play makes a client a member of the cast.
func (c *client) play(r *role, end signals.Day) {
	a := r.account
	a.Owner, a.StandIn, a.Superior = c.account.Owner, c.account.StandIn, c.account.Superior
	a.Renewal = time.Unix(int64(end+90+signals.Day(c.visits.IntN(300)))*24*60*60, 0).UTC()
	a.Contacts = append([]accounts.Contact(nil), a.Contacts...)
	c.part, c.account, c.id, c.foreign = r.part, a, []byte(a.ID), a.Name[0] < 0x80
	c.size, c.temper, c.growth, c.swing, c.mood = cmp.Or(r.size, 2.4), 0.4, 0, 0.03, 0.35
	c.nextVisit = c.born + 2
	c.people = nil
	for i, share := range r.shares { // who has a part does not travel
		c.people = append(c.people, person{id: []byte(a.Contacts[i].ID), share: share, leave: end + 90, back: end + 100})
	}
	c.basket = a.Sales / (habits[order].weekly * c.size * 52)
	c.reviews, c.share = 14, a.Sales/a.Potential
	c.decline = r.decline
	c.decline.calm = true
	if c.decline.Kind != "" {
		c.decline.From, c.decline.Contact = end-r.begins, a.Contacts[0].ID
	}
	if c.decline.Kind == Handover {
		c.decline.gain = r.shares[0] / r.shares[1]
	}
	for _, sc := range r.script {
		sc.day = workingDay(end - sc.day)
		c.decline.script = append(c.decline.script, sc)
	}
}

// proposalEvery so many days we make an offer to accounts that are worth it.
const proposalEvery = 35

// offer plans our proposals to a client that is worth them, and its answers.
func (c *client) offer(day signals.Day) {
	if c.account.Grade != accounts.Key && c.account.Grade != accounts.Potential {
		return
	}
	well := c.decline.Kind == "" && c.part != Demotes || c.decline.Kind == Handover || day < c.decline.From
	if (int(day)+c.review)%proposalEvery == 0 && well {
		offered := nextWorkingDay(day)
		c.plans(offered, proposal)
		c.plans(nextWorkingDay(offered+3+signals.Day(c.visits.IntN(5))), proposalAnswer)
	}
}

func (c *client) plans(day signals.Day, habit int) {
	c.decline.script = append(c.decline.script, scene{day: day, habit: habit})
}

// nextWorkingDay is a day, or the first one after it that is worked.
func nextWorkingDay(day signals.Day) signals.Day {
	for workingDay(day) != day {
		day++
	}
	return day
}

// Cast are the members of the portfolio who have a part.
func (s *Simulation) Cast() (members []Member) {
	for _, c := range s.clients {
		part := c.part
		if c.forgotten != 0 {
			part = Forgotten
		}
		if part != "" {
			members = append(members, Member{part, c.account, c.account.Contacts[0]})
		}
	}
	return members
}

// Later are the accounts as the files say some days after the history: who
// demotes us has done so, its key person leans to somebody else, and on our side the
// stand-in has taken it over.
func (s *Simulation) Later() []accounts.Account {
	list := s.Accounts()
	for i, c := range s.clients {
		if c.part == Demotes {
			a := &list[i]
			a.Rank = accounts.General
			if a.StandIn != "" {
				a.Owner, a.StandIn = a.StandIn, a.Owner
			}
			a.Contacts = append([]accounts.Contact(nil), a.Contacts...)
			a.Contacts[0].Stance = accounts.Leaning
		}
	}
	return list
}

// remaining is what remains of a habit of a member of the cast, so many days
// after it began to change.
func (d *Decline) remaining(h, who int, passed float64) float64 {
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
			return 1 + done*d.gain
		}
	case Withdrawal:
		if who == 0 {
			return 0
		}
	}
	return 1
}
