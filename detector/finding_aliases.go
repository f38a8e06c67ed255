package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
)

// The subjects of marks, as their reasons have them in Signal. From and To of a rank
// or a stance are 1 + its place in accounts.Ranks or Stances.
const (
	OwnerMark  = relations.OwnerMark
	RankMark   = relations.RankMark
	StanceMark = relations.StanceMark
)

// Verdict says what a fall means, Term is a kind of evidence; package evidence has
// the meaning of each word.
type (
	Verdict = evidence.Verdict
	Term    = evidence.Kind
)

// The verdicts and the kinds of evidence.
const (
	Defection      = evidence.Defection
	Downturn       = evidence.Downturn
	EarlyDefection = evidence.EarlyDefection

	Drop     = evidence.Drop
	Gap      = evidence.Gap
	Shift    = evidence.Shift
	Incident = evidence.Incident
	Shrink   = evidence.Shrink
	Rule     = evidence.Rule
	Norm     = evidence.Norm
	Mark     = evidence.Mark
	Only     = evidence.Only
	Handover = evidence.Handover
)

// What the engine hands out; package finding has the meaning of each word.
type (
	Finding     = finding.Finding
	FindingKind = finding.Kind
	Reason      = finding.Reason
)

// The kinds of findings.
const (
	Raised      = finding.Raised
	RaisedAgain = finding.RaisedAgain
	Closed      = finding.Closed
	FeedDead    = finding.FeedDead
	FeedLow     = finding.FeedLow
	AllQuiet    = finding.AllQuiet
	FeedBack    = finding.FeedBack
	FeedRetired = finding.FeedRetired
	Misrouted   = finding.Misrouted
	Routed      = finding.Routed
	Neglected   = finding.Neglected
	CaredFor    = finding.CaredFor
	Erased      = finding.Erased
)

// FindingKinds lists every kind; StrongestSign is the reason that heads an alert.
var FindingKinds, StrongestSign = finding.Kinds, finding.StrongestSign
