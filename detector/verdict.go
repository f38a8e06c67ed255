package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/series"
)

// verdict says what the fall of an account means, when the odds are so many
// nats; nothing rather than a guess.
func (e *Engine) verdict(j *judgement, odds float64) evidence.Verdict {
	if e.today == nil {
		return ""
	}
	sales, share := e.meaning(j.account, series.Purchases), e.meaning(j.account, series.Share)
	if sales == nil || share == nil {
		return ""
	}
	var bought, part series.View
	own := e.ownYear(j.account)
	bought.Fill(sales, &e.today.Exposure, own, false)
	part.Fill(share, &e.today.Exposure, own, false)
	amount := e.signals.Rules[sales.Key.Signal].Kind == series.Amount
	return evidence.TellStory(sales, share, &bought, &part, amount, e.cools(j), odds)
}

// clearer tells whether it has become clear where an open episode's purchases
// go, once: at first they have often not moved yet.
func (e *Engine) clearer(j *judgement) bool {
	return !verdicts[j.account.episode.verdict].OfPurchases() && e.verdict(j, evidence.Strong).OfPurchases()
}

// meaning is the series of an account that means something; of several
// purchases an amount, else the first by name.
func (e *Engine) meaning(a *account, m series.Means) (best *series.Series) {
	for i := range a.Series {
		s := &a.Series[i]
		r := &e.signals.Rules[s.Key.Signal]
		if r.Means != m || !r.On || s.Key.Ours || s.Key.Contact != 0 {
			continue
		}
		if best == nil || before(r, &e.signals.Rules[best.Key.Signal]) {
			best = s
		}
	}
	return best
}

func before(r, other *series.Rule) bool {
	if (r.Kind == series.Amount) != (other.Kind == series.Amount) {
		return r.Kind == series.Amount
	}
	return r.Name < other.Name
}

// cools tells whether something else than purchases and our share is among
// the reasons: contact, a mood, bad news or a rule. One channel of several is not
// enough while the others hold: who calls as ever and is not visited is no cooler.
func (e *Engine) cools(j *judgement) bool {
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
		case e.signals.Rules[w.key.Signal].Means != "":
		case e.signals.Rules[w.key.Signal].Kind == series.Count && w.key.Contact == 0:
			channels++
		default:
			return true
		}
	}
	return channels > 1 || channels == 1 && e.union.Series == 1
}
