package benchmark

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// firstDay is the first day of a benchmark's history. Every run has the same records.
const firstDay = signals.Day(20454) // 2026-01-01

// perAccountDay is how many interactions an account has on a day of history.
const perAccountDay = 3

// mix says how often each signal comes, per thousand, and with which attributes. The last
// two are rare bad news.
var mix = []struct {
	signal, source string
	share          int
	key, value     string
}{
	{"message", "mail", 350, "thread", "re-quotation"},
	{"call", "pbx", 290, "queue", "key-accounts"},
	{"order", "erp", 120, "channel", "portal"},
	{"meeting", "calendar", 100, "room", "online"},
	{"spend", "erp", 80, "currency", "EUR"},
	{"sentiment", "mail", 60, "model", "tone-3"},
	{"forwarding", "pbx", 0, "to", "voicebox"},
	{"competitor_praise", "crm", 0, "competitor", "other"},
}

// traffic is a stream of interactions that look like a company's: ids,
// sources, key contacts, attributes. All accounts are alike.
type traffic struct {
	accounts []accounts.Account
	rng      *rand.Rand
	at, step int64 // time of the next, step between two
	left     int
	badNews  float64 // chance of the two last signals: one a month and account
	serial   int
	line     history.Line
	id       []byte
	bytes    int64 // of all values so far
}

// newTraffic spreads each day's interactions evenly over it.
func newTraffic(list []accounts.Account, first signals.Day, days, perDay int) *traffic {
	return &traffic{
		accounts: list, rng: rand.New(rand.NewPCG(uint64(first), uint64(perDay))),
		at: int64(first) * int64(24*time.Hour), step: int64(24*time.Hour) / int64(perDay), left: days * perDay,
		badNews: float64(len(list)) / 30 / float64(perDay),
	}
}

// keyAccounts have three key contacts each.
func keyAccounts(n int) []accounts.Account {
	list := make([]accounts.Account, n)
	for i := range list {
		list[i].ID = accountID(i)
		for c := range 3 {
			list[i].Contacts = append(list[i].Contacts, accounts.Contact{ID: fmt.Sprintf("person-%06d-%d", i, c), Key: true})
		}
	}
	return list
}

func accountID(i int) string { return fmt.Sprintf("account-%06d", i) }

// Next implements history.Stream.
func (t *traffic) Next() (*history.Line, error) {
	if t.left == 0 {
		return nil, io.EOF
	}
	t.left--
	t.serial++
	m := &mix[t.pick()]
	account := &t.accounts[t.rng.IntN(len(t.accounts))]
	in := &t.line.Interaction
	in.Time = t.at/1e9*1e9 + int64(t.serial%1000)*1e6 // milliseconds, as sources write them
	t.at += t.step
	in.Account, in.Signal, in.Source = append(in.Account[:0], account.ID...), append(in.Signal[:0], m.signal...), append(in.Source[:0], m.source...)
	t.id = append(append(t.id[:0], m.source...), '-')
	t.id = strconv.AppendInt(t.id, in.Time/int64(24*time.Hour), 10)
	t.id = append(t.id, '-')
	in.ID = strconv.AppendInt(t.id, int64(t.serial), 10)
	in.Contact = in.Contact[:0]
	if len(account.Contacts) > 0 {
		in.Contact = append(in.Contact, account.Contacts[t.rng.IntN(len(account.Contacts))].ID...)
	}
	in.Value = 1
	switch m.signal {
	case "spend":
		in.Value = float64(100+t.rng.IntN(1_000_000)) / 100
	case "sentiment":
		in.Value = float64(t.rng.IntN(2001)-1000) / 1000
	}
	in.Attributes = append(in.Attributes[:0], signals.Attribute{Key: []byte("direction"), Value: directions[t.rng.IntN(2)]})
	if t.serial%2 == 0 {
		in.Attributes = append(in.Attributes, signals.Attribute{Key: []byte(m.key), Value: []byte(m.value)})
	}
	t.line.Number = t.serial
	t.line.Value = signals.Append(t.line.Value[:0], in)
	t.bytes += int64(len(t.line.Value))
	return &t.line, nil
}

var directions = [2][]byte{[]byte("inbound"), []byte("outbound")}

// pick is the index of a signal.
func (t *traffic) pick() int {
	common := len(mix) - 2
	if t.rng.Float64() < t.badNews {
		return common + t.rng.IntN(2)
	}
	n := t.rng.IntN(1000)
	for i := range common {
		if n -= mix[i].share; n < 0 {
			return i
		}
	}
	return 0
}

// plainRules judge exactly the eight signals, one series each. The limits for day close
// and memory hold for these.
func plainRules(r *detector.Rules) *detector.Rules {
	plain := *r
	plain.Accounts, plain.Signals = nil, nil
	for _, s := range r.Signals {
		for i := range mix {
			if mix[i].signal == s.Name {
				s.PerContact, s.Side = false, detector.Theirs
				plain.Signals = append(plain.Signals, s)
			}
		}
	}
	return &plain
}
