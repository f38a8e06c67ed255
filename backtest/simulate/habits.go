package simulate

import (
	"math"
	"slices"
	"time"

	"firstsign/signals"
	"firstsign/signals/script"
)

// habit is one kind of interaction between a customer and us.
type habit struct {
	signal, source []byte
	direction      []byte  // attribute, nil for none
	weekly         float64 // per week of an ordinary customer
	repeat         float64 // chance that another follows on the same day: calls come in bursts
	ours           bool    // our side acts
	personal       bool    // by one of the customer's contacts
	badNews        bool    // not scaled by the customer's activity
}

// The habits. Spend, sentiment and share of wallet accompany other habits. Answers
// to complaints and quarterly events are ours.
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

	// These follow from something else, or are planned.
	postponed
	shortened
	promoted
	proposal
	proposalAnswer
)

var inbound, outbound = []byte("inbound"), []byte("outbound")

var habits = [...]habit{
	callIn:     {signal: []byte("call"), source: []byte("pbx"), direction: inbound, weekly: 3.8, repeat: 0.2, personal: true},
	callOut:    {signal: []byte("call"), source: []byte("pbx"), direction: outbound, weekly: 2.8, repeat: 0.15, personal: true, ours: true},
	message:    {signal: []byte("message"), source: []byte("chat"), weekly: 6.5, repeat: 0.3, personal: true},
	meeting:    {signal: []byte("meeting"), source: []byte("calendar"), weekly: 0.9, personal: true},
	visit:      {signal: []byte("visit"), source: []byte("crm"), weekly: 0.8, ours: true}, // planned in fact: see regularVisits
	order:      {signal: []byte("order"), source: []byte("erp"), weekly: 1.3},
	complaint:  {signal: []byte("complaint"), source: []byte("crm"), weekly: 0.05, badNews: true, personal: true},
	forwarding: {signal: []byte("forwarding"), source: []byte("pbx"), weekly: 0.012, badNews: true, personal: true},
	praise:     {signal: []byte("competitor_praise"), source: []byte("crm"), weekly: 0.006, badNews: true, personal: true},
	declined:   {signal: []byte("meeting_declined"), source: []byte("calendar"), weekly: 0.04, badNews: true, personal: true},
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

// Signals are the names of the signals that a simulation has, each once.
func Signals() (names []string) {
	for i := range habits {
		if name := string(habits[i].signal); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// sentimentShare is the share of calls and messages with a rated sentiment.
const sentimentShare = 0.2

// repeatHabit adds interactions of a habit, a Poisson number of them with the given
// mean.
func (c *customer) repeatHabit(d *dayContext, h, who int, mean float64, out []occurrence) []occurrence {
	// Each one is followed by repeat others on average. The mean is reduced by
	// them, so that it stays.
	for range script.Poisson(c.rng, mean*(1-habits[h].repeat)) {
		for {
			out = c.addWithEffects(d, h, who, out)
			if habits[h].repeat == 0 || c.rng.Float64() >= habits[h].repeat {
				break
			}
		}
	}
	return out
}

// addWithEffects adds one interaction and those that accompany it.
func (c *customer) addWithEffects(d *dayContext, h, who int, out []occurrence) []occurrence {
	text := ""
	if h == complaint || h == praise {
		text = c.quote(h)
	}
	out = c.addTheirs(d, h, who, 1, text, out)
	switch h {
	case complaint:
		c.answerDue = d.day + 1 + signals.Day(c.ourRand.IntN(2))
	case order:
		amount := c.orderValue * math.Exp(0.4*c.rng.NormFloat64()) * c.decline.walletLevel(d.day)
		out = c.addTheirs(d, spend, -1, math.Round(amount*100)/100, "", out)
	case callIn, message:
		if c.rng.Float64() < sentimentShare {
			out = c.addTheirs(d, sentiment, who, c.sentimentOf(d.day, who), "", out)
		}
	}
	return out
}

// sentimentOf is the sentiment of a contact on a day, between -1 and 1.
func (c *customer) sentimentOf(day signals.Day, who int) float64 {
	v := c.sentiment - c.decline.sentimentDrop(who, day) + 0.25*c.rng.NormFloat64()
	return math.Round(1000*min(max(v, -1), 1)) / 1000
}

func (c *customer) addTheirs(d *dayContext, h, who int, value float64, text string, out []occurrence) []occurrence {
	hour := 10.3 + 1.1*c.rng.NormFloat64()
	if c.rng.Float64() < 0.5 {
		hour = 15.2 + 1.4*c.rng.NormFloat64()
	}
	return c.addAt(d, h, who, value, text, hour, out)
}

func (c *customer) addAt(d *dayContext, h, who int, value float64, text string, hour float64, out []occurrence) []occurrence {
	c.serial++
	seconds := int64(3600 * min(max(hour, 7), 21)) // whole seconds, well inside the day
	return append(out, occurrence{
		time: d.start + seconds*int64(time.Second), value: value,
		serial: c.serial, habit: int8(h), person: int8(who), text: text,
	})
}
