package profile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/signals"
	"firstsign/web/profile"
	"firstsign/web/words"
)

const today = signals.Day(20517) // 5 March 2026

// acme is an account of the files that has one contact with a name and one without.
var acme = accounts.Account{ID: "acme", Name: "Acme", Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei", Power: 5}, {ID: "zoe"}, {ID: "unmet", Name: "Wu Met"}}}

// of is the profile of acme, in English.
func of(x *detector.Inspection) *profile.Profile {
	x.Account, x.AsOf = "acme", today-1
	snapshot := &alerting.RoutingSnapshot{Accounts: accounts.NewDirectory([]accounts.Account{acme})}
	return profile.Of(x, snapshot, &words.InboxOf(message.English).Chart)
}

func TestChangeSinceLastWeek(t *testing.T) {
	w := &words.InboxOf(message.English).Chart
	for _, c := range []struct {
		before, now float64
		want        string
	}{{1, 2, w.Rising}, {2, 1, w.Falling}, {1, 1.9, w.Steady}, {1.9, 1, w.Steady}} {
		x := &detector.Inspection{Risk: c.now, Risks: []detector.RiskWeek{{Risk: 7}, {Risk: c.before}, {Risk: c.now}}}
		if _, got := of(x).Spark(nil, false); got != c.want {
			t.Errorf("from %g to %g: %s", c.before, c.now, got)
		}
	}
	if _, got := of(&detector.Inspection{Risk: 4, Risks: []detector.RiskWeek{{Risk: 4}}}).Spark(nil, false); got != "" {
		t.Errorf("after one week: %s", got)
	}
}

// What moved comes first, with the headline's series before the others. Bad news that did
// not happen is no picture.
func TestOrderOfSeries(t *testing.T) {
	x := &detector.Inspection{
		Reasons: []detector.Reason{{Signal: "call", Contact: "li-wei", Term: detector.Gap}, {Signal: "order", Term: detector.Gap}},
		Series: []detector.InspectedSeries{
			{Signal: "ultimatum", Kind: detector.Event, Nats: 9},
			{Signal: "visit", Kind: detector.Count, Usual: 3, Nats: 1},
			{Signal: "email", Kind: detector.Count, Usual: 3, Nats: 2},
			{Signal: "order", Kind: detector.Count, Usual: 3},
			{Signal: "call", Contact: "li-wei", Kind: detector.Count, Usual: 3},
		},
	}
	all, moved := of(x).Series()
	var names []string
	for _, one := range all {
		names = append(names, one.Signal)
	}
	if want := []string{"call", "order", "email", "visit"}; !slices.Equal(names, want) || moved != 2 {
		t.Errorf("%v, %d moved; want %v", names, moved, want)
	}
}

// The words beside a chart compare the last four weeks with the habit, as far as there are
// both.
func TestFigureSaysWhatWasUsual(t *testing.T) {
	weeks := func(known, seen int) (all []finding.Week) {
		for i := range signals.Day(8) {
			all = append(all, finding.Week{First: today - 56 + 7*i, Known: known, Seen: seen, Actual: 2, Expected: 4})
		}
		return all
	}
	for want, one := range map[string]detector.InspectedSeries{
		"last 4 weeks 2, usually 4": {Kind: detector.Count, HalfYear: detector.HalfYear{Habit: 100, Weeks: weeks(7, 2)}},
		"no data":                   {Kind: detector.Count, HalfYear: detector.HalfYear{Habit: 100, Weeks: weeks(0, 0)}},
		"no habit yet":              {Kind: detector.Count, HalfYear: detector.HalfYear{Weeks: weeks(7, 2)}},
		"no value in 4 weeks":       {Kind: detector.Score, HalfYear: detector.HalfYear{Habit: 100, Weeks: weeks(7, 0)}},
		"16 in half a year":         {Kind: detector.Event, HalfYear: detector.HalfYear{Weeks: weeks(7, 2)}},
	} {
		one.Signal, one.Contact, one.Side = "call", "li-wei", detector.Theirs
		f := of(&detector.Inspection{}).Figure(&one, false)
		if f.Title != "Li Wei's calls" || f.Text != want || f.Reason != "" || !strings.HasPrefix(string(f.Chart), "<svg") {
			t.Errorf("%q: %q, want %q; %.20s", f.Title, f.Text, want, f.Chart)
		}
	}
}

func TestPeople(t *testing.T) {
	last := today - 18
	x := &detector.Inspection{People: &relations.People{
		Persons:    []relations.Person{{ID: "new-one", Share: 0.1, New: true}, {ID: "most", Share: 0.5}, {ID: "li-wei", Key: true, Share: 0.4, LastTheirs: &last, Usual: 3.5, Quiet: true}},
		Gone:       []relations.Person{{ID: "zoe"}},
		HandedOver: []relations.HandedOver{{From: "li-wei", To: "most"}},
	}}
	w := words.AccountOf(message.English)
	all, more := profile.People(x, &acme, w, message.English, today)
	var got []string
	for _, one := range all {
		got = append(got, fmt.Sprintf("%s: %s %s", one.Name, one.Last, one.Note))
	}
	want := []string{
		"Li Wei: 15 Feb 2026 (18 days ago) " + w.TookOver("most"),
		"most: not seen ", "new-one: not seen ", "zoe: more than 8 weeks ago ", "Wu Met: no contact seen ",
	}
	if !slices.Equal(got, want) || more {
		t.Errorf("%q\nwant %q", got, want)
	}
	if all, more := profile.People(nil, &acme, w, message.English, today); len(all) != 3 || more {
		t.Errorf("without a state: %d, %v", len(all), more)
	}
	if all, _ := profile.People(nil, nil, w, message.English, today); len(all) != 0 {
		t.Errorf("of nobody: %d", len(all))
	}
}
