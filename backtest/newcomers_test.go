package backtest

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/backtest/simulate"
	"firstsign/detector"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/history"
)

// newcomers is a history in which some accounts are new: nothing of them is
// known from before their first day, and for some nothing comes from their last.
type newcomers struct {
	history     history.Stream
	zone        *signals.Zone
	first, last map[string]signals.Day
}

func (n *newcomers) Next() (*history.Line, error) {
	for {
		line, err := n.history.Next()
		if err != nil {
			return nil, err
		}
		account := line.Interaction.Account
		day := n.zone.Day(line.Interaction.Time)
		if first, ok := n.first[string(account)]; ok && day < first {
			continue
		}
		if last, ok := n.last[string(account)]; ok && day > last {
			continue
		}
		return line, nil
	}
}

// welcome judges a portfolio of which one in five is new at some time, and
// returns how many new ones there are and were told of in their first 12 weeks, how
// often in all, and the median of the days since their last contact. raise is the
// threshold of all grades, 0 the default ones.
func welcome(t *testing.T, count, days int, raise float64, stays func(*rand.Rand) int) (fresh, told, alerts, delay int) {
	var delays []int
	t.Helper()
	p := plan(t, count, days)
	p.Seed, p.Declines, p.Story = 5, 0, false
	s := simulate.New(p)
	list := s.Accounts()
	rng := rand.New(rand.NewPCG(5, 12))
	zone := signals.NewZone(p.Location)
	n := &newcomers{s.History(), zone, map[string]signals.Day{}, map[string]signals.Day{}}
	for i := 0; i < len(list); i += 5 {
		first := p.Start + 70 + signals.Day(rng.IntN(days-70-84))
		n.first[list[i].ID] = first
		if stays != nil {
			n.last[list[i].ID] = first + signals.Day(stays(rng))
		}
	}
	rules := simulationRules(p)
	rules.Accounts = accounts.NewDirectory(list)
	rules.Patterns = nil
	if raise > 0 {
		for g := range rules.Thresholds {
			rules.Thresholds[g] = detector.Threshold{Raise: raise, Clear: 0.7 * raise}
		}
	}
	r := &Replay{Rules: rules, Partitions: 1, First: start(p)}
	o, err := r.Run(context.Background(), n)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range o.Findings {
		first, ok := n.first[f.Account]
		day := zone.Day(f.Time)
		if !ok || f.Kind != detector.Raised || day > first+84 {
			continue
		}
		alerts++
		if !seen[f.Account] {
			seen[f.Account] = true
			delays = append(delays, int(day-n.last[f.Account]))
		}
	}
	slices.Sort(delays)
	if len(delays) > 0 {
		delay = delays[len(delays)/2]
	}
	return len(n.first), len(seen), alerts, delay
}

// A new account that never gets going, or stops in its third week, is seen by
// comparison with its peers; healthy ones are left alone. With
// FIRSTSIGN_QUALITY=full it prints the figures of docs/data-team/detection/new-accounts.md.
func TestNewcomers(t *testing.T) {
	racetest.Arithmetic(t)
	if testing.Short() {
		t.Skip("replays of whole portfolios")
	}
	count, days, raises := 110, 190, []float64{1}
	full := os.Getenv("FIRSTSIGN_QUALITY") == "full"
	if full {
		count, days, raises = 400, 400, []float64{0, 0.5, 1}
	}
	for _, tt := range []struct {
		name        string
		stays       func(*rand.Rand) int
		least, most float64 // of them told of at 1 account-year
	}{
		{"healthy", nil, 0, 0.15},
		{"stop in the third week", func(r *rand.Rand) int { return 14 + r.IntN(7) }, 0.7, 1},
		{"never get going", func(*rand.Rand) int { return 0 }, 0.3, 1},
	} {
		for _, raise := range raises {
			fresh, told, alerts, delay := welcome(t, count, days, raise, tt.stays)
			share := float64(told) / float64(fresh)
			t.Logf("%s, raised at %g: %.2f of %d told of within 12 weeks, %.2f alerts an account-year, median delay %d days",
				tt.name, raise, share, fresh, float64(alerts)/float64(fresh)/84*365, delay)
			if raise == 1 && (share < tt.least || share > tt.most) {
				t.Errorf("%s: %.2f of %d were told of, want %g to %g", tt.name, share, fresh, tt.least, tt.most)
			}
		}
	}
}
