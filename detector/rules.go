package detector

import (
	"time"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
)

type (
	// Signal is the rule of one named signal.
	Signal = series.Signal
	// Kind is how a signal is judged.
	Kind = series.Kind
	// Side is who acted.
	Side = series.Side
	// Worse is the direction of bad news.
	Worse = series.Worse
	// Means is what a signal tells of beyond how often it comes.
	Means = series.Means
	// ByName finds signals by the names that sources give them.
	ByName = series.ByName
	// Act is who acted in an interaction.
	Act = series.Act
)

// Who acted in an interaction.
const (
	TheirAct   = series.TheirAct
	OurAct     = series.OurAct
	NobodysAct = series.NobodysAct
	UnknownAct = series.UnknownAct
)

// NewByName finds signals by the names that sources give them.
func NewByName(list []Signal) *ByName { return series.NewByName(list) }

// Threshold says when an episode of a grade opens and ends; see package episodes.
type Threshold = episodes.Threshold

// DefaultThresholds are those where the rules name none.
func DefaultThresholds() map[accounts.Grade]Threshold { return episodes.DefaultThresholds() }

type (
	// Pattern is a rule beside the statistics.
	Pattern = evidence.Pattern
	// Whose says whose interactions a pattern is about.
	Whose = evidence.Whose
	// Sequel is what a pattern expects to follow.
	Sequel = evidence.Sequel
)

// The words of a pattern, and what fits into the days that are kept.
const (
	KeyContact   = evidence.KeyContact
	Silence      = evidence.Silence
	MaxPatterns  = evidence.MaxPatterns
	LongestCount = evidence.LongestCount
	LongestWait  = evidence.LongestWait
)

// The words of a signal's rule.
const (
	Count  = series.Count
	Score  = series.Score
	Event  = series.Event
	Amount = series.Amount

	Theirs      = series.Theirs
	Ours        = series.Ours
	ByDirection = series.ByDirection

	Down = series.Down
	Up   = series.Up

	Purchases = series.Purchases
	Share     = series.Share
)

// Calendar says what to expect of a day before anybody was seen on it.
type Calendar = series.Calendar

// AnyContact is the name of contact of any kind in reasons.
const AnyContact = series.AnyContact

// Meanings lists every meaning.
var Meanings = series.Meanings

// Rules is everything that decides what the detector thinks, apart from the
// log. It is not changed once an Engine has it; the Engine takes new Rules at
// a day's close.
type Rules struct {
	Signals    []series.Signal
	Patterns   []Pattern // the rules beside the statistics; at most MaxPatterns
	Care       Care
	Thresholds map[accounts.Grade]episodes.Threshold
	// Exceedance turns evidence into risk; nil is the shipped curve.
	Exceedance stats.Exceedance

	// Lateness is how long after its end a day stays open, to cover the slowest
	// feed. Raising it delays every judgement by as much.
	Lateness time.Duration
	// Location of the calendar: where a day begins.
	Location *time.Location
	// Calendar says on which days less is expected.
	series.Calendar

	// Accounts that exist, with grade and key contacts. With a Directory, an
	// interaction of an account that is not in it is rejected; nil accepts all.
	Accounts *accounts.Directory

	// Aliases are former ids of accounts; their interactions are the accounts'. Nil
	// is none.
	Aliases *accounts.Aliases

	// Reader reads the signs of an interaction, such as what a message says; nil
	// reads none.
	Reader signals.Reader

	// Pseudonyms replaces the ids of contacts before anything is kept of them, as
	// those of Accounts are replaced already. Nil keeps them.
	Pseudonyms *signals.Pseudonyms
	// Authority tells who may write control records. Nil believes everything.
	Authority *signals.Authority
	// ClockSkew is by how much a tick may be later than its record. 0: 30 s.
	ClockSkew time.Duration

	// Hash names the rules: configuration, thresholds and the detector's view
	// of the accounts. It stands in the state and in every finding.
	Hash string
}
