package app

import (
	"slices"
	"testing"
	"time"

	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals"
)

// A survey hands over each account once, from its own partition, as Inspect tells it.
func TestSurvey(t *testing.T) {
	const partitions, count = 3, 1800 // some partitions have more than surveyAtOnce
	rules := &detector.Rules{Signals: []detector.Signal{{Name: "call", Kind: detector.Count, Side: detector.Theirs}}, Location: time.UTC}
	a := &App{Store: stored(t, rules, partitions, count), Config: &config.Config{}, Now: func() time.Time { return monday(70) }}
	a.Config.Calendar.Location = time.UTC
	a.rules.Store(rules)

	days, err := a.Closed(t.Context())
	last := signals.Day(monday(59).Unix() / (24 * 60 * 60))
	if want := []signals.Day{last, last, last - 1}; err != nil || !slices.Equal(days, want) {
		t.Errorf("closed %v, want %v, %v", days, want, err)
	}
	seen := map[string]int{}
	for p := range partitions {
		err := a.Survey(t.Context(), p, func(x *detector.Inspection) {
			seen[x.Account]++
			if signals.PartitionOf([]byte(x.Account), partitions) != p || x.AsOf != days[p] || len(x.Series) != 1 {
				t.Errorf("%s of partition %d: %+v", x.Account, p, x)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was handed over %d times", id, n)
		}
	}
	if len(seen) != count {
		t.Errorf("%d accounts, want %d", len(seen), count)
	}
	if err := a.Survey(t.Context(), 7, func(*detector.Inspection) { t.Error("there is no such partition") }); err != nil {
		t.Error(err)
	}
}
