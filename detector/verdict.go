package detector

import (
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
)

// verdict says what the fall of an account means, when the odds are so many
// nats; nothing rather than a guess.
func (j *assessment) verdict(odds float64) evidence.Verdict {
	if j.today == nil {
		return ""
	}
	sales, share := j.signals.Meaning(&j.account.Set, series.Purchases), j.signals.Meaning(&j.account.Set, series.Share)
	if sales == nil || share == nil {
		return ""
	}
	var bought, part series.View
	own := j.ownYear()
	bought.Fill(sales, &j.today.Exposure, own, false)
	part.Fill(share, &j.today.Exposure, own, false)
	amount := j.signals.Rules[sales.Key.Signal].Kind == series.Amount
	return evidence.TellStory(sales, share, &bought, &part, amount, j.cools(), odds)
}

// clearer tells whether it has become clear where an open episode's purchases
// go, once: at first they have often not moved yet.
func (j *assessment) clearer() bool {
	return !finding.Verdicts[j.account.episode.Verdict].OfPurchases() && j.verdict(evidence.Strong).OfPurchases()
}

// cools tells whether something else than purchases and our share is among
// the reasons: contact, a mood, bad news or a rule. One channel of several is not
// enough while the others hold: who calls as ever and is not visited is no cooler.
func (j *assessment) cools() bool {
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
		case j.signals.Rules[w.key.Signal].Means != "":
		case j.signals.Rules[w.key.Signal].Kind == series.Count && w.key.Contact == 0:
			channels++
		default:
			return true
		}
	}
	return channels > 1 || channels == 1 && j.union.Series == 1
}
