package evidence

import (
	"firstsign/detector/series"
	"firstsign/detector/stats"
	"firstsign/signals"
	"math"
)

// Verdict is whether an account goes to somebody else, or does less altogether.
type Verdict string

// The verdicts.
const (
	Defection      Verdict = "defection"       // our share falls, and it buys as much as before in total
	Downturn       Verdict = "downturn"        // it buys less in total, and our share is as before
	EarlyDefection Verdict = "early_defection" // the relation cools before either has moved
)

// OfPurchases tells whether it is a verdict on where purchases go, rather than
// on the relation before they have moved.
func (v Verdict) OfPurchases() bool { return v == Defection || v == Downturn }

// What an account buys from us is what it buys in total times our share of
// it. So the logarithms of their changes add up, and three stories can be told
// apart by two of them, of our share and of our sales:
//
//	defection        -x, -x   our share falls, the total is steady
//	downturn          0, -x   the total falls, our share is steady
//	early defection   0,  0   neither, though the relation cools
//
// The best story is told when the normal likelihood ratio to each other one is
// large enough. Royall (1997, Statistical Evidence) calls 8 fairly strong
// evidence and 32 strong: when an alert is raised the first is enough, for one
// that is open the second is asked for, because it is asked for every day.
const (
	FairlyStrong = 2.08 // ln 8
	Strong       = 3.47 // ln 32
)

const (
	// leastFall is the least x of a story, as a logarithm: a fifth.
	leastFall = 0.22
	// steadyFall is the fall of purchases that a steady account is told from, by
	// its estimate alone: purchases are too uneven for more.
	steadyFall = 0.36
	// unfit is how far the best story may be from what was seen, in nats: what is
	// steady is so within 1.4 standard deviations.
	unfit = 1
	// vaguePurchases is a standard deviation beyond which they say nothing.
	vaguePurchases = 0.6
	// shareError is the least standard deviation of one share, of itself: it is an
	// estimate of somebody.
	shareError = 0.05
	// unnoticed are the days after the relation cooled on which who notes a share does not
	// know of it.
	unnoticed = 3
	// fewestShares and fewestOrders (days with any) are what a reference must rest on.
	fewestShares = 3
	fewestOrders = 8
)

// change is a logarithm of what is over what was, and its variance.
type change struct{ by, variance float64 }

// sure is how many nats speak against no fall.
func (c change) sure() float64 {
	if c.by >= 0 {
		return 0
	}
	return c.by * c.by / (2 * c.variance)
}

// verdictWindows are the recent days that are compared with those before.
var verdictWindows = [...]int{14, 28, 56}

// Trade is what an account buys from us and our share of all that it buys, as they
// are seen today.
type Trade struct {
	Sales, Share *series.Series
	Bought, Part *series.View // of each
	Amount       bool         // sales are an amount, not a count
}

// TellStory says what the changes of an account's trade mean, with the odds in nats;
// nothing rather than a guess. cooled is the day of the view from which the relation
// has been worse, ViewDays when it is not.
func TellStory(t *Trade, cooled int, odds float64) Verdict {
	// The window in which most has happened: in a longer one lies what came before.
	var s, w change
	most, told := -1.0, false
	for _, days := range verdictWindows {
		sold, held, ok, known := t.changed(days)
		if !ok {
			continue
		}
		sure := sold.sure()
		if known {
			sure = max(sure, held.sure())
		}
		if sure > most {
			most, s, w, told = sure, sold, held, known
		}
	}
	if !told || math.Sqrt(s.variance) > vaguePurchases {
		return ""
	}
	v := story(w, s, cooled < series.ViewDays, odds)
	if v != EarlyDefection {
		return v
	}
	// What was noted and bought before the relation cooled says nothing of what it did, nor
	// does what was noted while nobody could know that.
	w, told = shareChanged(t.Share, t.Part, series.ViewDays-cooled, cooled+unnoticed)
	fewer := fewerSince(&t.Sales.Baseline, t.Bought, series.ViewDays-cooled, t.Amount)
	if !told || t.Bought.Last() < cooled || fewer(cooled) >= ownOnset || story(w, s, true, odds) != EarlyDefection {
		return ""
	}
	return v
}

// changed compares both in a recent window with those before. Of our share only what
// was noted since purchases fell counts: an older one says nothing of the fall. ok
// tells whether purchases are known, and known whether the share is.
func (t *Trade) changed(days int) (sold, held change, ok, known bool) {
	sold, ok = purchasesChanged(&t.Sales.Baseline, t.Bought, days, t.Amount)
	if !ok {
		return sold, held, false, false
	}
	from := FellOn(&t.Sales.Baseline, t.Bought, days, t.Amount)
	if last := t.Bought.Last(); t.stopped(days, last) {
		from = max(from, last+1)
	}
	held, known = shareChanged(t.Share, t.Part, days, from)
	return sold, held, true, known
}

// stopped tells whether there is strong evidence, beside what was usual before a recent
// window, that purchases ended on a day. Whatever there was before it may have been chance.
func (t *Trade) stopped(window, day int) bool {
	_, days, exposure := t.Sales.Baseline.Reference(t.Bought, window)
	return exposure > 0 && days/exposure*t.Bought.Exposure(day+1, series.ViewDays) >= Strong
}

// ownOnset in nats is how improbable a silence must be, by what came before it in the
// window, to be a fall of its own.
const ownOnset = 2

// fewerSince tells by how many nats a series has brought less since a day of the view
// than before a recent window: the likelihood ratio of a Poisson rate. amount: it is an
// amount, in units of what a day with any brings.
func fewerSince(p *series.Baseline, v *series.View, window int, amount bool) func(day int) float64 {
	total, days, exposure := p.Reference(v, window)
	if total <= 0 || days <= 0 || exposure <= 0 {
		return func(int) float64 { return 0 }
	}
	unit := 1.0
	if amount {
		unit = total / days
	}
	return func(day int) float64 {
		n, expected := v.Counted(day, series.ViewDays)/unit, total/unit/exposure*v.Exposure(day, series.ViewDays)
		switch {
		case n >= expected:
			return 0
		case n == 0:
			return expected
		}
		return n*math.Log(n/expected) + expected - n
	}
}

// FellOn is the first day of the view, within a recent window, from which a series may
// have brought less than before: the first that is not fairly surely less likely than
// the likeliest. It is the window's first where it brought no less. amount: it is an
// amount.
func FellOn(p *series.Baseline, v *series.View, window int, amount bool) (day int) {
	day = series.ViewDays - window
	ratio := fewerSince(p, v, window, amount)
	best := 0.0
	for from := day; from < series.ViewDays; from++ {
		best = max(best, ratio(from))
	}
	if best < FairlyStrong {
		return day // by chance
	}
	for day < series.ViewDays-1 && ratio(day) < best-FairlyStrong {
		day++
	}
	// Beside what came since then, a silence may be a fall of its own.
	if last := v.Last(); last >= day {
		before, silent := v.Exposure(day, last+1), v.Exposure(last+1, series.ViewDays)
		if before > 0 && (v.Contacts(last)-v.Contacts(day-1)+0.5)/before*silent >= ownOnset {
			day = last + 1
		}
	}
	return min(day, series.ViewDays-1)
}

// story is the best of the three, when it is good enough. cools: the relation
// has become worse.
func story(share, sales change, cools bool, odds float64) Verdict {
	defection, downturn, steady := likelihoods(share, sales)
	switch {
	case defection >= max(downturn, steady)+odds && defection >= -unfit:
		return Defection
	case downturn >= max(defection, steady)+odds && downturn >= -unfit:
		return Downturn
	case cools && steady >= defection+odds && steady >= -unfit && sales.by > -steadyFall/2:
		return EarlyDefection
	}
	return ""
}

// likelihoods of the three stories in nats below a perfect fit, each with the
// x that fits best. More than was is as good as the same.
func likelihoods(share, sales change) (defection, downturn, steady float64) {
	loss := func(c change, expected float64) float64 {
		d := min(0, c.by-expected)
		return d * d / (2 * c.variance)
	}
	// Of defection the x that fits both: the mean by their precision, when our
	// sales fell as much as our share; else the share alone says how much.
	x := max(leastFall, -share.by)
	if sales.by < -x {
		x = max(leastFall, -(share.by/share.variance+sales.by/sales.variance)/(1/share.variance+1/sales.variance))
	}
	d := share.by + x
	defection = -d*d/(2*share.variance) - loss(sales, -x)
	downturn = -loss(share, 0)
	if sales.by > -leastFall {
		d := sales.by + leastFall
		downturn -= d * d / (2 * sales.variance)
	}
	return defection, downturn, -loss(share, 0) - loss(sales, 0)
}

// purchasesChanged compares purchases in a recent window with those before: rates, of
// amounts in units of what a day with any brings.
func purchasesChanged(p *series.Baseline, v *series.View, window int, amount bool) (c change, ok bool) {
	total, days, exposure := p.Reference(v, window)
	from := series.ViewDays - window
	seen := v.Exposure(from, series.ViewDays)
	if days < fewestOrders || exposure < series.Enough || total <= 0 || seen <= 0 {
		return c, false
	}
	unit := 1.0
	if amount {
		unit = total / days
	}
	n, past := v.Counted(from, series.ViewDays)/unit+0.5, total/unit+0.5
	expected := past / exposure * seen
	c.by = math.Log(n / expected)
	// The logarithm of few is skewed: its chance is between that of what was
	// expected and that of what came.
	chance := (1/expected + 1/n) / 2
	if spread := p.Unevenness(window, expected*unit); amount {
		c.variance = 1/past + max(chance, spread) // which holds chance as well
	} else {
		c.variance = 1/past + chance + spread
	}
	return c, true
}

// shareChanged compares our share since a day of a recent window with that before the
// window.
func shareChanged(s *series.Series, v *series.View, window, from int) (c change, ok bool) {
	ref := learnedLevel(s.Level())
	var now stats.Sample
	for i := 1; i < series.ViewDays; i++ {
		if v.Seen>>i&1 == 0 || v.X[i] == 0 && v.N[i] == 0 { // of a blind day nothing is known
			continue
		}
		n := float64(s.Seen(series.Slot(v.Lo + signals.Day(i))))
		switch {
		case i >= from:
			now.Add(v.N[i]/n, n)
		case i < series.ViewDays-window-series.Guard:
			ref.Add(v.N[i]/n, n)
		}
	}
	if ref.Days < fewestShares || now.Days < 1 || ref.Mean <= 0 {
		return c, false
	}
	least := shareError * ref.Mean
	variance := max(least*least, ref.Spread/(ref.Days-1))
	c.variance = variance * (1/now.Days + 1/ref.Days) / (ref.Mean * ref.Mean)
	c.by = math.Log(max(now.Mean, least) / ref.Mean)
	return c, true
}
