package message

import (
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Facts is what a message says about one alert.
type Facts struct {
	Kind     detector.FindingKind // of the finding that is told
	Account  string               // the account's id; empty for a feed
	Source   string               // the feed's name
	Name     string               // of the account, when it was last heard of
	Grade    accounts.Grade
	Critical bool
	Since    signals.Day // the day it began
	Raised   time.Time   // the newest raise
	Risk     float64     // of the newest raise, in account-years
	History  int         // days of the account that were known then; 0: it is not known how many
	Verdict  detector.Verdict
	// ShareNoted is when our share was noted last before the verdict; 0: it is not known.
	ShareNoted signals.Day
	Reasons    []detector.Reason // of the newest raise, strongest first

	// AsTold is the day of the raise before, where the headline says the same; 0 where it
	// says something new.
	AsTold signals.Day

	SeasonUnknown bool // less than two years of history
	NewLevel      bool // it closed because what moved has stayed where it is
	Moved         bool // what came from the feed comes from others now
	// IDs are how many account ids were replaced; nil of any other alert.
	IDs *detector.IDChange

	// Returns: another alert of the account closed not long before this one.
	// New points at those of Reasons that the other was not about.
	Returns bool
	New     []*detector.Reason

	// Worth is what the account brings in a year, and AtRisk what of it is at
	// risk; 0 where the files hold no money.
	Worth, AtRisk float64
	// Known is what the directory knows of the account now; nil when it knows
	// nothing.
	Known *accounts.Account
}

// ByRule tells whether a rule is what counts most: then nobody knows how rare it
// is.
func ByRule(reasons []detector.Reason) bool {
	sign := detector.StrongestSign(reasons)
	return sign != nil && (sign.Term == detector.Rule || sign.Term == detector.Mark)
}

// rarity says how rarely a healthy account looks so, or that a rule found it. Of a neglect it
// is empty: the risk is the account's, and says nothing about what we owe it.
func (f *Facts) rarity(rare func(risk float64, history int) string, byRule string) string {
	switch {
	case f.Kind.AboutCare():
		return ""
	case ByRule(f.Reasons):
		return byRule
	}
	return rare(f.Risk, f.History)
}

// foremost is the reason of a headline: the strongest, or of an alert that
// returns the strongest that is new. Beside a verdict on its purchases it is the
// strongest: that now visits are fewer as well does not explain it.
func (f *Facts) foremost(strongest *detector.Reason) *detector.Reason {
	if strongest == nil || f.Verdict.OfPurchases() {
		return strongest
	}
	for _, r := range f.New {
		if r.Side == strongest.Side && r.Sign() == strongest.Sign() {
			return r
		}
	}
	return strongest
}

// shownName is the name by which an account or a feed goes.
func (f *Facts) shownName() string {
	switch {
	case f.Account == "" && f.Source == "":
		return "(no source)"
	case f.Account == "":
		return clean(f.Source)
	case f.Known != nil && f.Known.Name != "":
		return clean(f.Known.Name)
	case f.Name != "":
		return clean(f.Name)
	}
	return clean(f.Account)
}

// renewalDays before a contract ends it is worth telling.
const renewalDays = 180

// renewal is the day on which the account's contract ends and how many days are
// left after the newest raise, when that is soon.
func (f *Facts) renewal() (day signals.Day, left int, soon bool) {
	if f.Known == nil || f.Known.Renewal.IsZero() {
		return 0, 0, false
	}
	const oneDay = 24 * 60 * 60
	day = signals.Day(f.Known.Renewal.Unix() / oneDay)
	left = int(day) - int(f.Raised.Unix()/oneDay)
	return day, left, left >= 0 && left <= renewalDays
}
