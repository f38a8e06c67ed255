package calibrate

import (
	"cmp"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"firstsign/accounts"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/signals"
)

// Scenario is one way in which a guest changes.
type Scenario string

// The scenarios. Unchanged is no guest: it is the account itself, from the
// same day on, and shows what chance alone finds.
const (
	Unchanged Scenario = "unchanged"
	Silent    Scenario = "silence"
	Drop75    Scenario = "drop75"
	Drop50    Scenario = "drop50"
	Drop30    Scenario = "drop30"
	Decay4    Scenario = "decay4"    // 4 % a week
	Decay2    Scenario = "decay2"    // 2 % a week
	Sentiment Scenario = "sentiment" // scores fall by one of their own standard deviations
	BadNews   Scenario = "bad_news"  // one event: call forwarding changed, say
	Moved     Scenario = "moved"     // the busiest signal becomes another: must not be found

	// Of the blind spots: no chance in them.
	Gone   Scenario = "gone"
	Halved Scenario = "halved"
)

// Scenarios that are measured, in the order in which they are shown.
var Scenarios = []Scenario{Silent, Drop75, Drop50, Drop30, Decay4, Decay2, Sentiment, BadNews, Moved, Unchanged}

// remainingShare is what is left of contact so many weeks after the change.
func (s Scenario) remainingShare(weeks float64) float64 {
	switch s {
	case Silent, Gone:
		return 0
	case Drop75:
		return 0.25
	case Drop50:
		return 0.5
	case Drop30:
		return 0.7
	case Decay4:
		return math.Pow(0.96, weeks)
	case Decay2:
		return math.Pow(0.98, weeks)
	}
	return 1
}

// slow scenarios are followed for longer.
func (s Scenario) slow() bool { return s == Decay2 || s == Decay4 }

const (
	// habitDays with contact within settled days make a habit whose change could
	// be seen at all.
	habitDays = 12
	// followed is for how many days a change must go on to be measured; a slow
	// one is followed for slowly, where the history is long enough.
	followed = 90
	slowly   = 182
)

// DrawVariants takes up to most accounts as guests: with a habit, and in touch until
// long after the change. Every grade is drawn alike, so that the few accounts
// that matter most are among them.
func (c *ActivityIndex) DrawVariants(rules *detector.Rules, losses backtest.Losses, most int, seed uint64) []Variant {
	var guests []Variant
	byGrade := map[accounts.Grade][]*AccountActivity{}
	for _, l := range c.Accounts {
		if _, ok := l.changeDay(losses, followed, seed); ok {
			byGrade[l.Grade] = append(byGrade[l.Grade], l)
		}
	}
	for _, lives := range byGrade {
		slices.SortFunc(lives, func(a, b *AccountActivity) int { return cmp.Compare(chance(seed, a.Account), chance(seed, b.Account)) })
	}
	for k, drawn := 0, 0; drawn < most; k++ {
		before := drawn
		for _, grade := range accounts.Grades {
			if k < len(byGrade[grade]) && drawn < most {
				guests = append(guests, c.scenariosOf(byGrade[grade][k], rules, losses, seed)...)
				drawn++
			}
		}
		if drawn == before {
			break
		}
	}
	return guests
}

// chance is a number that belongs to an account.
func chance(seed uint64, account string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(account))
	return rand.New(rand.NewPCG(seed, h.Sum64())).Uint64()
}

// changeDay is a random day on which a change could begin.
func (l *AccountActivity) changeDay(losses backtest.Losses, follow signals.Day, seed uint64) (signals.Day, bool) {
	end := l.Last - follow
	if lost, ok := losses[l.Account]; ok {
		end = min(end, lost-backtest.NeutralDays-follow)
	}
	var days []signals.Day
	for d := l.First + backtest.SettlingDays; d <= end; d++ {
		if l.activeDays(d-backtest.SettlingDays, d) >= habitDays && !l.wasSaved(d, d+follow) {
			days = append(days, d)
		}
	}
	if len(days) == 0 {
		return 0, false
	}
	return days[chance(seed, l.Account+"~day")%uint64(len(days))], true
}

// scenariosOf an account: those that its signals allow.
func (c *ActivityIndex) scenariosOf(l *AccountActivity, rules *detector.Rules, losses backtest.Losses, seed uint64) []Variant {
	from, _ := l.changeDay(losses, followed, seed)
	slow, ok := l.changeDay(losses, slowly, seed)
	guest := Variant{Account: l.Account, From: from, Until: from + followed}
	guests := make([]Variant, 0, len(Scenarios))
	for _, s := range Scenarios {
		g := guest
		switch g.Scenario = s; s {
		case Decay4, Decay2:
			if ok {
				g.From, g.Until = slow, slow+slowly
			}
		case Sentiment:
			if !slices.ContainsFunc(l.uses, func(u signalUse) bool {
				return u.signal.Kind == detector.Score && backtest.IsContact(u.signal) && u.records >= habitDays
			}) {
				continue
			}
		case BadNews:
			if g.signal = badNewsSignal(rules); g.signal == "" {
				continue
			}
		case Moved:
			if g.signal, g.other = movable(l, rules); g.other == "" {
				continue
			}
		}
		guests = append(guests, g)
	}
	return guests
}

// badNewsSignal is the kind of bad news that is injected: forwarding, or the first
// there is.
func badNewsSignal(rules *detector.Rules) (name string) {
	for i := range rules.Signals {
		s := &rules.Signals[i]
		if s.Kind == detector.Event && s.Side != detector.Ours && (s.Weight == nil || *s.Weight >= 1) && (name == "" || s.Name == "forwarding") {
			name = s.Name
		}
	}
	return name
}

// movable is the busiest count of an account and the one that it becomes:
// another that it has, or at least one that the rules have.
func movable(l *AccountActivity, rules *detector.Rules) (from, to string) {
	counts := l.counts()
	if len(counts) == 0 {
		return "", ""
	}
	if from = counts[0].signal.Name; len(counts) > 1 {
		return from, counts[1].signal.Name
	}
	for i := range rules.Signals {
		s := &rules.Signals[i]
		if s.Kind == detector.Count && s.Side != detector.Ours && backtest.IsContact(s) && s.Name != from {
			return from, s.Name
		}
	}
	return from, ""
}
