package detector

import (
	"firstsign/detector/assessment"
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

// Signals that messages and pages tell by their meaning: that a person's part in the
// account has ended, and what our side does.
const (
	ContactLeft     = assessment.ContactLeft
	ContactPromoted = assessment.ContactPromoted
	// InvitedSignal tells that we asked them to an event of ours.
	InvitedSignal = relations.Invited
)

type (
	// Verdict says what a fall means.
	Verdict = evidence.Verdict
	// Term is a kind of evidence.
	Term = evidence.Kind
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

type (
	// Finding is what the engine hands out.
	Finding = finding.Finding
	// FindingKind is what happened to an episode or a feed.
	FindingKind = finding.Kind
	// IDChange is how many ids were replaced around one day.
	IDChange = finding.IDChange
	// Pictured is what a picture of a finding shows.
	Pictured = finding.Pictured
	// Reason is one series' part in a finding.
	Reason = finding.Reason
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
	IDsMigrated = finding.IDsMigrated
	IDsSettled  = finding.IDsSettled
	Neglected   = finding.Neglected
	CaredFor    = finding.CaredFor
	Erased      = finding.Erased
)

// FindingKinds lists every kind.
var FindingKinds = finding.Kinds

// StrongestSign is the reason that heads an alert.
var StrongestSign = finding.StrongestSign
