package assessment

import (
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/signals"
	"math/bits"
	"slices"
)

// Verdict says what the fall of an account means, when the odds are so many
// nats; nothing rather than a guess.
func (j *Assessment) Verdict(odds float64) evidence.Verdict {
	if j.by.Today == nil {
		return ""
	}
	sales, share := j.by.Signals.Meaning(&j.account.Set, series.Purchases), j.by.Signals.Meaning(&j.account.Set, series.Share)
	if sales == nil || share == nil {
		return ""
	}
	var bought, part series.View
	own := j.ownYear()
	bought.Fill(sales, &j.by.Today.Exposure, own, false)
	part.Fill(share, &j.by.Today.Exposure, own, false)
	trade := evidence.Trade{Sales: sales, Share: share, Bought: &bought, Part: &part, Amount: j.by.Signals.Rules[sales.Key.Signal].Kind == series.Amount}
	cooled := series.ViewDays
	if j.cools() {
		cooled = j.cooledOn()
	}
	v := evidence.TellStory(&trade, cooled, odds)
	if j.contradicts(v) {
		return ""
	}
	return v
}

// ShareNoted is the last closed day on which our share was noted, 0 when there is none.
func (j *Assessment) ShareNoted() signals.Day {
	share := j.by.Signals.Meaning(&j.account.Set, series.Share)
	if share == nil {
		return 0
	}
	lo := j.by.Today.Lo
	return lo + signals.Day(bits.Len64(series.Since(share.Active, lo)&(1<<series.ViewDays-1))-1)
}

// contradicts tells whether a verdict says the contrary of a reason beside it, or
// what none of them says. Of a silent account it is not known what it buys in total.
func (j *Assessment) contradicts(v evidence.Verdict) bool {
	switch v {
	case evidence.Defection:
		return j.quiet() || j.stopped()
	case evidence.Downturn:
		return j.quiet() || j.fell(series.Share) || !j.fell(series.Purchases)
	case evidence.EarlyDefection:
		return j.quiet() || j.fell(series.Purchases) || j.fell(series.Share)
	}
	return false
}

// quiet tells whether it is among the reasons that there is no contact at all.
func (j *Assessment) quiet() bool {
	least := j.leastShown()
	return slices.ContainsFunc(j.reasons, func(w weighed) bool {
		return w.weight >= least && w.key.Signal == series.AnyContactID && w.term.Kind.NothingCame(w.term.To)
	})
}

// stopped tells whether it is among the reasons that nothing is bought any more.
func (j *Assessment) stopped() bool {
	least := j.leastShown()
	return slices.ContainsFunc(j.reasons, func(w weighed) bool {
		return w.weight >= least && w.term.Kind.NothingCame(w.term.To) &&
			w.key.Signal != series.AnyContactID && j.by.Signals.Rules[w.key.Signal].Means == series.Purchases
	})
}

// leastFall is the least part of what was usual whose loss is a fall beside a verdict: a
// fifth less is what the verdicts are told apart by.
const leastFall = 0.2

// fell tells whether a fall of purchases or of our share is among the reasons.
func (j *Assessment) fell(m series.Means) bool {
	least := j.leastShown()
	return slices.ContainsFunc(j.reasons, func(w weighed) bool {
		return w.weight >= least && w.key.Signal != series.AnyContactID && j.by.Signals.Rules[w.key.Signal].Means == m &&
			(w.term.Kind.NothingCame(w.term.To) || w.term.To <= (1-leastFall)*w.term.From)
	})
}

// cooledOn is the day of the view from which the relation cools: when the strongest
// reason began, or contact of any kind fell if that was later.
func (j *Assessment) cooledOn() (day int) {
	var best *weighed
	for i := range j.reasons {
		w := &j.reasons[i]
		if best == nil || w.weight > best.weight {
			best = w
		}
		if w.key.Signal == series.AnyContactID {
			day = max(day, j.began(w))
		}
	}
	if best != nil {
		day = max(day, j.began(best))
	}
	return max(1, min(day, series.ViewDays-1))
}

// began is the day of the view from which a reason holds.
func (j *Assessment) began(w *weighed) int {
	switch {
	case w.term.Kind == evidence.Gap:
		return w.term.Last + 1
	case w.term.Kind != evidence.Drop:
		return w.term.Last
	case w.key.Signal == series.AnyContactID:
		return evidence.FellOn(j.ofAnyKind(), &j.union.View, w.term.Window, false)
	}
	s := j.account.Find(w.key)
	j.view.Fill(s, &j.by.Today.Exposure, j.by.yearOf(s, j.ownYear()), false)
	return evidence.FellOn(&s.Baseline, &j.view, w.term.Window, false)
}

// Clearer tells whether it has become clear where an open episode's purchases
// go, once: at first they have often not moved yet.
func (j *Assessment) Clearer() bool {
	return !finding.Verdicts[j.account.Episode.Verdict].OfPurchases() && j.Verdict(evidence.Strong).OfPurchases()
}

// cools tells whether something else than purchases and our share is among
// the reasons: contact, a mood, bad news or a rule. One channel of several is not
// enough while the others hold: who calls as ever and is not visited is no cooler.
func (j *Assessment) cools() bool {
	if len(j.matches) > 0 {
		return true
	}
	channels := 0
	for i := range j.reasons {
		w := &j.reasons[i]
		switch {
		case w.weight < evidence.LeastEvidence:
		case w.key.Signal == series.AnyContactID:
			return true
		case j.by.Signals.Rules[w.key.Signal].Means != "":
		case j.by.Signals.Rules[w.key.Signal].Kind == series.Count && w.key.Contact == 0:
			channels++
		default:
			return true
		}
	}
	return channels > 1 || channels == 1 && j.union.Series == 1
}
