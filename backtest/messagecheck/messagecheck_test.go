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
	portfolios = flag.Int("portfolios", 4, "how many simulated portfolios to read the messages of")
	firstSeed  = flag.Uint64("seed", 1, "seed of the first of them; the next have the next seeds")
)

// examplesShown are enough of one rule.
const examplesShown = 3

// brokeOnce are seeds of portfolios in which a message was wrong: a verdict that rested on
// a share noted too early (42, 127), an alert that was told again and closed on the same day (131),
// "usually once in 3 months" after 75 days (9).
var brokeOnce = []uint64{42, 127, 131, 9}

// Every message about an account of simulated portfolios is true.
func TestEveryWordIsTrue(t *testing.T) {
	racetest.Arithmetic(t)
	broken, read := map[string]int{}, 0
	seeds := brokeOnce
	for i := range *portfolios {
		seeds = append(seeds, *firstSeed+uint64(i))
	}
	for _, seed := range seeds {
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
	t.Logf("%d messages of %d portfolios read", read, len(seeds))
}

func indented(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }
