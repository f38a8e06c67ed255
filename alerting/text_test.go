package alerting

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

var update = flag.Bool("update", false, "write the golden files")

func day(s string) signals.Day {
	d, err := signals.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func instant(s string) int64 {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UnixNano()
}

// story is the account of the telecom company: everything that can move moves.
func story() *detector.Finding {
	return &detector.Finding{
		ID: "acme@2026-02-03", Kind: detector.Raised, Time: instant("2026-03-02T16:00:00Z"), Account: "acme",
		Grade: accounts.Key, Since: day("2026-02-03"), Risk: 42.3, Evidence: 11.5, Rules: "r1",
		Reasons: []detector.Reason{
			{Signal: "call", Contact: "li-wei", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 0.75, Since: day("2026-02-03"), Evidence: 5.1},
			{Signal: "forwarding", Contact: "li-wei", Side: detector.Theirs, Term: detector.Incident, Window: 7, From: 0.016, To: 1, Since: day("2026-02-24"), Evidence: 4.1},
			{Signal: "meeting", Contact: "li-wei", Side: detector.Theirs, Term: detector.Gap, Window: 41, From: 6.2, To: 41, Since: day("2026-01-20"), Evidence: 3.9},
			{Signal: "sentiment", Side: detector.Theirs, Term: detector.Shift, Window: 28, From: 0.62, To: 0.21, Since: day("2026-02-03"), Evidence: 2.2},
			{Signal: "spend", Side: detector.Theirs, Term: detector.Shrink, Window: 56, From: 12400, To: 7900, Since: day("2026-01-06"), Evidence: 1.9},
			{Signal: "order", Side: detector.Theirs, Term: detector.Drop, Window: 14, From: 1.2, To: 0, Since: day("2026-02-17"), Evidence: 1.8},
			{Signal: "fax_sent", Side: detector.Theirs, Term: detector.Drop, Window: 56, From: 0.24, To: 0.06, Since: day("2026-01-06"), Evidence: 1.1},
			{Signal: "visit", Contact: "li-wei", Side: detector.Ours, Term: detector.Drop, Window: 28, From: 0.9, To: 0.25, Since: day("2026-02-03"), Evidence: 2.4},
		},
	}
}

// neglect is what we owe the same account.
func neglect() *detector.Finding {
	return &detector.Finding{
		ID: "acme-2026-03-02-care", Kind: detector.Neglected, Time: instant("2026-03-02T16:00:00Z"), Account: "acme",
		Grade: accounts.Key, Since: day("2026-03-02"), Rules: "r1",
		Reasons: []detector.Reason{
			{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, To: 1, Since: day("2026-02-03")},
			{Signal: "complaint", Side: detector.Ours, Term: detector.Norm, Window: 9, From: 5, To: 9, Since: day("2026-02-21"), Without: "complaint_resolved"},
			{Signal: "contact", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 8, To: 2, Since: day("2026-02-03")},
			{Signal: "showroom_visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 2, To: 1, Since: day("2026-02-03")},
		},
	}
}

var acme = accounts.Account{
	ID: "acme", Name: "Acme Telecom", Owner: "anna", Grade: accounts.Key,
	Contacts: []accounts.Contact{{ID: "li-wei", Name: "Li Wei", Key: true}, {ID: "chen-hao", Name: "Chen Hao"}},
}

// dossier is the same account with all that a file can say of it.
func dossier() *accounts.Account {
	a := acme
	a.Industry, a.StandIn, a.Sales, a.Margin = "telecom", "ben", 4_000_000, 1_200_000
	a.Renewal, a.Rank, a.Stage, a.Proposals = time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC), accounts.Strategic, "negotiation", 2
	a.Contacts = append(a.Contacts[:1:1], accounts.Contact{ID: "zhang", Name: "Zhang Min", Role: accounts.DecisionMaker})
	return &a
}

func alertOf(findings ...*detector.Finding) *Alert {
	desk := testDesk()
	a := new(Alert)
	for _, f := range findings {
		a.apply(f, time.Unix(0, f.Time), false)
		desk.label(a)
	}
	return a
}

func testDesk() *Desk {
	return &Desk{Routing: Routing{}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{acme})}
}

func onlyReason(i int) *detector.Finding {
	f := story()
	f.Reasons = f.Reasons[i : i+1]
	f.Risk = []float64{0.05, 0.4, 1.2, 9, 150, 4000, 15, 3}[i]
	return f
}

func messages() map[string]func(Language) Message {
	render := func(kind detector.FindingKind, findings ...*detector.Finding) func(Language) Message {
		return func(l Language) Message { return Render(l, alertOf(findings...), kind, &acme) }
	}
	again, closed, young := story(), story(), story()
	again.Kind, again.Time, again.Risk = detector.RaisedAgain, instant("2026-03-09T16:00:00Z"), 2310
	closed.Kind, closed.Time = detector.Closed, instant("2026-04-09T16:00:00Z")
	young.SeasonUnknown, young.Reasons, young.Grade = true, young.Reasons[:1], accounts.Potential
	ruled, waited, fresh, steady := story(), story(), story(), story()
	ruled.Reasons = []detector.Reason{
		{Signal: "ultimatum", Side: detector.Theirs, Term: detector.Rule, Rule: "an ultimatum", Window: 28, To: 1, Since: day("2026-02-24")},
		{Signal: "forwarding", Contact: "li-wei", Side: detector.Theirs, Term: detector.Rule, Rule: "a key person's calls are forwarded", Window: 28, To: 2, Since: day("2026-02-24")},
		ruled.Reasons[0],
	}
	waited.Reasons = []detector.Reason{
		{Signal: "proposal", Side: detector.Theirs, Term: detector.Rule, Rule: "a proposal without an answer", Without: "proposal_answer", Window: 20, From: 9.2, To: 23, Since: day("2026-02-06")},
		{Signal: "complaint", Side: detector.Theirs, Term: detector.Rule, Rule: "a complaint, then silence", Without: "contact", Window: 14, To: 15, Since: day("2026-02-12")},
	}
	fresh.Reasons = []detector.Reason{
		{Signal: "call", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 0.5, Since: day("2026-02-03"), Evidence: 4, Peers: true},
		{Signal: "order", Side: detector.Theirs, Term: detector.Gap, Window: 20, From: 3.1, To: 20, Since: day("2026-02-10"), Evidence: 3, Peers: true},
		{Signal: "meeting", Side: detector.Theirs, Term: detector.Gap, Window: 96, From: 16.5, To: 96, Since: day("2026-01-10"), Older: true, Evidence: 2.5},
	}
	of := func(v detector.Verdict, reasons ...int) func(Language) Message {
		f := story()
		f.Verdict, f.Reasons = v, nil
		for _, i := range reasons {
			f.Reasons = append(f.Reasons, story().Reasons[i])
		}
		return func(l Language) Message { return Render(l, alertOf(f), detector.Raised, dossier()) }
	}
	owed, even := neglect(), neglect()
	even.Kind, even.Time, even.Reasons = detector.CaredFor, instant("2026-04-09T16:00:00Z"), nil
	complained, today := neglect(), neglect()
	complained.Reasons = []detector.Reason{owed.Reasons[0], owed.Reasons[1]}
	complained.Reasons[0].To = 2 // less than owed, and it is the complaint that matters
	today.Reasons = append(story().Reasons[:1:1], owed.Reasons[1])
	today.Kind, today.Reasons[1].To = detector.Raised, 0
	besides := story()
	besides.Reasons = append(besides.Reasons[:1:1], owed.Reasons...)
	besides.Reasons = append(besides.Reasons, detector.Reason{
		Signal: "event_invited", Side: detector.Ours, Term: detector.Norm, Window: 360, From: 3, To: 1, Since: day("2025-03-08"), Without: "event_attended"})
	ours := story() // nothing of theirs is known; what our side did is no headline
	ours.Reasons = append(besides.Reasons[1:len(besides.Reasons):len(besides.Reasons)],
		detector.Reason{Signal: "contact", Contact: "chen-hao", Side: detector.Theirs, Term: detector.Handover, Since: day("2026-02-03")},
		detector.Reason{Signal: detector.OwnerMark, Side: detector.Ours, Term: detector.Mark, Since: day("2026-02-20")})
	alone := story()
	alone.Reasons = append(alone.Reasons[:1:1],
		detector.Reason{Signal: "contact", Contact: "li-wei", Side: detector.Theirs, Term: detector.Only, Window: 56, To: 0.927, Since: day("2026-01-06")},
		detector.Reason{Signal: "contact", Contact: "chen-hao", Side: detector.Theirs, Term: detector.Handover, Since: day("2026-02-03")})
	slower := story()
	slower.Reasons = []detector.Reason{{Signal: "response_hours", Contact: "li-wei", Side: detector.Theirs, Term: detector.Shift, Window: 28, From: 3.2, To: 11.5, Since: day("2026-02-03"), Evidence: 4.2}}
	marked := story()
	marked.Reasons = []detector.Reason{
		{Signal: detector.RankMark, Side: detector.Theirs, Term: detector.Mark, From: 4, To: 3, Since: day("2026-03-02")},
		{Signal: detector.StanceMark, Contact: "li-wei", Side: detector.Theirs, Term: detector.Mark, From: 4, To: 1, Since: day("2026-02-24")},
		marked.Reasons[0],
		{Signal: detector.OwnerMark, Side: detector.Ours, Term: detector.Mark, Since: day("2026-02-20")},
		{Signal: detector.ContactLeft, Contact: "chen-hao", Side: detector.Theirs, Term: detector.Mark, Since: day("2026-02-20")},
	}
	steady.Kind, steady.Time, steady.NewLevel = detector.Closed, instant("2026-06-09T16:00:00Z"), true
	dead := &detector.Finding{ID: "pbx@2026-03-06", Kind: detector.FeedDead, Time: instant("2026-03-06T16:00:00Z"), Source: "pbx", Since: day("2026-03-06")}
	back := *dead
	back.Kind, back.Time = detector.FeedBack, instant("2026-03-09T16:00:00Z")
	misrouted, routed, low, quiet, over, moved := *dead, back, *dead, *dead, back, back
	moved.Moved = true
	low.Kind, quiet.Kind = detector.FeedLow, detector.AllQuiet
	quiet.Source, over.Source = detector.AllSources, detector.AllSources
	misrouted.Kind, routed.Kind = detector.Misrouted, detector.Routed
	all := map[string]func(Language) Message{
		"misrouted": render(detector.Misrouted, &misrouted), "routed": render(detector.Routed, &misrouted, &routed),
		"raised": render(detector.Raised, story()), "raised_again": render(detector.RaisedAgain, story(), again),
		"closed": render(detector.Closed, story(), closed), "season_unknown": render(detector.Raised, young),
		"rule": render(detector.Raised, ruled), "rule_that_waits": render(detector.Raised, waited),
		"peers": render(detector.Raised, fresh), "new_level": render(detector.Closed, story(), steady),
		"dossier":   of("", 0),
		"defection": of(detector.Defection, 4, 0),
		"downturn":  of(detector.Downturn, 4, 5),
		"early":     of(detector.EarlyDefection, 3, 1),
		"digest_by_value": func(l Language) Message {
			other := story()
			other.ID, other.Account, other.Risk, other.Reasons = "bolt@2026-02-03", "bolt-gmbh", 4000, other.Reasons[5:6]
			rich, poor := alertOf(story()), alertOf(other)
			rich.Worth, rich.AtRisk = rich.value(dossier())
			return RenderDigest(l, MostAtRisk([]*Alert{poor, rich}), func(id string) *accounts.Account {
				if id == "acme" {
					return dossier()
				}
				return nil
			})
		},
		"neglected":      render(detector.Neglected, owed),
		"complaint_late": render(detector.Neglected, complained),
		"complaint_new":  render(detector.Raised, today),
		"cared_for":      render(detector.CaredFor, owed, even),
		"our_part":       render(detector.Raised, besides),
		"ours_alone":     render(detector.Raised, ours),
		"slower":         render(detector.Raised, slower),
		"marks":          render(detector.Raised, marked),
		"people":         render(detector.Raised, alone),
		"digest_of_care": func(l Language) Message {
			return RenderDigest(l, []*Alert{alertOf(story()), alertOf(owed)}, testDesk().account)
		},
		"feed_dead": render(detector.FeedDead, dead), "feed_back": render(detector.FeedBack, dead, &back),
		"feed_low": render(detector.FeedLow, &low), "feed_moved": render(detector.FeedBack, dead, &moved),
		"all_quiet": render(detector.AllQuiet, &quiet), "all_back": render(detector.FeedBack, &quiet, &over),
		"digest": func(l Language) Message {
			marginal := story()
			marginal.ID, marginal.Account, marginal.Grade, marginal.Risk = "b@2026-02-17", "bolt-gmbh", accounts.Marginal, 7
			marginal.Reasons = marginal.Reasons[5:6]
			return RenderDigest(l, []*Alert{alertOf(story()), alertOf(marginal)}, testDesk().account)
		},
		"digest_of_feeds": func(l Language) Message {
			return RenderDigest(l, []*Alert{alertOf(dead)}, testDesk().account)
		},
		"digest_of_one": func(l Language) Message {
			return RenderDigest(l, []*Alert{alertOf(story())}, testDesk().account)
		},
	}
	for i, r := range story().Reasons {
		all[fmt.Sprintf("only_%s_%s_%s", r.Side, r.Term, r.Signal)] = render(detector.Raised, onlyReason(i))
	}
	return all
}

func TestMessages(t *testing.T) {
	for _, l := range Languages {
		for name, message := range messages() {
			t.Run(string(l)+"/"+name, func(t *testing.T) {
				got := message(l)
				if head, _, _ := strings.Cut(got.Text, "\n"); head != got.Title {
					t.Errorf("the first line %q is not the headline %q", head, got.Title)
				}
				for _, leak := range []string{"%!", "{{", "}}", "<no value>", "NaN", "Inf", "  ", "li-wei"} {
					if strings.Contains(got.Text, leak) {
						t.Errorf("the message holds %q:\n%s", leak, got.Text)
					}
				}
				golden(t, filepath.Join("testdata", string(l), name+".txt"), got.Text+"\n")
			})
		}
	}
}

// What heads an alert is the strongest of what they did, wherever it stands; of a
// neglect it is what our side did least of.
func TestHeadline(t *testing.T) {
	calls, owed := story().Reasons[0], neglect().Reasons[0]
	only := detector.Reason{Signal: "contact", Contact: "li-wei", Side: detector.Theirs, Term: detector.Only, Window: 56, To: 1}
	rose := detector.Reason{Signal: detector.RankMark, Side: detector.Theirs, Term: detector.Mark, From: 3, To: 4}
	fell := detector.Reason{Signal: detector.RankMark, Side: detector.Theirs, Term: detector.Mark, From: 4, To: 3}
	for _, c := range []struct {
		name    string
		kind    detector.FindingKind
		reasons []detector.Reason
		before  []detector.Reason // what the alert that it returns to was about
		want    string
		ruled   bool
	}{
		{"theirs first", detector.Raised, []detector.Reason{calls, owed}, nil, "drifting away: Li Wei's calls", false},
		{"ours first", detector.Raised, []detector.Reason{owed, rose, only, calls}, nil, "drifting away: Li Wei's calls", false},
		{"a rank that rose", detector.Raised, []detector.Reason{rose, calls}, nil, "drifting away: Li Wei's calls", false},
		{"a rank that fell", detector.Raised, []detector.Reason{fell, calls}, nil, "drifting away: our rank fell", true},
		{"ours alone", detector.Raised, []detector.Reason{owed, only, rose}, nil, "Acme Telecom is drifting away", false},
		{"new is only what is told beside", detector.Raised, []detector.Reason{calls, only, rose, owed}, []detector.Reason{calls}, "drifting away again: Li Wei's calls", false},
		{"something new", detector.Raised, []detector.Reason{calls, fell}, []detector.Reason{calls}, "again: our rank fell", false},
		{"something new and a verdict", detector.Raised, []detector.Reason{calls, fell}, []detector.Reason{calls}, "Li Wei's calls", false},
		{"neglect", detector.Neglected, []detector.Reason{calls, owed}, nil, "We neglect Acme Telecom: 1 visit", false},
	} {
		f := story()
		f.Kind, f.Reasons = c.kind, c.reasons
		a := alertOf(f)
		if c.before != nil {
			a.Before = &Before{Moved: []Moved{moved(&c.before[0])}}
		}
		if a.Verdict = ""; strings.HasSuffix(c.name, "verdict") {
			a.Verdict = detector.Downturn
		}
		got := Render(English, a, c.kind, &acme)
		if !strings.Contains(got.Title, c.want) || c.name == "ours alone" && got.Title != c.want || strings.Contains(got.Text, "rule, not learned") != c.ruled {
			t.Errorf("%s: %s, want %q and ruled %v", c.name, got.Text, c.want, c.ruled)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", file, got, want)
	}
}
