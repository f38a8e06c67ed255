package detector_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/detector/episodes"
	"firstsign/detector/finding"
	"firstsign/signals"
)

// What labels bring and what they cost: key accounts at a threshold that brings
// two false alarms a year, each of which is labelled for two years; then three
// quarters of the contact end. Labels of false alarms take away a quarter of the
// alerts of the second year at least, and cost what rarer thresholds cost; what is
// expected brings no more of them than chance, and costs nothing.
func TestQualityLabels(t *testing.T) {
	simulated(t)
	const fall, weeks = 104, 117
	n := sized(60, 400)
	run := func(label signals.Label) (alerts float64, drops share) {
		w := world{signals: 1, weeks: weeks, seed: 21}
		for i := range n {
			chance := rand.New(rand.NewPCG(uint64(i), 22))
			pause := 20 + chance.IntN(fall-24)
			w.residents = append(w.residents, resident{id: fmt.Sprint("account-", i), perWeek: 5, spread: 2.5, level: func(week, _ int) float64 {
				switch {
				case week >= fall:
					return 0.25
				case week == pause || week == pause+1:
					return 0
				}
				return 1
			}})
		}
		w.rules = func(r *detector.Rules) {
			w.asKey(r)
			r.Thresholds = map[accounts.Grade]episodes.Threshold{accounts.Key: {Raise: 0.4, Clear: 0.36}}
		}
		w.said = func(_ *finding.Finding, day int) signals.Label {
			if day < 7*fall {
				return label
			}
			return ""
		}
		dropped := map[string]bool{}
		for _, f := range w.live(t).findings {
			day := int(f.Time-hour(0, 0).UnixNano()) / (24 * 3600e9)
			switch {
			case f.Kind != finding.Raised && f.Kind != finding.RaisedAgain:
			case day >= 52*7 && day < fall*7 && f.Kind == finding.Raised:
				alerts += 1 / float64(n)
			case day >= fall*7 && day < fall*7+60:
				dropped[f.Account] = true
			}
		}
		return alerts, share{len(dropped), n}
	}
	before, dropsBefore := run("")
	t.Logf("%-44s %.2f alerts an account in the second year; of the drops %s are told within 60 days", "nothing is labelled", before, dropsBefore)
	for _, label := range []signals.Label{signals.FalseAlarm, signals.Expected, signals.ActedSaved} {
		alerts, drops := run(label)
		t.Logf("%-44s %.2f alerts an account in the second year; of the drops %s are told within 60 days", "all are labelled "+string(label), alerts, drops)
		lost := dropsBefore.value() - drops.value()
		switch {
		case label == signals.ActedSaved && (alerts != before || drops != dropsBefore):
			t.Errorf("%s changes what is told", label)
		case label == signals.FalseAlarm && (alerts > before*3/4 || lost > 0.25), label == signals.Expected && (alerts > before*1.15 || lost > 0.1):
			t.Errorf("%s: %.2f alerts, %.2f before; %.2f of the drops are not told", label, alerts, before, lost)
		}
	}
}
