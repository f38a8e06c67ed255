package detector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
)

// Simulated accounts of three stories, and of those that tell none, 200 each:
// what is told first and last in the episode. docs/data-team/detection/verdict.md has the table.
func TestVerdicts(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates for long: run it without -short")
	}
	racetest.Arithmetic(t)
	const n = 200
	stories := []string{"defection", "downturn", "early_defection", "both", "no share", "silence"}
	list := make([]accounts.Account, 0, n*len(stories))
	for _, s := range stories {
		for i := range n {
			list = append(list, accounts.Account{ID: fmt.Sprintf("%s-%d", s, i), Grade: accounts.Key})
		}
	}
	rules := testRules()
	rules.Signals = append(rules.Signals, series.Signal{Name: "order"}, series.Signal{Name: "share_of_wallet", Kind: series.Score})
	rules.Accounts = accounts.NewDirectory(list)
	e := NewEngine(0, 1, rules)
	rng := rand.New(rand.NewPCG(4, 8))
	var found []finding.Finding
	const days, ramp, lasts = 600, 28.0, 80
	change := func(k int) int { return 220 + k*37%300 } // few at a time: they are judged beside the others
	for d := range days {
		var l written
		for k := range list {
			fall := 0.65 * min(1, max(0, float64(d-change(k))/ramp)) // of what falls
			if d > change(k)+lasts {
				fall = 0
			}
			id, what := list[k].ID, stories[k/n]
			share, total, contact := 1.0, 1.0, 1-1.3*fall // the relation cools more than purchases fall
			switch what {
			case "defection", "no share":
				share = 1 - fall
			case "downturn":
				total, contact = 1-fall, 1-fall
			case "silence":
				share, total, contact = min(1, 1-math.Ceil(fall)), 1, min(1, 1-math.Ceil(fall))
			case "both":
				share, total = 1-fall, 1-fall
			}
			weekday := 1.4
			if at(d, 0).Weekday() == 0 || at(d, 0).Weekday() == 6 {
				weekday = 0
			}
			if rng.Float64() < 0.5*weekday*contact {
				l.event(at(d, 9), id, "call", "source", "pbx")
			}
			if rng.Float64() < 0.4*weekday*contact {
				l.event(at(d, 9), id, "mail", "source", "chat")
			}
			if rng.Float64() < 0.3*weekday*share*total {
				l.event(at(d, 10), id, "order", "source", "erp")
				l.value(at(d, 10), id, "spend", math.Round(100*5000*math.Exp(0.4*rng.NormFloat64()))/100, "source", "erp")
			}
			if (d+k)%28 == 0 && what != "no share" && share > 0 {
				l.value(at(d, 11), id, "share_of_wallet", max(0, math.Round(1000*(0.6*share+0.03*rng.NormFloat64()))/1000), "source", "crm")
			}
		}
		l.tick(at(d+1, 0))
		for i := range l.records {
			l.records[i].Offset = e.Next()
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
		}
		if d%30 == 0 || d == days-1 {
			found = append(found, findingsOf(t, e)...)
		}
	}
	changed := map[string]int{}
	for k := range list {
		changed[list[k].ID] = change(k)
	}
	first, last := map[string]evidence.Verdict{}, map[string]evidence.Verdict{}
	told := map[string]bool{}
	for _, f := range found {
		if (f.Kind != finding.Raised && f.Kind != finding.RaisedAgain) || f.Time < at(changed[f.Account], 0).UnixNano() || f.Time > at(changed[f.Account]+lasts, 0).UnixNano() {
			continue
		}
		if !told[f.Account] {
			first[f.Account] = f.Verdict
		}
		told[f.Account] = true
		if f.Verdict != "" {
			last[f.Account] = f.Verdict
		}
	}
	// By story the least that must be told rightly at first and in the end, of all
	// that were raised.
	least := map[string][2]float64{"defection": {0.57, 0.9}, "downturn": {0.36, 0.65}, "early_defection": {0.17, 0.26}}
	for k, of := range []map[string]evidence.Verdict{first, last} {
		for s, name := range stories {
			count := map[evidence.Verdict]int{}
			raised := 0
			for i := range n {
				if id := list[s*n+i].ID; told[id] {
					raised++
					count[of[id]]++
				}
			}
			t.Logf("%-15s %3d raised: defection %3d, downturn %3d, early %3d, nothing %3d", name, raised,
				count[evidence.Defection], count[evidence.Downturn], count[evidence.EarlyDefection], count[""])
			right := count[evidence.Verdict(name)]
			switch wrong := raised - count[""] - right; {
			case name == "both": // a part of it is defection
			case name == "silence" || name == "no share": // nobody knows what it means
				if float64(wrong) > 0.03*float64(raised) {
					t.Errorf("%s: %d of %d are called something", name, wrong, raised)
				}
			case float64(wrong) > 0.03*float64(raised):
				t.Errorf("%s: %d of %d are called something else", name, wrong, raised)
			case raised < n*3/4 || float64(right) < least[name][k]*float64(raised):
				t.Errorf("%s: %d of %d are called that", name, right, raised)
			}
		}
	}
}
