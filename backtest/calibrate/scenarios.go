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

// Scenario is one way in which a variant changes.
type Scenario string

// The scenarios. Unchanged makes no variant: it is the account itself from the same
// day on, and shows what is found by chance.
const (
	Unchanged Scenario = "unchanged"
	Silent    Scenario = "silence"
	Drop75    Scenario = "drop75"
	Drop50    Scenario = "drop50"
	Drop30    Scenario = "drop30"
	Decay4    Scenario = "decay4"    // 4 % a week
	Decay2    Scenario = "decay2"    // 2 % a week
	Sentiment Scenario = "sentiment" // scores fall by one of their own standard deviations
	BadNews   Scenario = "bad_news"  // one event, such as changed call forwarding
	Moved     Scenario = "moved"     // the busiest signal becomes another: should not be found

	// For blind spots; without chance.
	Gone   Scenario = "gone"
	Halved Scenario = "halved"
)

// Scenarios are those that are measured, in the order in which they are shown.
var Scenarios = []Scenario{Silent, Drop75, Drop50, Drop30, Decay4, Decay2, Sentiment, BadNews, Moved, Unchanged}

// remainingShare is the remaining share of contact, weeks after the change.
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

// scenarios are those whose variants have an id of their own.
var scenarios = []Scenario{Silent, Drop75, Drop50, Drop30, Decay4, Decay2, Sentiment, BadNews, Moved, Gone, Halved}

// slow tells whether the scenario is followed for longer.
func (s Scenario) slow() bool { return s == Decay2 || s == Decay4 }

const (
	// habitDays is how many days with contact within SettlingDays make a habit
	// whose change could be seen.
	habitDays = 12
	// followed is for how many days a change is followed. A slow one is followed
	// for slowly days, where the history is long enough.
	followed = 90
	slowly   = 182
)

// DrawVariants draws up to most accounts: with a habit, and in touch until long
// after the change. Grades take turns, so that the few most valuable accounts are
// among them.
func (c *ActivityIndex) DrawVariants(rules *detector.Rules, losses backtest.Losses, most int, seed uint64) []Variant {
	var variants []Variant
	byGrade := map[accounts.Grade][]*AccountActivity{}
	for _, l := range c.Accounts {
		if _, ok := l.changeDay(losses, followed, seed); ok && !c.copied(l.Account) {
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
				variants = append(variants, c.scenariosOf(byGrade[grade][k], rules, losses, seed)...)
				drawn++
			}
		}
		if drawn == before {
			break
		}
	}
	return variants
}

// chance is a random number that depends on the account and the seed only.
func chance(seed uint64, account string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(account))
	return rand.New(rand.NewPCG(seed, h.Sum64())).Uint64()
}

// changeDay draws a day on which a change could begin; false when there is none.
func (l *AccountActivity) changeDay(losses backtest.Losses, follow signals.Day, seed uint64) (signals.Day, bool) {
	end := l.healthyUntil(losses) - follow
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

// scenariosOf are the variants of an account, as far as its signals allow.
func (c *ActivityIndex) scenariosOf(l *AccountActivity, rules *detector.Rules, losses backtest.Losses, seed uint64) []Variant {
	from, _ := l.changeDay(losses, followed, seed)
	slow, ok := l.changeDay(losses, slowly, seed)
	variant := Variant{Account: l.Account, From: from, Until: from + followed}
	variants := make([]Variant, 0, len(Scenarios))
	for _, s := range Scenarios {
		g := variant
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
		variants = append(variants, g)
	}
	return variants
}

// badNewsSignal is the signal of injected bad news: forwarding, or the first event
// signal with enough weight.
func badNewsSignal(rules *detector.Rules) (name string) {
	for i := range rules.Signals {
		s := &rules.Signals[i]
		if s.Kind == detector.Event && s.Side != detector.Ours && (s.Weight == nil || *s.Weight >= 1) && (name == "" || s.Name == "forwarding") {
			name = s.Name
		}
	}
	return name
}

// movable is the busiest count signal of an account and the one that it becomes:
// another that it has, or one that the rules have.
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
