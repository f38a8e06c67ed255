package simulate

import (
	"io"
	"slices"
	"testing"

	"firstsign/accounts"
)

// Every part is played once, by the account that says so, and does in four weeks
// before the end what it is there for.
func TestPersonas(t *testing.T) {
	p := plan(t, 60, 182)
	p.Declines, p.Personas = 0, true
	s := New(p)
	var parts []Scenario
	for _, m := range s.Personas() {
		parts = append(parts, m.Scenario)
	}
	slices.Sort(parts)
	if want := []Scenario{Demotes, BuysLess, NotVisited, HandsOver, ComplaintIgnored, Withdraws}; !slices.Equal(parts, want) {
		t.Fatalf("parts: %q, want %q", parts, want)
	}
	end := p.Start + 182
	type seen struct{ before, last float64 } // a week
	got := map[string]*seen{}
	history := s.History()
	for {
		line, err := history.Next()
		if err == io.EOF {
			break
		}
		in := &line.Interaction
		name := string(in.Account) + " " + string(in.Contact)
		if d := s.zone.Day(in.Time); string(in.Attribute("direction")) != "outbound" {
			if got[name] == nil {
				got[name] = &seen{}
			}
			switch {
			case d >= end-21:
				got[name].last += 1. / 3
			case d >= end-63-56 && d < end-63:
				got[name].before += 1. / 8
			}
		}
	}
	for name, part := range map[string][2]float64{ // of what was
		"qingdao-haibin lin-haisheng": {0, 0.7}, "chengdu-jincheng zhou-wenbin": {0, 0}, "chengdu-jincheng tang-jing": {0.4, 2},
		"redwood-harbour margaret-hill": {0, 0}, "redwood-harbour oliver-stone": {1.8, 6}, "ningbo-haichuan fang-min": {0, 0.15}, "bluestone-mill rachel-adams": {0.5, 1.8},
	} {
		if n := got[name]; n == nil || n.before < 2 || n.last < part[0]*n.before || n.last > part[1]*n.before {
			t.Errorf("%s: %+v, want between %g and %g of what was", name, n, part[0], part[1])
		}
	}
	for i, a := range s.Later() {
		was := s.Accounts()[i]
		if demoted := a.ID == "bluestone-mill"; (a.Rank != was.Rank || a.Contacts[0].Stance != was.Contacts[0].Stance) != demoted || demoted && a.Contacts[0].Stance != accounts.Leaning {
			t.Errorf("%s: %q after %q", a.ID, a.Rank, was.Rank)
		}
	}
}
