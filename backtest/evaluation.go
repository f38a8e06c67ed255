package backtest

import (
	"cmp"
	"math"
	"slices"

	"firstsign/accounts"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// evaluation is the accounts and losses on which methods are measured.
type evaluation struct {
	log      *ContactLog
	accounts []evaluated  // by account
	losses   []lossWindow // losses of accounts with contact before them, by account and date
	days     int          // healthy days of all accounts together
}

// evaluated is one account.
type evaluated struct {
	log      *AccountLog
	grade    accounts.Grade
	owner    string
	from, to signals.Day // the healthy days are [from, to)
	losses   []int       // indices in evaluation.losses
}

// lossWindow is a loss and the days on which an alert counts as finding it.
type lossWindow struct {
	Loss
	LossWindow
}

// healthy tells whether an alert on a day is a false alert.
func (a *evaluated) healthy(d signals.Day) bool { return a.from <= d && d < a.to }

func newEvaluation(contacts *ContactLog, losses []Loss) *evaluation {
	t := &evaluation{log: contacts}
	byAccount := ByAccount(losses)
	for _, p := range contacts.Accounts() {
		a := evaluated{log: p, from: p.First() + SettlingDays, to: p.Last() + 1}
		a.grade, a.owner = contacts.GradeAndOwner(p.Account)
		for _, l := range byAccount[p.Account] {
			w, ok := WindowOfLoss(p, l.Day)
			if !ok {
				continue // no contact before the loss
			}
			a.to = min(a.to, w.From)
			a.losses = append(a.losses, len(t.losses))
			t.losses = append(t.losses, lossWindow{l, w})
		}
		t.days += int(max(0, a.to-a.from))
		t.accounts = append(t.accounts, a)
	}
	return t
}

func (t *evaluation) years() float64 { return float64(t.days) / 365.25 }

func (t *evaluation) tooYoung() (n int) {
	for i := range t.accounts {
		if a := &t.accounts[i]; a.from >= a.to && len(a.losses) == 0 {
			n++
		}
	}
	return n
}

// rate of n alerts per account-year, with its interval.
func (t *evaluation) rate(n int) stats.Interval {
	if t.days == 0 {
		return stats.Interval{}
	}
	return stats.CountInterval(n).Times(1 / t.years())
}

// tally counts the false alerts of one method at one threshold, and the losses it
// found.
type tally struct {
	falses, unsettled int
	lead              []int  // days before each loss; noLead when it was not found
	early             []bool // for each loss: told before its window, and still open when it began
}

const noLead = math.MinInt

// found is the number of losses found.
func (n *tally) found() int { return n.ahead(noLead + 1) }

// ahead is how many losses were told at least so many days before.
func (n *tally) ahead(days int) (losses int) {
	for _, lead := range n.lead {
		if lead >= days {
			losses++
		}
	}
	return losses
}

func (t *evaluation) newTally() *tally {
	n := &tally{lead: make([]int, len(t.losses)), early: make([]bool, len(t.losses))}
	for i := range n.lead {
		n.lead[i] = noLead
	}
	return n
}

// verdict is how one alert about an account counts.
type verdict int

const (
	neither   verdict = iota // the account is too young, or was lost already
	wrong                    // told on a healthy day
	found                    // told in the window of a loss
	early                    // told before the window of a loss, and open when it began
	unsettled                // about a silence that lasted to the end of the history
)

// judge an alert. loss is the index of its loss, when the verdict is about one.
func (t *evaluation) judge(a *evaluated, told, ended signals.Day) (v verdict, loss int) {
	for _, i := range a.losses {
		w := &t.losses[i]
		switch {
		case w.From <= told && told <= w.To:
			return found, i
		case told < w.From && (ended == 0 || ended >= w.From):
			return early, i
		}
	}
	switch {
	case a.healthy(told):
		return wrong, 0
	case len(a.losses) == 0 && told > a.log.Last():
		return unsettled, 0
	}
	return neither, 0
}

// count adds one alert about an account to a tally.
func (t *evaluation) count(n *tally, a *evaluated, told, ended signals.Day) {
	switch v, i := t.judge(a, told, ended); v {
	case wrong:
		n.falses++
	case unsettled:
		n.unsettled++
	case found:
		n.lead[i] = max(n.lead[i], int(t.losses[i].Day-told))
	case early:
		n.early[i] = true
	}
}

// tallyOf counts the alerts that were raised.
func (t *evaluation) tallyOf(episodes map[string][]Episode) *tally {
	n := t.newTally()
	for i := range t.accounts {
		a := &t.accounts[i]
		for _, e := range episodes[a.log.Account] {
			t.count(n, a, e.Told, e.Ended)
		}
	}
	return n
}

// sweep counts what a method would raise at each of its thresholds.
func (t *evaluation) sweep(m method) []tally {
	list := make([]tally, len(m.thresholds))
	for k := range list {
		list[k] = *t.newTally()
	}
	var scores []float64
	for i := range t.accounts {
		a := &t.accounts[i]
		first := a.log.First()
		scores = slices.Grow(scores[:0], int(t.log.Last+2-first))[:t.log.Last+2-first]
		m.judge(a.log, first, scores)
		top := slices.Max(scores)
		for k, threshold := range m.thresholds {
			if threshold > top {
				continue
			}
			crossings(scores, first, threshold, func(told, ended signals.Day) {
				t.count(&list[k], a, told, ended)
			})
		}
	}
	return list
}

// result describes a method at one threshold.
func (t *evaluation) result(name MethodName, threshold float64, n *tally) MethodResult {
	r := MethodResult{
		Method: name, Threshold: threshold, FalseAlerts: float64(n.falses), PerAccountYear: t.rate(n.falses), Unsettled: n.unsettled,
	}
	if len(t.losses) == 0 {
		return r
	}
	var leads []int
	value := 0.0
	for i, lead := range n.lead {
		switch {
		case lead != noLead:
			leads = append(leads, lead)
			value += t.losses[i].Value
		case n.early[i]:
			r.Early++
		}
	}
	share := stats.ShareInterval(len(leads), len(t.losses))
	r.Found, r.FoundShare = float64(len(leads)), &share
	if all := t.value(); all > 0 {
		r.ValueShare = new(value / all)
	}
	if slices.Sort(leads); len(leads) > 0 {
		r.MedianLead = new(leads[len(leads)/2])
	}
	for _, days := range aheadDays {
		i, _ := slices.BinarySearch(leads, days)
		r.Ahead = append(r.Ahead, Ahead{days, float64(len(leads)-i) / float64(len(t.losses))})
	}
	return r
}

// atRandom is how many losses as many false alerts as ours would find on random
// days. It is computed, not simulated. Alerts at a rate of r a day leave a window
// of w days without any with probability exp(-r w).
func (t *evaluation) atRandom(ours *tally) MethodResult {
	r := MethodResult{Method: AtRandom, Threshold: 1, FalseAlerts: float64(ours.falses), PerAccountYear: t.rate(ours.falses)}
	if len(t.losses) == 0 || t.days == 0 {
		return r
	}
	daily := float64(ours.falses) / float64(t.days)
	by := func(lead int) (hits, value float64) {
		for _, w := range t.losses {
			until := min(w.To, w.Day-signals.Day(lead), t.log.Last+1)
			p := 1 - math.Exp(-daily*float64(max(0, until+1-w.From)))
			hits += p
			value += p * w.Value
		}
		return hits, value
	}
	n, latest := float64(len(t.losses)), 0
	for _, w := range t.losses {
		latest = min(latest, int(w.Day-w.To))
	}
	hits, value := by(latest)
	r.Found = hits
	r.FoundShare = &stats.Interval{Value: hits / n, Low: hits / n, High: hits / n}
	if all := t.value(); all > 0 {
		r.ValueShare = new(value / all)
	}
	for _, days := range aheadDays {
		f, _ := by(days)
		r.Ahead = append(r.Ahead, Ahead{days, f / n})
	}
	for lead := latest; hits > 0; lead++ {
		if f, _ := by(lead + 1); f < hits/2 {
			r.MedianLead = new(lead)
			break
		}
	}
	return r
}

// value is the total value of all losses.
func (t *evaluation) value() (all float64) {
	for _, w := range t.losses {
		all += w.Value
	}
	return all
}

// curve describes a method at all thresholds, from the strictest on.
func (t *evaluation) curve(m *method, sweep []tally) Curve {
	c := Curve{Method: m.name}
	for k := len(sweep) - 1; k >= 0; k-- {
		all := float64(len(t.losses))
		p := CurvePoint{m.thresholds[k], 0, float64(sweep[k].found()) / all, float64(sweep[k].ahead(0)) / all}
		if t.days > 0 {
			p.PerYear = float64(sweep[k].falses) / t.years()
		}
		c.Points = append(c.Points, p)
	}
	return c
}

// grades are the results by grade, most valuable first.
func (t *evaluation) grades(episodes map[string][]Episode, ours *tally) []GradeResult {
	by, days := map[accounts.Grade]*GradeResult{}, map[accounts.Grade]int{}
	for i := range t.accounts {
		a := &t.accounts[i]
		g := by[a.grade]
		if g == nil {
			g = &GradeResult{Grade: a.grade}
			by[a.grade] = g
		}
		g.Accounts++
		days[a.grade] += int(max(0, a.to-a.from))
		n := t.newTally()
		for _, e := range episodes[a.log.Account] {
			g.Alerts++
			t.count(n, a, e.Told, e.Ended)
		}
		g.FalseAlerts += n.falses
		for _, k := range a.losses {
			g.Losses++
			if ours.lead[k] != noLead {
				g.Found++
			}
		}
	}
	list := make([]GradeResult, 0, len(by))
	for grade, g := range by {
		if g.AccountYears = float64(days[grade]) / 365.25; g.AccountYears > 0 {
			g.PerAccountYear = stats.CountInterval(g.FalseAlerts).Times(1 / g.AccountYears)
		}
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b GradeResult) int {
		return cmp.Or(CompareGrades(a.Grade, b.Grade), cmp.Compare(a.Grade, b.Grade))
	})
	return list
}

// exceedance is how often healthy accounts reach each risk.
func (t *evaluation) exceedance(j Judged) []Exceeding {
	m := oursMethod(j.Outcome, func(string) float64 { return 1 }, geometric(0.3, 100, 6))
	list := make([]Exceeding, len(m.thresholds))
	for k, n := range t.sweep(m) {
		list[k] = Exceeding{m.thresholds[k], t.rate(n.falses)}
	}
	return list
}
