package series

import "firstsign/signals/vocabulary"

// Kind is how a signal is judged.
type Kind string

// The kinds of signals.
const (
	Count  Kind = "count"  // how often: calls, meetings, messages, orders
	Score  Kind = "score"  // a level, judged by its mean: sentiment, share of wallet
	Event  Kind = "event"  // rare bad news, judged on arrival: forwarding changed, competitor praised
	Amount Kind = "amount" // how much: spend, volume
)

// Side is who acted.
type Side string

// The sides. ByDirection reads each interaction's attribute "direction": inbound
// is theirs, outbound is ours, absent is theirs. An internal one is of nobody, and
// one whose word is not understood does not count.
const (
	Theirs      Side = "theirs"
	Ours        Side = "ours"
	ByDirection Side = "direction"
)

// Worse is the direction of bad news.
type Worse string

// The directions.
const (
	Down Worse = "down"
	Up   Worse = "up"
)

// Signal is the rule of one named signal.
type Signal struct {
	Name string `yaml:"name"`
	// Kind decides the statistics.
	Kind Kind `yaml:"kind"`
	// Side is who acts in it; default theirs. What we do ourselves is kept and
	// shown, and is never evidence of their health.
	Side Side `yaml:"side"`
	// Directions are words of the source for who acted, beside those that are
	// understood anyway (docs/data-team/directions.md). Only with side: direction.
	Directions vocabulary.Directions `yaml:"directions"`
	// Weight is what a change of this signal means for leaving: 1 as strong as
	// a change in calls, 0 kept and shown but no evidence. Default 1. Raising it
	// makes the signal's evidence count more in the risk.
	Weight *float64 `yaml:"weight"`
	// Means is what the signal tells beyond that: purchases of ours, or our share
	// of what the account buys. Together they tell a defection from a downturn.
	// Default: purchases for spend and order, share for share_of_wallet.
	Means Means `yaml:"means"`
	// Worse is the direction in which a score is bad news: down, the default, as for
	// sentiment; or up, as for the hours that an answer takes.
	Worse Worse `yaml:"worse"`
	// PerContact gives each key contact its own series beside the account's.
	PerContact bool `yaml:"per_contact"`
	// Resolution is the smallest step kept of a score or amount: values are
	// rounded to it. Default 0.001 for a score, 0.01 for an amount. A larger
	// step makes the state smaller.
	Resolution float64 `yaml:"resolution"`
}

// Means is what a signal tells of beyond how often it comes.
type Means string

// What signals mean for a verdict.
const (
	Purchases Means = "purchases" // what the account buys from us: an amount, or a count of orders
	Share     Means = "share"     // our part of what it buys from anybody, from 0 to 1: a score
)

// Meanings lists every one.
var Meanings = []Means{Purchases, Share}

// meaningOf a signal whose rule says nothing.
func meaningOf(s *Signal) Means {
	switch {
	case (s.Name == "spend" || s.Name == "order") && s.Side == Theirs && (s.Kind == Amount || s.Kind == Count):
		return Purchases
	case s.Name == "share_of_wallet" && s.Kind == Score:
		return Share
	}
	return ""
}
