package simulate

import (
	"cmp"
	"math/rand/v2"

	"firstsign/accounts"
	"firstsign/signals"
)

// Scenario is what a persona goes through.
type Scenario string

// The scenarios, in the order of the portfolio. The story comes before them.
const (
	BuysLess         Scenario = "downturn"   // buys less of everything; our share stays
	HandsOver        Scenario = "handover"   // the key person is promoted and a deputy takes over
	Withdraws        Scenario = "withdrawal" // the key person falls silent and nobody takes over
	ComplaintIgnored Scenario = "unheard"    // complains, gets no answer and falls silent; we know one person there
	Demotes          Scenario = "demotion"   // healthy; after the history, files say that we lost rank and a supporter
	NotVisited       Scenario = "forgotten"  // healthy, but our side stops visiting
)

// Persona is an account with a scenario, and the person whom it is about.
type Persona struct {
	Scenario Scenario
	Account  accounts.Account
	Contact  accounts.Contact
}

// personaScript describes a persona: its record, and what it does in the last days
// of the history.
type personaScript struct {
	scenario Scenario
	account  accounts.Account
	shares   []float64 // of the contacts, in the account's activity
	size     float64   // activity; 0 is that of a busy account
	begins   signals.Day
	decline  Decline
	planned  []plannedEvent // days count back from the end
}

// personaScripts are assigned to the accounts after the story's.
var personaScripts = []personaScript{
	{
		scenario: BuysLess, size: 5, begins: 52,
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
		scenario: HandsOver, begins: 40,
		account: accounts.Account{
			ID: "redwood-harbour", Name: "Redwood Harbour Shipping Ltd", Grade: accounts.Key, Rank: accounts.Main, Potential: 6e6, Sales: 3.1e6, Margin: 7.5e5,
			Contacts: []accounts.Contact{
				{ID: "margaret-hill", Name: "Margaret Hill", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Supporter},
				{ID: "oliver-stone", Name: "Oliver Stone", Role: accounts.Influencer, Power: 3, Stance: accounts.Neutral},
				{ID: "philip-crane", Name: "Philip Crane", Role: accounts.DecisionMaker, Power: 5}, // nobody meets him
			},
		},
		shares:  []float64{0.7, 0.3, 0},
		decline: Decline{Kind: Handover},
		planned: []plannedEvent{{day: 40, habit: promoted}},
	},
	{
		scenario: Withdraws, begins: 45,
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
		planned: []plannedEvent{{day: 47, habit: declined}, {day: 38, habit: declined}},
	},
	{
		scenario: ComplaintIgnored, begins: 22,
		account: accounts.Account{
			ID: "ningbo-haichuan", Name: "宁波海川电子有限公司", Grade: accounts.Potential, Rank: accounts.General, Potential: 5e6, Sales: 1.2e6, Margin: 3.1e5,
			Contacts: []accounts.Contact{{ID: "fang-min", Name: "方敏", Key: true, Role: accounts.Purchaser, Power: 3, Stance: accounts.Neutral}},
		},
		shares:  []float64{1},
		decline: Decline{Kind: Silence},
		planned: []plannedEvent{{day: 24, habit: message, text: "服务热线打了一个下午没人接，第三次了，非常失望。"}},
	},
	{
		scenario: Demotes,
		account: accounts.Account{
			ID: "bluestone-mill", Name: "Bluestone Mill Medical Inc", Grade: accounts.Key, Rank: accounts.Strategic, Potential: 8e6, Sales: 4.9e6, Margin: 9.8e5,
			Contacts: []accounts.Contact{
				{ID: "rachel-adams", Name: "Rachel Adams", Key: true, Role: accounts.DecisionMaker, Power: 4, Stance: accounts.Supporter},
				{ID: "henry-lane", Name: "Henry Lane", Role: accounts.OpinionLeader, Power: 2, Stance: accounts.Neutral},
			},
		},
		shares:  []float64{0.7, 0.3},
		planned: []plannedEvent{{day: 18, habit: proposal}}, // gets no answer
	},
}

// assignPersonas gives the customers after the story's their scenarios, and makes
// proposals to all customers. A small portfolio has no personas.
func (s *Portfolio) assignPersonas() {
	end := s.plan.Start + signals.Day(s.plan.Days)
	for i, c := range s.customers {
		c.getsProposals = true
		c.setFinances(rand.New(rand.NewPCG(s.plan.Seed+2, uint64(i))))
	}
	if len(s.customers) < 2*len(personaScripts) {
		return
	}
	for i := range personaScripts {
		s.customers[1+i].become(&personaScripts[i], end)
	}
}

// become makes a customer a persona.
func (c *customer) become(r *personaScript, end signals.Day) {
	a := r.account
	a.Owner, a.StandIn, a.Superior = c.account.Owner, c.account.StandIn, c.account.Superior
	a.Renewal = midnight(end + 90 + signals.Day(c.ourRand.IntN(300)))
	a.Contacts = append([]accounts.Contact(nil), a.Contacts...)
	c.scenario, c.account, c.id, c.foreign = r.scenario, a, []byte(a.ID), a.Name[0] < 0x80
	c.size, c.variability, c.growth, c.seasonSwing, c.sentiment = cmp.Or(r.size, 2.4), 0.4, 0, 0.03, 0.35
	c.nextVisit = c.since + 2
	c.people = nil
	for i, share := range r.shares { // personas take no vacation
		c.people = append(c.people, person{id: []byte(a.Contacts[i].ID), share: share, leave: end + 90, back: end + 100})
	}
	c.orderValue = a.Sales / (habits[order].weekly * c.size * 52)
	c.walletEvery, c.walletShare = 14, a.Sales/a.Potential
	c.decline = r.decline
	c.decline.noBadNews = true
	if c.decline.Kind != "" {
		c.decline.From, c.decline.Contact = end-r.begins, a.Contacts[0].ID
	}
	if c.decline.Kind == Handover {
		c.decline.deputyGain = r.shares[0] / r.shares[1]
	}
	for _, sc := range r.planned {
		sc.day = workingDay(end - sc.day)
		c.decline.planned = append(c.decline.planned, sc)
	}
}

// Personas are the accounts with a scenario.
func (s *Portfolio) Personas() (members []Persona) {
	for _, c := range s.customers {
		part := c.scenario
		if c.visitsEnd != 0 {
			part = NotVisited
		}
		if part != "" {
			members = append(members, Persona{part, c.account, c.account.Contacts[0]})
		}
	}
	return members
}

// Later are the accounts as the files list them some days after the history. The
// account that demotes us has done so: its key person leans to a competitor, and
// the stand-in has taken it over on our side.
func (s *Portfolio) Later() []accounts.Account {
	list := s.Accounts()
	for i, c := range s.customers {
		if c.scenario == Demotes {
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
