package finding

import (
	"firstsign/accounts"
	"firstsign/detector/evidence"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Kind is what happened to an episode or a feed.
type Kind string

// The kinds of findings.
const (
	Raised      Kind = "raised"       // an episode opened
	RaisedAgain Kind = "raised_again" // an open episode grew by a new order of evidence, or became clear
	Closed      Kind = "closed"       // an episode ended
	FeedDead    Kind = "feed_dead"    // a source gives nothing although its accounts were active
	FeedLow     Kind = "feed_low"     // a source gives much less than usual, and others do not
	AllQuiet    Kind = "all_quiet"    // all sources give nothing: a holiday, or all have failed
	FeedBack    Kind = "feed_back"    // a failing source gives as usual again
	FeedRetired Kind = "feed_retired" // a failing source will not come back, a person says
	Misrouted   Kind = "misrouted"    // a source's records are on the wrong partition
	Routed      Kind = "routed"       // a week went by without one
	IDsMigrated Kind = "ids_migrated" // many ids ended and as many began: they look replaced
	IDsSettled  Kind = "ids_settled"  // most of them are in touch or have former ids; or it is long ago
	Neglected   Kind = "neglected"    // we owe the account more than we did
	CaredFor    Kind = "cared_for"    // we do what we owe it again
	Erased      Kind = "erased"       // a person was removed; what was told of it must go as well
)

// Kinds lists every kind.
var Kinds = []Kind{Raised, RaisedAgain, Closed, FeedDead, FeedLow, AllQuiet, FeedBack, FeedRetired, Misrouted, Routed, IDsMigrated, IDsSettled, Neglected, CaredFor, Erased}

// Raises tells whether a finding calls for attention. The others end what such a
// one began.
func (k Kind) Raises() bool {
	switch k {
	case Raised, RaisedAgain, Neglected, FeedDead, FeedLow, AllQuiet, Misrouted, IDsMigrated:
		return true
	}
	return false
}

// AboutCare tells whether a finding is about what our side does for an account.
func (k Kind) AboutCare() bool { return k == Neglected || k == CaredFor }

// Finding is what the detector hands to alerting. It is a function of the log
// and the rules: replaying gives the same bytes.
type Finding struct {
	// ID names the episode (account and its start) or the feed's failure (source
	// and day); the findings of one episode share it.
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	// Time is the end of the closed day it was found at, or the time of the
	// interaction that was enough by itself. Unix nanoseconds.
	Time    int64          `json:"time"`
	Account string         `json:"account,omitempty"` // empty for a feed
	Grade   accounts.Grade `json:"grade,omitempty"`
	Source  string         `json:"source,omitempty"` // of a feed
	// Day the episode or failure began.
	Since signals.Day `json:"since"`
	// Risk in account-years: a healthy account shows as much once in this many.
	Risk float64 `json:"risk,omitempty"`
	// History is how many days of the account are known.
	History int `json:"history,omitempty"`
	// Evidence is the fused evidence in nats.
	Evidence float64  `json:"evidence,omitempty"`
	Reasons  []Reason `json:"reasons,omitempty"` // strongest first
	// Pictured is the series that the first of the reasons is about of which there is a
	// picture; nil when none is.
	Pictured *Pictured `json:"pictured,omitempty"`
	// Verdict says what the fall means, when orders and our share of them tell.
	Verdict evidence.Verdict `json:"verdict,omitempty"`
	// ShareNoted is the day of the newest note of our share, on which a verdict rests.
	ShareNoted signals.Day `json:"share_noted,omitzero"`
	// Contact that was erased.
	Contact string `json:"contact,omitempty"`
	// SeasonUnknown: less than two years of history, so a yearly shape could
	// not be told from a decline.
	SeasonUnknown bool `json:"season_unknown,omitempty"`
	// NewLevel: the episode closed because what it was about has lasted and is
	// steady. From here on it is what is usual.
	NewLevel bool `json:"new_level,omitempty"`
	// Moved: what came from the feed comes from others now.
	Moved bool `json:"moved,omitempty"`
	// IDs are how many ids were replaced; nil of any other finding.
	IDs   *IDChange `json:"ids,omitempty"`
	Rules string    `json:"rules"`
}

// IDChange is how many ids ended and began around one day, in the partition that found it
// first.
type IDChange struct {
	Ended int `json:"ended"`
	Began int `json:"began"`
	// Unlisted are those of Began that no accounts file lists.
	Unlisted int `json:"unlisted,omitempty"`
}

// Verdicts by the number that an episode keeps.
var Verdicts = []evidence.Verdict{"", evidence.Defection, evidence.Downturn, evidence.EarlyDefection}

// Reason is one series' part in a finding.
type Reason struct {
	Signal  string        `json:"signal"`
	Contact string        `json:"contact,omitempty"` // whose series; empty for the account's
	Side    series.Side   `json:"side"`
	Term    evidence.Kind `json:"term"`
	// Window in days that was judged.
	Window int `json:"window"`
	// From and To are what is usual and what was seen: per week for counts and
	// amounts, the mean for scores, days for a gap, occurrences in the window
	// for an incident. The days of a gap count from its last contact to the day of
	// the finding.
	From float64 `json:"from"`
	To   float64 `json:"to"`
	// Since is the day of the last contact where nothing came since, the first day
	// of the window otherwise. Where nothing came since, Window is the days from that
	// day to the day of the finding.
	Since signals.Day `json:"since"`
	// Older: the last contact was before Since, so that the days since are more than
	// are told. Which day it was is not kept for ever.
	Older bool `json:"older,omitempty"`
	// Unseen, of an incident: none was known before Since. History is how many days
	// of the account were known by then.
	Unseen  bool `json:"unseen,omitempty"`
	History int  `json:"history,omitempty"`
	// Evidence in nats: -ln P(this or worse). Of a rule 0: nobody knows how rare
	// it is.
	Evidence float64 `json:"evidence"`
	// Peers: From is usual among comparable accounts, for this one is too new to
	// have a habit of its own.
	Peers bool `json:"peers,omitempty"`
	// Rule is the name of the rule, and Without what has not come since: another
	// signal, or contact of any kind. To is the number of interactions since
	// Since, or the days without.
	Rule    string `json:"rule,omitempty"`
	Without string `json:"without,omitempty"`
	// Rival is the competitor that was named since then, as the configuration has the name;
	// of several their names with " / " between them. It is empty where none was named.
	Rival string `json:"rival,omitempty"`
}

// Sign tells whether a reason is one of theirs: they do less, or worse, than
// before. Such a one heads an alert; the others are told beside it, as what our
// side did, who has taken over, or a rank that rose.
func (r *Reason) Sign() bool {
	switch {
	case r.Side == series.Ours, r.Term == evidence.Only, r.Term == evidence.Handover:
		return false
	case r.Term == evidence.Mark:
		return r.To < r.From
	}
	return true
}

// StrongestSign is the first of the reasons that is a sign, nil when none is.
// Reasons come strongest first.
func StrongestSign(reasons []Reason) *Reason {
	for i := range reasons {
		if reasons[i].Sign() {
			return &reasons[i]
		}
	}
	return nil
}
