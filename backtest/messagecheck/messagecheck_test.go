package messagecheck

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"

	"firstsign/alerting/message"
	"firstsign/internal/racetest"
)

var (
	portfolios = flag.Int("portfolios", 6, "how many simulated portfolios to read the messages of")
	firstSeed  = flag.Uint64("seed", 1, "seed of the first of them; the next have the next seeds")
)

// examplesShown are enough of one rule.
const examplesShown = 3

// Every message about an account of simulated portfolios is true.
func TestEveryWordIsTrue(t *testing.T) {
	racetest.Arithmetic(t)
	broken, read := map[string]int{}, 0
	for seed := *firstSeed; seed < *firstSeed+uint64(*portfolios); seed++ {
		for _, m := range simulated(t, seed) {
			read++
			for _, r := range rules {
				for _, l := range message.Languages {
					why := r.breaks(m, l)
					if why == "" {
						continue
					}
					if broken[r.name]++; broken[r.name] <= examplesShown {
						t.Errorf("seed %d, %s, %s: %s\n%s\n%s", seed, m.finding.ID, r.name, r.sentence, why, indented(m.texts[l].Body))
					}
					break // one of the two languages is enough
				}
			}
		}
	}
	if read == 0 {
		t.Fatal("no message was read")
	}
	for _, name := range slices.Sorted(maps.Keys(broken)) {
		t.Errorf("%-12s broken by %d of %d messages", name, broken[name], read)
	}
	t.Logf("%d messages of %d portfolios read", read, *portfolios)
}

func indented(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }
