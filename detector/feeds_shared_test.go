package detector

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"firstsign/detector/finding"
	"firstsign/internal/racetest"
)

// sharers write one day of calls, each by one of the sources that are up: a
// lost one is lost. The first of those named keep to the first source.
func (l *written) sharers(rng *rand.Rand, day, n, keep int, up map[string]bool, sources ...string) {
	if w := at(day, 0).Weekday(); w == time.Saturday || w == time.Sunday {
		return
	}
	for i := range n {
		for call := range poisson(rng, []float64{4, 2, 0.6}[i%3]) {
			source := sources[0]
			if i >= keep {
				source = sources[rng.IntN(len(sources))]
			}
			if up[source] {
				l.event(at(day, float64(9+call%8)), fmt.Sprintf("client-%d", i), "call", "source", source)
			}
		}
		if rng.Float64() < 0.7 && up["chat"] {
			l.event(at(day, 18), fmt.Sprintf("client-%d", i), "mail", "source", "chat")
		}
	}
}

// Of two sources of one signal, the one that fails is named, on its first day,
// and no account is blamed: not of those who have both, nor of those who have one.
func TestSharedSignal(t *testing.T) {
	racetest.Arithmetic(t)
	for _, c := range []struct {
		name    string
		keep    int    // accounts with one source
		down    string // sources that are, for three weeks
		sources string
		want    string
	}{
		{"one of two", 0, "mobile", "pbx mobile", "feed_dead mobile, feed_back mobile"},
		{"the other", 0, "pbx", "pbx mobile", "feed_dead pbx, feed_back pbx"},
		{"both", 0, "pbx mobile", "pbx mobile", "feed_dead mobile, feed_dead pbx, feed_back mobile, feed_back pbx"},
		{"one of two, and half of the accounts have the other alone", 40, "mobile", "pbx mobile", "feed_dead mobile, feed_back mobile"},
		{"the other, which half of the accounts have alone", 40, "pbx", "pbx mobile", "feed_dead pbx, feed_back pbx"},
		{"one of three", 0, "sip", "pbx mobile sip", "feed_dead sip, feed_back sip"},
		{"none", 0, "", "pbx mobile", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 4))
			e := NewEngine(0, 1, testRules())
			for d := range 190 {
				up := map[string]bool{"pbx": true, "mobile": true, "sip": true, "chat": true}
				if d >= 140 && d < 161 { // from a Monday on
					for s := range strings.FieldsSeq(c.down) {
						up[s] = false
					}
				}
				var l written
				l.sharers(rng, d, 80, c.keep, up, strings.Fields(c.sources)...)
				l.tick(at(d+1, 0))
				for i := range l.records {
					l.records[i].Offset = e.Next()
					e.Apply(&l.records[i])
				}
			}
			found := findingsOf(t, e)
			var told []string
			for _, f := range ofKind(found, finding.FeedLow, finding.FeedDead, finding.FeedBack, finding.AllQuiet) {
				told = append(told, string(f.Kind)+" "+f.Source)
				if day := (time.Unix(0, f.Time).Sub(at(0, 0)) / (24 * time.Hour)); f.Kind == finding.FeedDead && day != 141 || f.Kind == finding.FeedBack && day != 162 {
					t.Errorf("%s of %s on day %d", f.Kind, f.Source, day)
				}
			}
			if got := strings.Join(told, ", "); got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
			for _, f := range ofKind(found, finding.Raised) {
				t.Errorf("account finding %s %s %+v", f.ID, time.Unix(0, f.Time).UTC(), f.Reasons)
			}
		})
	}
}
