package feeds

import (
	"slices"
	"testing"
)

func TestFailureID(t *testing.T) {
	for _, source := range []string{"", "pbx", "a:b", "源"} {
		if got, since, ok := parseFailureID(FailureID(source, 20000)); got != source || since != 20000 || !ok {
			t.Errorf("%q: %q, %v, %v", source, got, since, ok)
		}
	}
	for _, alert := range []string{"", "feed:", "feed:pbx", "feed:pbx:", "feed:pbx:2026-02-30", "acme-2026-02-03"} {
		if source, since, ok := parseFailureID(alert); ok {
			t.Errorf("%q: %q, %v", alert, source, since)
		}
	}
}

func TestChanges(t *testing.T) {
	alive, dead := Feed{Source: "pbx", State: Alive}, Feed{Source: "pbx", State: Dead, Since: 100, Told: true}
	low, untold, retired, moved := dead, dead, dead, alive
	low.State, untold.Told = Low, false
	retired.State, retired.Told = Retired, false
	moved.level = 120
	quiet := Quiet{Since: 110, Told: true}
	for name, c := range map[string]struct {
		before *Feed
		now    Feed
		was    Quiet
		quiet  Quiet
		want   []Change
	}{
		"first close":         {nil, dead, Quiet{}, Quiet{}, []Change{{Event: Died, Source: "pbx", Since: 100}}},
		"dies":                {&alive, dead, Quiet{}, Quiet{}, []Change{{Event: Died, Source: "pbx", Since: 100}}},
		"may die":             {&alive, untold, Quiet{}, Quiet{}, nil},
		"is dead":             {&dead, dead, Quiet{}, Quiet{}, nil},
		"low, then dead":      {&low, dead, Quiet{}, Quiet{}, []Change{{Event: Died, Source: "pbx", Since: 100}}},
		"becomes low":         {&alive, low, Quiet{}, Quiet{}, []Change{{Event: BecameLow, Source: "pbx", Since: 100}}},
		"comes back":          {&dead, alive, Quiet{}, Quiet{}, []Change{{Event: Returned, Source: "pbx", Since: 100}}},
		"others stand in":     {&dead, moved, Quiet{}, Quiet{}, []Change{{Event: Returned, Source: "pbx", Since: 100, Moved: true}}},
		"is given up":         {&dead, retired, Quiet{}, Quiet{}, []Change{{Event: GaveUp, Source: "pbx", Since: 100}}},
		"all are quiet":       {&alive, alive, Quiet{}, quiet, []Change{{Event: WentQuiet, Source: AllSources, Since: 110}}},
		"all were quiet":      {&alive, alive, quiet, Quiet{}, []Change{{Event: Returned, Source: AllSources, Since: 110}}},
		"all are still quiet": {&alive, alive, quiet, quiet, nil},
	} {
		before := &Judgement{Quiet: c.was}
		if c.before == nil {
			before = nil
		} else {
			before.Feeds = []Feed{*c.before}
		}
		if got := Changes(before, &Judgement{Feeds: []Feed{c.now}, Quiet: c.quiet}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
