package accounts_test

import (
	"slices"
	"testing"
	"time"

	"firstsign/accounts"
)

func TestDoubts(t *testing.T) {
	today := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	day := func(year int) time.Time { return time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC) }
	d := accounts.NewDirectory([]accounts.Account{
		{ID: "a", Owner: "li", Superior: "li", Renewal: day(2016)},
		{ID: "b", Owner: "li", Superior: "wang", Renewal: day(2026), Potential: 100, Sales: 100, Margin: 100},
		{ID: "c", Renewal: day(2027), Potential: 100, Sales: 120, Margin: 130},
		{ID: "d", Sales: 5}, // the potential is not known
		{ID: "e", Potential: 1, Sales: 10}, {ID: "f", Potential: 1, Sales: 10}, {ID: "g", Potential: 1, Sales: 10},
	})
	want := []string{
		"1 account (a: li): the superior is the owner, so nobody else hears when the neglect is ours",
		"1 account (a: 2016-03-01): the renewal was more than a year ago, so it is not said when the contract ends",
		"4 accounts (c: 120 %; e: 1000 %; f: 1000 %; ...): sales are above the potential, which is what an account buys from anybody: is it an old estimate, or are the two in different units?",
		"1 account (c: 108 %): the margin is above the sales: are the two in different units?",
	}
	if got := d.Doubts(today); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var none *accounts.Directory
	if got := none.Doubts(today); got != nil {
		t.Errorf("no accounts: %q", got)
	}
}
