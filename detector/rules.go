package detector

import (
	"time"

	"firstsign/accounts"
	"firstsign/detector/stats"
	"firstsign/signals"
)

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

// The sides. ByDirection reads each interaction's attribute "direction":
// inbound is theirs, outbound is ours, absent is theirs.
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

// Threshold says when an episode of a grade opens and ends, in account-years:
// how rarely a healthy account shows as much.
type Threshold struct {
	// Raise opens an episode at this risk; raising it means fewer, later alerts.
	Raise float64 `yaml:"raise"`
	// Clear is the risk below which an episode starts to end.
	Clear float64 `yaml:"clear"`
}

// Rules is everything that decides what the detector thinks, apart from the
// log. It is not changed once an Engine has it; the Engine takes new Rules at
// a day's close.
type Rules struct {
	Signals    []Signal
	Patterns   []Pattern // the rules beside the statistics; at most MaxPatterns
	Care       Care
	Thresholds map[accounts.Grade]Threshold
	// Exceedance turns evidence into risk; nil is the shipped curve.
	Exceedance stats.Exceedance

	// Lateness is how long after its end a day stays open, to cover the slowest
	// feed. Raising it delays every judgement by as much.
	Lateness time.Duration
	// Location of the calendar: where a day begins.
	Location *time.Location
	// Holidays are days on which less is expected: 0 nothing, 1 a normal day.
	// MakeUp days are weekend days worked like a Monday.
	Holidays map[signals.Day]float64
	MakeUp   map[signals.Day]bool
	// Seasons are declared: by signal, what each month is of a normal one,
	// January first. A signal that is not in it has none.
	Seasons map[string][12]float64

	// Accounts that exist, with grade and key contacts. With a Directory, an
	// interaction of an account that is not in it is rejected; nil accepts all.
	Accounts *accounts.Directory

	// Reader reads the signs of an interaction, such as what a message says; nil
	// reads none.
	Reader signals.Reader

	// Pseudonyms replaces the ids of contacts before anything is kept of them, as
	// those of Accounts are replaced already. Nil keeps them.
	Pseudonyms *signals.Pseudonyms

	// Hash names the rules: configuration, thresholds and the detector's view
	// of the accounts. It stands in the state and in every finding.
	Hash string
}
