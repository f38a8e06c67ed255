package detector

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"firstsign/detector/finding"
	"firstsign/detector/series"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/decode"
)

// repaired writes a history in which the records of pbx from day 140 on stay
// away for some days and come together on the day after; lost says which of
// them. It is the same history for every number of days.
func repaired(days int, lost func(*rand.Rand) bool) *written {
	rng, chance := rand.New(rand.NewPCG(3, 4)), rand.New(rand.NewPCG(5, 6))
	var l, held written
	l.tick(at(0, 0))
	for d := range 240 {
		var today written
		today.clientele(rng, d, 60, func(int) float64 { return 1 }, 1)
		for i := range 60 {
			if rng.Float64() < 0.3 {
				today.value(at(d, 11), fmt.Sprintf("client-%d", i), "mood", rng.Float64(), "source", "chat")
				today.value(at(d, 11), fmt.Sprintf("client-%d", i), "spend", 100*rng.Float64(), "source", "pbx")
			}
		}
		for _, r := range today.records {
			var in signals.Interaction
			if new(decode.Decoder).Decode(&r, &in) == nil && string(in.Source) == "pbx" && d >= 140 && d < 140+days && lost(chance) {
				held.add(r)
			} else {
				l.add(r)
			}
		}
		if d == 140+days {
			for _, r := range held.records {
				l.add(r)
			}
		}
		l.tick(at(d+1, 0))
	}
	return &l
}

// Days that a backfill repairs within four weeks leave the accounts as if
// nothing had ever been missing: not about as they were, but in every byte.
func TestRepairedDaysLeaveNoTrace(t *testing.T) {
	racetest.Arithmetic(t)
	all := func(*rand.Rand) bool { return true }
	half := func(r *rand.Rand) bool { return r.IntN(2) == 0 }
	undisturbed, before := run(t, testRules(), repaired(0, all))
	for _, c := range []struct {
		days int
		lost func(*rand.Rand) bool
		feed int // findings about it
	}{{1, all, 2}, {3, all, 2}, {10, all, 2}, {28, all, 2}, {10, half, 2}} {
		if racetest.Enabled && c.days != 3 {
			continue // one of them is enough to find races
		}
		t.Run(fmt.Sprint(c.days, " days"), func(t *testing.T) {
			e, found := run(t, testRules(), repaired(c.days, c.lost))
			if n := len(ofKind(found, finding.FeedDead, finding.FeedLow, finding.FeedBack)); n != c.feed {
				t.Errorf("%d findings about feeds: %+v", n, ofKind(found, finding.FeedDead, finding.FeedLow, finding.FeedBack))
			}
			if got, want := raisedDays(found), raisedDays(before); !slices.Equal(got, want) {
				t.Errorf("raised %v, want %v", got, want)
			}
			wrong := 0
			for _, a := range undisturbed.accounts {
				a, b := *a, *e.index.of(a.ID)
				b.Next = a.Next // the log is another
				// The weeks say what the risk was while days were missing, so only those of
				// the series are the same.
				for i := range a.Series {
					s := &a.Series[i]
					k := slices.Index(b.Keys, s.Key)
					if got, want := b.Weeks.Of(k, &b.Series[k], b.Closed), a.Weeks.Of(i, s, a.Closed); !slices.Equal(got, want) {
						t.Errorf("weeks %v, want %v", got, want)
					}
				}
				a.Weeks, b.Weeks = nil, nil
				var x, y series.Writer
				undisturbed.yardstick.Encode(&x, &a)
				e.yardstick.Encode(&y, &b)
				if !bytes.Equal(x.Bytes, y.Bytes) {
					wrong++
				}
			}
			if wrong > 0 {
				t.Errorf("%d of %d accounts differ", wrong, len(undisturbed.accounts))
			}
		})
	}
}

// raisedDays are the accounts and days of alerts.
func raisedDays(found []finding.Finding) (days []string) {
	for _, f := range ofKind(found, finding.Raised, finding.RaisedAgain, finding.Closed) {
		days = append(days, fmt.Sprint(f.ID, " ", f.Kind, " ", f.Time))
	}
	return days
}
