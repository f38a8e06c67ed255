// Package messagetest answers: what is there to tell, in tests?
//
// Its findings are those of one made-up account, in which everything that can
// move moves.
package messagetest

import (
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Day reads 2006-01-02.
func Day(s string) signals.Day {
	d, err := signals.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Instant reads a time of RFC 3339 as Unix nanoseconds.
func Instant(s string) int64 {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UnixNano()
}

// Story is the episode of the account of the telecom company: everything that can move moves.
func Story() *detector.Finding {
	return &detector.Finding{
		ID: "acme@2026-02-03", Kind: detector.Raised, Time: Instant("2026-03-02T16:00:00Z"), Account: "acme",
		Grade: accounts.Key, Since: Day("2026-02-03"), Risk: 42.3, Evidence: 11.5, Rules: "r1", Pictured: Calls(),
		Reasons: []detector.Reason{
			{Signal: "call", Contact: "li-wei", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 0.75, Since: Day("2026-02-03"), Evidence: 5.1},
			{Signal: "forwarding", Contact: "li-wei", Side: detector.Theirs, Term: detector.Incident, Window: 7, From: 0.016, To: 1, Since: Day("2026-02-24"), Evidence: 4.1},
			{Signal: "meeting", Contact: "li-wei", Side: detector.Theirs, Term: detector.Gap, Window: 41, From: 6.2, To: 41, Since: Day("2026-01-20"), Evidence: 3.9},
			{Signal: "sentiment", Side: detector.Theirs, Term: detector.Shift, Window: 28, From: 0.62, To: 0.21, Since: Day("2026-02-03"), Evidence: 2.2},
			{Signal: "spend", Side: detector.Theirs, Term: detector.Shrink, Window: 56, From: 12400, To: 7900, Since: Day("2026-01-06"), Evidence: 1.9},
			{Signal: "order", Side: detector.Theirs, Term: detector.Drop, Window: 14, From: 1.2, To: 0, Since: Day("2026-02-17"), Evidence: 1.8},
			{Signal: "fax_sent", Side: detector.Theirs, Term: detector.Drop, Window: 56, From: 0.24, To: 0.06, Since: Day("2026-01-06"), Evidence: 1.1},
			{Signal: "visit", Contact: "li-wei", Side: detector.Ours, Term: detector.Drop, Window: 28, From: 0.9, To: 0.25, Since: Day("2026-02-03"), Evidence: 2.4},
		},
	}
}

// Calls are the weeks of the story's first reason: Li Wei's calls, which fell.
func Calls() *detector.Pictured {
	changed := Day("2026-02-03")
	return &detector.Pictured{
		Signal: "call", Contact: "li-wei", Side: detector.Theirs, Kind: detector.Count, Last: Day("2026-03-02"), Habit: 150, ChangedOn: &changed,
		Known: []int{7, 7, 7, 7, 7, 7, 7, 7}, Seen: []int{3, 3, 3, 3, 1, 1, 0, 1}, Actual: []float32{4, 3, 5, 3, 1, 1, 0, 1},
		Expected: []float32{3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 2.1, 3.5}, Low: []float32{2, 2, 2, 2, 2, 2, 1, 2}, High: []float32{6, 6, 6, 6, 6, 6, 4, 6},
		PastFirst: Day("2025-09-04"), Past: []float32{1, 3, 4, 3, 2, 5, 3, 0, 4, 3, 4, 3, 3, 2, 4, 5, 3, 2}, PastPartly: []int{7}, PastBlind: []int{8},
		Holidays: []signals.Day{Day("2025-10-01"), Day("2025-10-02"), Day("2025-10-03"), Day("2026-02-16"), Day("2026-02-17"), Day("2026-02-18"), Day("2026-02-19")},
	}
}

// Neglect is what we owe the same account.
func Neglect() *detector.Finding {
	return &detector.Finding{
		ID: "acme-2026-03-02-care", Kind: detector.Neglected, Time: Instant("2026-03-02T16:00:00Z"), Account: "acme",
		Grade: accounts.Key, Since: Day("2026-03-02"), Rules: "r1",
		Reasons: []detector.Reason{
			{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, To: 1, Since: Day("2026-02-03")},
			{Signal: "complaint", Side: detector.Ours, Term: detector.Norm, Window: 9, From: 5, To: 9, Since: Day("2026-02-21"), Without: "complaint_resolved"},
			{Signal: "contact", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 8, To: 2, Since: Day("2026-02-03")},
			{Signal: "showroom_visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 2, To: 1, Since: Day("2026-02-03")},
		},
	}
}

// Acme is the account.
var Acme = accounts.Account{
	ID: "acme", Name: "Acme Telecom", Owner: "anna", Grade: accounts.Key,
	Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei", Key: true}, {ID: "chen-hao", Name: "Chen Hao"}},
}

// FullAccount is the same account with all that a file can say of it.
func FullAccount() *accounts.Account {
	a := Acme
	a.Industry, a.StandIn, a.Sales, a.Margin = "telecom", "ben", 4_000_000, 1_200_000
	a.ProjectManager, a.Expert = "cai", "dan"
	a.Renewal, a.Rank, a.Stage, a.Proposals = time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC), accounts.Strategic, "negotiation", 2
	a.Contacts = append(a.Contacts[:1:1], accounts.Contact{ID: "zhang", Name: "Zhang Min", Role: accounts.DecisionMaker})
	return &a
}
