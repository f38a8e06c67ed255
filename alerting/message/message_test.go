package message_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
)

var update = flag.Bool("update", false, "write the golden files")

// alertOf is the alert that findings make of the account.
func alertOf(findings ...*detector.Finding) *alerting.Alert {
	return alertAbout(&messagetest.Acme, findings...)
}

func alertAbout(account *accounts.Account, findings ...*detector.Finding) *alerting.Alert {
	snapshot := &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{*account})}
	store := alerting.NewMemoryStore()
	var a *alerting.Alert
	for _, f := range findings {
		var err error
		if a, _, err = alerting.StoreFinding(context.Background(), store, 0, f, snapshot, time.Unix(0, f.Time)); err != nil {
			panic(err)
		}
	}
	return a
}

// known is what the directory knows.
func known(id string) *accounts.Account {
	if id == messagetest.Acme.ID {
		return &messagetest.Acme
	}
	return nil
}

func onlyReason(i int) *detector.Finding {
	f := messagetest.Story()
	f.Reasons = f.Reasons[i : i+1]
	f.Risk = []float64{0.05, 0.4, 1.2, 9, 150, 4000, 15, 3}[i]
	return f
}

func messages() map[string]func(message.Language) alerting.Message {
	render := func(kind detector.FindingKind, findings ...*detector.Finding) func(message.Language) alerting.Message {
		return func(l message.Language) alerting.Message {
			return alerting.Render(l, alertOf(findings...), kind, &messagetest.Acme)
		}
	}
	again, closed, young := messagetest.Story(), messagetest.Story(), messagetest.Story()
	again.Kind, again.Time, again.Risk = detector.RaisedAgain, messagetest.Instant("2026-03-09T16:00:00Z"), 2310
	closed.Kind, closed.Time = detector.Closed, messagetest.Instant("2026-04-09T16:00:00Z")
	young.SeasonUnknown, young.Reasons, young.Grade = true, young.Reasons[:1], accounts.Potential
	ruled, waited, fresh, steady := messagetest.Story(), messagetest.Story(), messagetest.Story(), messagetest.Story()
	ruled.Reasons = []detector.Reason{
		{Signal: "ultimatum", Side: detector.Theirs, Term: detector.Rule, Rule: "an ultimatum", Window: 28, To: 1, Since: messagetest.Day("2026-02-24")},
		{Signal: "forwarding", Contact: "li-wei", Side: detector.Theirs, Term: detector.Rule, Rule: "a key person's calls are forwarded", Window: 28, To: 2, Since: messagetest.Day("2026-02-24")},
		ruled.Reasons[0],
	}
	waited.Reasons = []detector.Reason{
		{Signal: "proposal", Side: detector.Theirs, Term: detector.Rule, Rule: "a proposal without an answer", Without: "proposal_answer", Window: 20, From: 9.2, To: 23, Since: messagetest.Day("2026-02-06")},
		{Signal: "complaint", Side: detector.Theirs, Term: detector.Rule, Rule: "a complaint, then silence", Without: "contact", Window: 14, To: 15, Since: messagetest.Day("2026-02-12")},
	}
	fresh.Reasons = []detector.Reason{
		{Signal: "call", Side: detector.Theirs, Term: detector.Drop, Window: 28, From: 3.5, To: 0.5, Since: messagetest.Day("2026-02-03"), Evidence: 4, Peers: true},
		{Signal: "order", Side: detector.Theirs, Term: detector.Gap, Window: 20, From: 3.1, To: 20, Since: messagetest.Day("2026-02-10"), Evidence: 3, Peers: true},
		{Signal: "meeting", Side: detector.Theirs, Term: detector.Gap, Window: 96, From: 16.5, To: 96, Since: messagetest.Day("2026-01-10"), Older: true, Evidence: 2.5},
	}
	of := func(v detector.Verdict, reasons ...int) func(message.Language) alerting.Message {
		f := messagetest.Story()
		f.Verdict, f.Reasons = v, nil
		for _, i := range reasons {
			f.Reasons = append(f.Reasons, messagetest.Story().Reasons[i])
		}
		return func(l message.Language) alerting.Message {
			return alerting.Render(l, alertOf(f), detector.Raised, messagetest.FullAccount())
		}
	}
	owed, even := messagetest.Neglect(), messagetest.Neglect()
	even.Kind, even.Time, even.Reasons = detector.CaredFor, messagetest.Instant("2026-04-09T16:00:00Z"), nil
	complained, today := messagetest.Neglect(), messagetest.Neglect()
	complained.Reasons = []detector.Reason{owed.Reasons[0], owed.Reasons[1]}
	complained.Reasons[0].To = 2 // less than owed, and it is the complaint that matters
	today.Reasons = []detector.Reason{messagetest.Story().Reasons[0], owed.Reasons[1]}
	today.Kind, today.Reasons[1].To, today.Reasons[1].Window = detector.Raised, 0, 0
	besides := messagetest.Story()
	besides.Reasons = slices.Concat(besides.Reasons[:1], owed.Reasons, []detector.Reason{{
		Signal: "event_invited", Side: detector.Ours, Term: detector.Norm, Window: 360, From: 3, To: 1, Since: messagetest.Day("2025-03-08"), Without: "event_attended"}})
	ours := messagetest.Story() // nothing of theirs is known; what our side did is no headline
	ours.Reasons = append(slices.Clone(besides.Reasons[1:]),
		detector.Reason{Signal: "contact", Contact: "chen-hao", Side: detector.Theirs, Term: detector.Handover, Since: messagetest.Day("2026-02-03")},
		detector.Reason{Signal: detector.OwnerMark, Side: detector.Ours, Term: detector.Mark, Since: messagetest.Day("2026-02-20")})
	alone := messagetest.Story()
	alone.Reasons = append(alone.Reasons[:1:1],
		detector.Reason{Signal: "contact", Contact: "li-wei", Side: detector.Theirs, Term: detector.Only, Window: 56, To: 0.927, Since: messagetest.Day("2026-01-06")},
		detector.Reason{Signal: "contact", Contact: "chen-hao", Side: detector.Theirs, Term: detector.Handover, Since: messagetest.Day("2026-02-03")})
	slower := messagetest.Story()
	slower.Reasons = []detector.Reason{{Signal: "response_hours", Contact: "li-wei", Side: detector.Theirs, Term: detector.Shift, Window: 28, From: 3.2, To: 11.5, Since: messagetest.Day("2026-02-03"), Evidence: 4.2}}
	marked := messagetest.Story()
	marked.Reasons = []detector.Reason{
		{Signal: detector.RankMark, Side: detector.Theirs, Term: detector.Mark, From: 4, To: 3, Since: messagetest.Day("2026-03-02")},
		{Signal: detector.StanceMark, Contact: "li-wei", Side: detector.Theirs, Term: detector.Mark, From: 4, To: 1, Since: messagetest.Day("2026-02-24")},
		marked.Reasons[0],
		{Signal: detector.OwnerMark, Side: detector.Ours, Term: detector.Mark, Since: messagetest.Day("2026-02-20")},
		{Signal: detector.ContactLeft, Contact: "chen-hao", Side: detector.Theirs, Term: detector.Mark, Since: messagetest.Day("2026-02-20")},
	}
	brief := messagetest.Story() // half a year of history
	brief.History, brief.Reasons = 180, brief.Reasons[1:3]
	brief.Reasons[0].Unseen, brief.Reasons[0].History = true, 172
	brief.Reasons[1].Older, brief.Reasons[1].To = true, 56
	steady.Kind, steady.Time, steady.NewLevel = detector.Closed, messagetest.Instant("2026-06-09T16:00:00Z"), true
	dead := &detector.Finding{ID: "pbx@2026-03-06", Kind: detector.FeedDead, Time: messagetest.Instant("2026-03-06T16:00:00Z"), Source: "pbx", Since: messagetest.Day("2026-03-06")}
	back := *dead
	back.Kind, back.Time = detector.FeedBack, messagetest.Instant("2026-03-09T16:00:00Z")
	misrouted, routed, low, quiet, over, moved := *dead, back, *dead, *dead, back, back
	moved.Moved = true
	low.Kind, quiet.Kind = detector.FeedLow, detector.AllQuiet
	quiet.Source, over.Source = detector.AllSources, detector.AllSources
	misrouted.Kind, routed.Kind = detector.Misrouted, detector.Routed
	ids, named := *dead, back
	ids.ID, ids.Kind, ids.Source, ids.IDs = "ids:2026-03-06", detector.IDsMigrated, detector.AccountIDs, &detector.IDChange{Ended: 412, Began: 405, Unlisted: 380}
	listed := ids
	listed.IDs = &detector.IDChange{Ended: 412, Began: 405}
	named.ID, named.Kind, named.Source = ids.ID, detector.IDsSettled, ids.Source
	old := named
	old.NewLevel = true
	all := map[string]func(message.Language) alerting.Message{
		"misrouted": render(detector.Misrouted, &misrouted), "routed": render(detector.Routed, &misrouted, &routed),
		"raised": render(detector.Raised, messagetest.Story()), "raised_again": render(detector.RaisedAgain, messagetest.Story(), again),
		"closed": render(detector.Closed, messagetest.Story(), closed), "season_unknown": render(detector.Raised, young), "short_history": render(detector.Raised, brief),
		"rule": render(detector.Raised, ruled), "rule_that_waits": render(detector.Raised, waited),
		"peers": render(detector.Raised, fresh), "new_level": render(detector.Closed, messagetest.Story(), steady),
		"dossier":   of("", 0),
		"defection": of(detector.Defection, 4, 0),
		"downturn":  of(detector.Downturn, 4, 5),
		"early":     of(detector.EarlyDefection, 3, 1),
		"digest_by_value": func(l message.Language) alerting.Message {
			other := messagetest.Story()
			other.ID, other.Account, other.Risk, other.Reasons = "bolt@2026-02-03", "bolt-gmbh", 4000, other.Reasons[5:6]
			rich, poor := alertAbout(messagetest.FullAccount(), messagetest.Story()), alertOf(other)
			return alerting.RenderDigest(l, alerting.MostAtRisk([]*alerting.Alert{poor, rich}), func(id string) *accounts.Account {
				if id == "acme" {
					return messagetest.FullAccount()
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
		"digest_of_care": func(l message.Language) alerting.Message {
			return alerting.RenderDigest(l, []*alerting.Alert{alertOf(messagetest.Story()), alertOf(owed)}, known)
		},
		"feed_dead": render(detector.FeedDead, dead), "feed_back": render(detector.FeedBack, dead, &back),
		"feed_low": render(detector.FeedLow, &low), "feed_moved": render(detector.FeedBack, dead, &moved),
		"ids_migrated": render(detector.IDsMigrated, &listed), "ids_unlisted": render(detector.IDsMigrated, &ids),
		"ids_settled": render(detector.IDsSettled, &listed, &named), "ids_old": render(detector.IDsSettled, &listed, &old),
		"all_quiet": render(detector.AllQuiet, &quiet), "all_back": render(detector.FeedBack, &quiet, &over),
		"digest": func(l message.Language) alerting.Message {
			marginal := messagetest.Story()
			marginal.ID, marginal.Account, marginal.Grade, marginal.Risk = "b@2026-02-17", "bolt-gmbh", accounts.Marginal, 7
			marginal.Reasons = marginal.Reasons[5:6]
			return alerting.RenderDigest(l, []*alerting.Alert{alertOf(messagetest.Story()), alertOf(marginal)}, known)
		},
		"digest_of_feeds": func(l message.Language) alerting.Message {
			return alerting.RenderDigest(l, []*alerting.Alert{alertOf(dead)}, known)
		},
		"digest_of_one": func(l message.Language) alerting.Message {
			return alerting.RenderDigest(l, []*alerting.Alert{alertOf(messagetest.Story())}, known)
		},
	}
	for i, r := range messagetest.Story().Reasons {
		all[fmt.Sprintf("only_%s_%s_%s", r.Side, r.Term, r.Signal)] = render(detector.Raised, onlyReason(i))
	}
	return all
}

func TestMessages(t *testing.T) {
	for _, l := range message.Languages {
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
	calls, owed := messagetest.Story().Reasons[0], messagetest.Neglect().Reasons[0]
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
		{"something new, and told again", detector.RaisedAgain, []detector.Reason{calls, fell}, []detector.Reason{calls}, "further away: Li Wei's calls", false},
		{"neglect", detector.Neglected, []detector.Reason{calls, owed}, nil, "We neglect Acme Telecom: 1 visit", false},
	} {
		f := messagetest.Story()
		f.Kind, f.Reasons = c.kind, c.reasons
		a := alertOf(f)
		if c.before != nil {
			a.Earlier = &alerting.EarlierAlert{Moved: []alerting.SeriesKey{{Signal: c.before[0].Signal, Contact: c.before[0].Contact, Side: c.before[0].Side}}}
		}
		if a.Verdict = ""; strings.HasSuffix(c.name, "verdict") {
			a.Verdict = detector.Downturn
		}
		got := alerting.Render(message.English, a, c.kind, &messagetest.Acme)
		if !strings.Contains(got.Title, c.want) || c.name == "ours alone" && got.Title != c.want || strings.Contains(got.Text, "rule, not learned") != c.ruled {
			t.Errorf("%s: %s, want %q and ruled %v", c.name, got.Text, c.want, c.ruled)
		}
	}
}

// How unusual an account looks says nothing about what we owe it, so a neglect does not say it.
func TestNeglectIsNotCalledRare(t *testing.T) {
	acme := &messagetest.Acme
	known := func(string) *accounts.Account { return acme }
	for l, rare := range map[message.Language]string{message.English: "healthy account", message.Chinese: "正常客户"} {
		drift, owed := alertOf(messagetest.Story()), messagetest.Neglect()
		owed.Risk, owed.History = drift.Risk, drift.HistoryDays
		neglect := alertOf(owed)
		present := &alerting.Present{Reasons: neglect.Reasons, Risk: drift.Risk, History: 400, Now: neglect.RaisedLast()}
		for text, want := range map[string]bool{
			alerting.Render(l, drift, drift.Kind, acme).Text:                 true,
			alerting.RenderDigest(l, []*alerting.Alert{drift}, known).Text:   true,
			alerting.Render(l, neglect, neglect.Kind, acme).Text:             false,
			alerting.RenderPresent(l, neglect, present, acme).Text:           false,
			alerting.RenderDigest(l, []*alerting.Alert{neglect}, known).Text: false,
		} {
			if strings.Contains(text, rare) != want {
				t.Errorf("%s: want %v in %s", rare, want, text)
			}
		}
	}
}

// The competitor that was named stands beside what was said of one, and is a text.
func TestRivalInMessages(t *testing.T) {
	for l, want := range map[message.Language]string{message.English: "Li Wei praised a competitor (named: Northlink / bc)", message.Chinese: "Li Wei 称赞了竞争对手（提到：Northlink / bc）"} {
		f := messagetest.Story()
		f.Reasons = []detector.Reason{{Signal: "competitor_praise", Contact: "li-wei", Side: detector.Theirs, Term: detector.Incident, Window: 7, To: 1, Since: 20487, Evidence: 5, Rival: "Northlink / b\u202ec"}}
		f.Verdict = ""
		got := alerting.Render(l, alertOf(f), detector.Raised, &messagetest.Acme)
		if !strings.Contains(got.Title, want) || !strings.Contains(got.Text, want) {
			t.Errorf("no %q in %q: %s", want, got.Title, got.Text)
		}
		f.Reasons[0].Rival = ""
		if got := alerting.Render(l, alertOf(f), detector.Raised, &messagetest.Acme); strings.ContainsAny(got.Title, "(（") {
			t.Errorf("none is named: %s", got.Title)
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

// A name from outside is no template and no format.
func TestForeignNamesInMessages(t *testing.T) {
	for _, l := range message.Languages {
		f := messagetest.Story()
		for i := range f.Reasons {
			f.Reasons[i].Contact, f.Reasons[i].Signal = "%s\n{{.}}", "%d"
		}
		got := alerting.Render(l, alertOf(f), detector.Raised, nil)
		if want := "%s {{.}}"; len(got.Title) == 0 || !strings.Contains(got.Text, want) || strings.Contains(got.Text, "%!") {
			t.Errorf("%s: %s", l, got.Text)
		}
	}
}
