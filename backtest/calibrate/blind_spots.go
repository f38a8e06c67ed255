package calibrate

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/detector"
	"firstsign/detector/stats"
	"firstsign/detector/survey"
	"firstsign/signals/history"
)

// BlindSpot is an account that could halve its contact without being seen for six
// weeks.
type BlindSpot struct {
	Account string         `json:"account"`
	Grade   accounts.Grade `json:"grade,omitempty"`
	// Signal is the busiest signal; empty when there is none. PerWeek is how often
	// there was contact of any kind in the last weeks.
	Signal  string  `json:"signal"`
	PerWeek float64 `json:"per_week"`
	// SilenceDays and HalvingDays are the days until the end of all contact, and
	// its halving, are seen. 0: not seen within 90 days.
	SilenceDays int  `json:"silence_days"`
	HalvingDays int  `json:"halving_days"`
	Cure        Cure `json:"cure"`
}

// Cure is what would make an account visible.
type Cure struct {
	Kind CureKind `json:"kind"`
	// Signal is one that the account lacks. Share, 0 to 1, of the accounts in touch have
	// it; the median of theirs is PerWeek times a week.
	Signal  string  `json:"signal,omitempty"`
	Share   float64 `json:"share,omitempty"`
	PerWeek float64 `json:"per_week,omitempty"`
	// Raise is the threshold at which the halving would be seen.
	Raise float64 `json:"raise,omitempty"`
}

// CureKind is a kind of cure.
type CureKind string

// The cures.
const (
	Record  CureKind = "record"  // record a signal that many accounts have
	Norm    CureKind = "norm"    // too little contact for statistics: agree on a rhythm
	Contact CureKind = "contact" // contact varies too much: judge key persons on their own
	Loosen  CureKind = "loosen"  // only a lower threshold helps: a higher grade, or a larger budget
	Wait    CureKind = "wait"    // the account is too young
)

// Words describe the cure to a person.
func (c *Cure) Words(l message.Language) string {
	zh := l == message.Chinese
	switch c.Kind {
	case Record:
		percent := min(99, 100*c.Share) // this account lacks it, so it is never all of them
		if zh {
			return fmt.Sprintf("接入 %s：%.0f %% 的客户有此信号，每周约 %.1f 次", c.Signal, percent, c.PerWeek)
		}
		return fmt.Sprintf("record %s as well: %.0f %% of the accounts have it, about %.1f a week", c.Signal, percent, c.PerWeek)
	case Norm:
		if zh {
			return "往来太少，统计看不出减半：约定固定的联系节奏，两次落空即为信号"
		}
		return "too little contact to see a halving: agree on a fixed rhythm; two missed contacts are then the sign"
	case Loosen:
		if zh {
			return fmt.Sprintf("往来起伏大：阈值降到 %.2g 客户年才看得见（提高等级或预算）", c.Raise)
		}
		return fmt.Sprintf("its contact varies: a threshold of %.2g account-years would show it (a higher grade, or a larger budget)", c.Raise)
	case Wait:
		if zh {
			return "历史太短，尚无习惯可比：再等几周"
		}
		return "too young to have a habit: wait a few weeks"
	}
	if zh {
		return "往来起伏大：登记关键联系人并逐个关注（per_contact）"
	}
	return "its contact varies: name its key persons and judge each of them (per_contact)"
}

const (
	// blindDays is how soon a halving must be seen: six weeks.
	blindDays = 42
	// tryDays is for how many days a silence and a halving are followed.
	tryDays = 90
	// recentWeeks are the weeks over which PerWeek is measured.
	recentWeeks = 12
)

// thinnedVariants makes two variants of every account that is in touch. One falls
// silent; of the other, every second interaction is left out.
func (c *ActivityIndex) thinnedVariants() []Variant {
	var variants []Variant
	for _, l := range c.Accounts {
		if l.Last > c.Last-blindDays && !c.copied(l.Account) {
			variants = append(variants,
				Variant{Account: l.Account, Scenario: Gone, From: c.Last - tryDays + 1, Until: c.Last},
				Variant{Account: l.Account, Scenario: Halved, From: c.Last - tryDays + 1, Until: c.Last})
		}
	}
	return variants
}

// BlindSpots replays a history in which every account halves its contact near the
// end. It returns the accounts where that is not seen within six weeks.
func BlindSpots(ctx context.Context, history history.Stream, r *backtest.Replay, c *ActivityIndex, losses backtest.Losses) ([]BlindSpot, error) {
	replay := *r
	variants := c.thinnedVariants()
	replay.Scores, replay.Guests = true, Guests(variants)
	outcome, err := replay.Run(ctx, Inject(history, c, r.Rules, variants, 0))
	if err != nil {
		return nil, err
	}
	standard := detector.DefaultThresholds()
	for grade, t := range r.Rules.Thresholds {
		standard[grade] = t
	}
	return c.blindSpots(tracesOf(outcome, r.Rules.Exceedance), r.Rules.Exceedance, standard, losses), nil
}

// blindSpots are the blind spots among the accounts that are in touch, by grade and
// then by contact. An account that is alerting already is not one.
func (c *ActivityIndex) blindSpots(traces map[string]evidenceTrace, curve stats.Exceedance, thresholds map[accounts.Grade]detector.Threshold, losses backtest.Losses) []BlindSpot {
	usual, levelOf := c.commonSignals(), levelsOf(curve, thresholds)
	var spots []BlindSpot
	for _, g := range c.thinnedVariants() {
		l := c.byAccount[g.Account]
		if _, lost := losses[l.Account]; lost || g.Scenario != Halved {
			continue
		}
		b := BlindSpot{Account: l.Account, Grade: l.listedGrade}
		var raised bool
		if b.HalvingDays, raised = c.delay(traces, &g, levelOf[l.Grade]); raised || b.HalvingDays > 0 && b.HalvingDays <= blindDays {
			continue
		}
		b.SilenceDays, _ = c.delay(traces, &Variant{Account: g.Account, Scenario: Gone, From: g.From, Until: g.Until}, levelOf[l.Grade])
		if counts := l.counts(); len(counts) > 0 {
			b.Signal = counts[0].signal.Name
		}
		for _, u := range l.counts() {
			b.PerWeek += u.perWeekLately(c)
		}
		if b.Signal == "" {
			b.PerWeek = l.activeDaysPerWeek(c)
		}
		b.Cure = c.cure(l, b.PerWeek, usual)
		if b.Cure.Kind == "" {
			b.Cure = Cure{Kind: Loosen, Raise: round3(curve.Years(traces[g.ID()].highest(g.From, g.From+blindDays-1)))}
		}
		spots = append(spots, b)
	}
	slices.SortStableFunc(spots, func(a, b BlindSpot) int {
		return cmp.Or(backtest.CompareGrades(a.Grade, b.Grade), cmp.Compare(b.PerWeek, a.PerWeek))
	})
	return spots
}

// delay is the number of days until a variant's change is seen; 0 when it is not.
// raised tells that there was an alert before the change.
func (c *ActivityIndex) delay(traces map[string]evidenceTrace, g *Variant, level float64) (days int, raised bool) {
	day, found, raised := traces[g.ID()].first(level, g.From, g.Until)
	if found {
		days = int(day-g.From) + 1
	}
	return days, raised
}

// perWeekLately is how often a week, over the last full weeks of the history.
func (u *signalUse) perWeekLately(c *ActivityIndex) float64 {
	last := int(c.Last-c.First+1) / 7 // the first week that is not complete
	from := max(0, last-recentWeeks)
	sum := 0.0
	for w := from; w < min(last, len(u.weeks)); w++ {
		sum += float64(u.weeks[w])
	}
	return sum / float64(max(1, last-from))
}

// activeDaysPerWeek is on how many days a week there was contact in the last weeks.
// It serves histories without counts, such as spend alone.
func (l *AccountActivity) activeDaysPerWeek(c *ActivityIndex) float64 {
	to := int(c.Last-c.First) + 1
	from := max(0, to-7*recentWeeks)
	return 7 * float64(l.days.count(from, to)) / float64(to-from)
}

// commonSignals are the count signals that many accounts in touch have, busiest
// first.
func (c *ActivityIndex) commonSignals() []survey.Common {
	rates, all := map[string][]float64{}, 0
	for _, l := range c.Accounts {
		if l.Last <= c.Last-blindDays {
			continue
		}
		all++
		for _, u := range l.counts() {
			if rate := u.perWeekLately(c); rate > 0 {
				rates[u.signal.Name] = append(rates[u.signal.Name], rate)
			}
		}
	}
	return survey.CommonSignals(rates, all)
}

// cure is what would make an account visible. It is empty when all that can be
// recorded is recorded.
func (c *ActivityIndex) cure(l *AccountActivity, perWeek float64, usual []survey.Common) Cure {
	if l.First > c.Last-backtest.SettlingDays-blindDays {
		return Cure{Kind: Wait}
	}
	for _, u := range usual {
		if i, ok := l.index[u.Signal]; !ok || l.uses[i].perWeekLately(c) == 0 {
			return Cure{Kind: Record, Signal: u.Signal, Share: u.Share, PerWeek: u.PerWeek}
		}
	}
	switch {
	case perWeek < survey.RareWeek:
		return Cure{Kind: Norm}
	case !l.hasKeyContacts || !slices.ContainsFunc(l.counts(), func(u *signalUse) bool { return u.signal.PerContact }):
		return Cure{Kind: Contact}
	}
	return Cure{}
}
