package backtest

import (
	"slices"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/config"
	"firstsign/signals"
	"firstsign/signals/history"
)

// paged is a page with a contact on each of these days after day 0.
func paged(account string, days ...int) *AccountLog {
	p := &AccountLog{Account: account}
	for _, d := range days {
		p.add(signals.Day(20000+d), 1)
	}
	return p
}

func upTo(last, step int) (days []int) {
	for d := 0; d <= last; d += step {
		days = append(days, d)
	}
	return days
}

func TestContactLog(t *testing.T) {
	rules := config.Default().Rules()
	rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme"}})
	d := NewContactLog(rules)
	lines := `{"time":"2025-03-03T10:00:00Z","account":"acme","signal":"call","value":2}
{"time":"2025-03-03T11:00:00Z","account":"acme","signal":"order"}
{"time":"2025-03-05T10:00:00Z","account":"acme","signal":"call","attributes":{"direction":"outbound"}}
{"time":"2025-03-06T10:00:00Z","account":"acme","signal":"complaint"}
{"time":"2025-03-06T10:00:00Z","account":"beta","signal":"call"}
{"time":"2025-03-07T10:00:00Z","account":"acme","signal":"sentiment","value":0.5}
{"time":"2025-03-01T10:00:00Z","account":"acme","signal":"call"}
`
	h, err := history.New(strings.NewReader(lines), "h", history.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	stream := d.Watch(h)
	for err == nil {
		_, err = stream.Next()
	}
	first := day(t, "2025-03-01")
	p := d.byAccount["acme"]
	if len(d.byAccount) != 1 || !slices.Equal(p.Days, []signals.Day{first, first + 2, first + 6}) || !slices.Equal(p.Counts, []float64{1, 3, 1}) {
		t.Errorf("contacts %v: %+v; what we do, bad news and unlisted accounts are no contact", d.byAccount, p)
	}
	if d.First != first || d.Last != first+6 {
		t.Errorf("from %s to %s", d.First, d.Last)
	}
	if pause := p.LongestPause(first + 6); pause != 4 {
		t.Errorf("longest pause %d days, want 4", pause)
	}
}
