package lookback

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/backtest/calibrate"
	"firstsign/backtest/layout/layouttest"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// past240 is a portfolio of 240 days in which accounts leave in different ways,
// by hand: everybody calls every second day.
func past240(t *testing.T) (backtest.Judged, *backtest.ContactLog) {
	t.Helper()
	first := signals.Day(20150) // 2025-03-03
	rules := config.Default().Rules()
	var text strings.Builder
	for d := range 240 {
		call := func(account string) {
			if d%2 == 0 {
				fmt.Fprintf(&text, "{\"time\":\"%sT10:00:00Z\",\"account\":%q,\"signal\":\"call\",\"source\":\"pbx\"}\n", first+signals.Day(d), account)
			}
		}
		for i := range 25 {
			call(fmt.Sprintf("calm-%02d", i))
		}
		call("usual") // and is called lost nevertheless
		if d < 150 {
			call("silent")
		}
		if d < 16 {
			call("young")
		}
		if d%40 == 0 && d < 200 {
			call("rare")
		}
		if d < 120 || d >= 170 {
			call("back")
		}
	}
	h, err := history.New(strings.NewReader(text.String()), "h", history.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	contacts := backtest.NewContactLog(rules)
	contacts.Parts = true
	r := &backtest.Replay{Rules: rules, Partitions: 1, First: signals.NewZone(time.UTC).Start(first), Scores: true}
	o, err := r.Run(context.Background(), contacts.Watch(h))
	if err != nil {
		t.Fatal(err)
	}
	return backtest.Judged{Outcome: o, Rules: rules}, contacts
}

func TestLookback(t *testing.T) {
	j, contacts := past240(t)
	first := contacts.First
	loss := func(account string, day int) backtest.Loss {
		return backtest.Loss{Account: account, Day: first + signals.Day(day)}
	}
	b := NewReport(j, contacts, []backtest.Loss{loss("usual", 200), loss("silent", 210), loss("young", 17), loss("rare", 190), loss("nobody", 100)})
	got := map[string]*Departure{}
	for i := range b.Lost {
		got[b.Lost[i].Account] = &b.Lost[i]
	}
	for account, want := range map[string]MissReason{"usual": AsUsual, "silent": Seen, "young": TooYoung, "rare": NoHabit, "nobody": NotThere} {
		if got[account].Unseen != want {
			t.Errorf("%s: %q, want %q", account, got[account].Unseen, want)
		}
	}
	// Last contact on day 148: the alert lies between then and the loss, the first
	// sign before the alert.
	s := got["silent"]
	if s.Last != first+148 || s.Alert == nil || s.Alert.Told <= s.Last || s.Alert.Told >= s.Day {
		t.Fatalf("silent: %+v", s)
	}
	if s.FirstSign <= s.Last || s.FirstSign > s.Alert.Told || s.lead(true) != int(first+210-s.Alert.Told) {
		t.Errorf("first sign %s, alert %s, lead %d", s.FirstSign, s.Alert.Told, s.lead(true))
	}
	if s.Usual != 3.5 || s.PerWeek != 3.5 || s.Pause != 2 {
		t.Errorf("usual %v a week, then %v, longest pause %d; want 3.5, 3.5, 2", s.Usual, s.PerWeek, s.Pause)
	}
	// "back" was silent from day 118 to 170, and the alert says that it came back.
	i := slices.IndexFunc(b.Alerts, func(a PastAlert) bool { return a.Account == "back" })
	if i < 0 {
		t.Fatal("no alert about back")
	}
	a := b.Alerts[i]
	if a.Outcome != WentOn || a.Told+signals.Day(a.Back) != first+170 || a.Before != 3.5 || a.After < 3 {
		t.Errorf("back: %+v", a)
	}
	if i = slices.IndexFunc(b.Alerts, func(a PastAlert) bool { return a.Account == "silent" }); i < 0 || b.Alerts[i].Outcome != WasLost {
		t.Errorf("the alert about the lost account: %d of %+v", i, b.Alerts)
	}
}

// The date of a loss is the last contact: alerts during the silence after it count until
// the account is silent.
func TestLookbackDateIsLastContact(t *testing.T) {
	j, contacts := past240(t)
	first := contacts.First
	for _, day := range []int{148, 150} { // the last contact was on day 148
		b := NewReport(j, contacts, []backtest.Loss{{Account: "silent", Day: first + signals.Day(day)}})
		d := &b.Lost[0]
		if !d.DateIsLast || d.Last != first+148 || d.To != first+148+60 || d.Alert == nil || d.Alert.Told <= d.Last || d.lead(true) != int(d.Last-d.Alert.Told) {
			t.Errorf("lost on day %d: %+v", day, d)
		}
		var text bytes.Buffer
		if err := b.WriteText(&text, message.English, nil); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("There would have been an alert about the lost account, %d days after the last contact. The date given is that of the last contact.", -d.lead(true))
		if s := text.String(); !strings.Contains(s, want) || !strings.Contains(s, "Alerts count until "+d.To.String()) {
			t.Errorf("lost on day %d:\n%s", day, s)
		}
	}
}

// Without losses, who is silent for long is found, and never called lost.
func TestLookbackInfersSilence(t *testing.T) {
	j, contacts := past240(t)
	b := NewReport(j, contacts, nil)
	var names []string
	for _, d := range b.Silent {
		names = append(names, d.Account)
	}
	// "young" had no more than 8 days of contact, but a habit of its own; "rare"
	// has five, "back" is back.
	if want := []string{"silent", "young"}; !slices.Equal(names, want) {
		t.Errorf("silent: %v, want %v", names, want)
	}
	var text bytes.Buffer
	if err := b.WriteText(&text, message.English, nil); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(b.Alerts, func(a PastAlert) bool { return a.Account == "silent" })
	if i < 0 || b.Alerts[i].Outcome != FellSilent || b.Alerts[i].Back != -1 {
		t.Errorf("the alert about the silent account: %d of %+v", i, b.Alerts)
	}
	if s := text.String(); !strings.Contains(s, "silent, silent since 2025-07-30 (longest pause before: 2 days)") || strings.Contains(s, "lost on") {
		t.Errorf("text:\n%s", s)
	}
}

func TestFirstSign(t *testing.T) {
	trace := func(scores ...float64) (list []backtest.Score) {
		for i, s := range scores {
			list = append(list, backtest.Score{Account: "a", Day: signals.Day(100 + i), Score: s})
		}
		return list
	}
	tests := []struct {
		name  string
		trace []backtest.Score
		until signals.Day
		want  signals.Day
	}{
		{"never", trace(0.1, 0.2), 110, 0},
		{"rises and stays", trace(0.1, 0.5, 0.9), 110, 101},
		{"falls back in between", trace(0.5, 0.1, 0.6), 110, 102},
		{"falls back before the loss", trace(0.5, 0.1), 110, 0},
		{"falls back after it", trace(0.1, 0.5, 0.1), 101, 101},
		{"rises after it", trace(0.1, 0.1, 0.5), 101, 0},
	}
	for _, test := range tests {
		if got := firstSign(test.trace, 0.3, test.until); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

// What is not seen is summed up before the accounts, and so is a history that is
// too short to see anything.
func TestLookbackSaysWhyNot(t *testing.T) {
	late := &backtest.Episode{Told: 20250}
	b := &Report{From: 20000, To: 20300, Lost: []Departure{{Unseen: TooWeak}, {Unseen: NoHabit, Late: late}, {}, {Unseen: NoHabit, Late: late}}}
	want := []string{"Reasons for no alert: too few interactions (2), signs below the threshold (1). Of these accounts, 2 had an alert that came too late to count."}
	if got := b.why(&english); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	want = []string{"没有预警的原因：往来太少（2 个）、迹象未达阈值（1 个）。其中 2 个后来有预警，但为时已晚，不计入。"}
	if got := b.why(&chinese); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	b.To, b.Lost = b.From+backtest.SettlingDays-2, b.Lost[:1] // one loss says itself why
	want = []string{"The history covers only 83 days. It takes 12 weeks to learn a habit, so signs may be missing here."}
	if got := b.why(&english); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if b.To++; len(b.why(&english)) != 0 {
		t.Errorf("said of 84 days: %q", b.why(&english))
	}
}

// An alert that comes more than a month after a loss does not count for it, and
// is told as such.
func TestLookbackLateAlert(t *testing.T) {
	j, contacts := past240(t)
	d := NewReport(j, contacts, []backtest.Loss{{Account: "silent", Day: contacts.First + 100}}).Lost[0]
	if d.Alert != nil || d.Late == nil || d.Late.Told <= d.Day+backtest.LossAfter {
		t.Errorf("alert %+v, late %+v", d.Alert, d.Late)
	}
}

// Both languages say all of it; what comes from files is escaped.
func TestLookbackPage(t *testing.T) {
	names := accounts.NewDirectory([]accounts.Account{{ID: "<i>acme", Name: "<script>", Grade: accounts.Key}})
	lost := func(u MissReason) Departure {
		return Departure{Account: "<i>acme", Day: 20200, LossWindow: backtest.LossWindow{Last: 20190}, After: 20201, Unseen: u, Weeks: make([]float64, weeksShown), WeeksFrom: 20000,
			Feed: &backtest.Episode{Source: "<pbx>", Since: 20180}, Closed: &backtest.Episode{Told: 20100, Ended: 20110}, Late: &backtest.Episode{Told: 20250}}
	}
	seen := lost(Seen)
	seen.Alert = &backtest.Episode{Account: "<i>acme", Told: 20195, Risk: 2, Reasons: []detector.Reason{{Signal: "<b>", Term: detector.Gap, From: 2, To: 30, Since: 20100}}}
	seen.FirstSign = 20150
	lastDay := seen
	lastDay.DateIsLast = true
	var alerts []PastAlert
	for o := CannotSay; o <= LateSilent; o++ {
		for _, back := range []int{-1, 1, 20} {
			for _, part := range []*detector.Reason{nil, {Signal: "<b>", Contact: "<i>li", Term: detector.Shift}, {Signal: "<b>", Term: detector.Shrink}} {
				alerts = append(alerts, PastAlert{Episode: *seen.Alert, Outcome: o, Part: part, Back: back, Waited: 90, Loss: backtest.LossWindow{Last: 20190}, Day: 20200})
			}
		}
	}
	b := &Report{
		From: 20000, To: 20300, Interactions: 9, Accounts: 2,
		Lost:       []Departure{lost(NotThere), lost(TooYoung), lost(NoHabit), lost(FeedBlind), lost(AsUsual), lost(TooWeak), lost(TooEarly), seen, lastDay},
		Silent:     slices.Repeat([]Departure{seen}, cardsShown+1),
		Alerts:     alerts,
		BlindSpots: []calibrate.BlindSpot{{Account: "<i>acme", Grade: accounts.Key, PerWeek: 0.8, SilenceDays: 40, Cure: calibrate.Cure{Kind: calibrate.Norm}}},
	}
	pages := map[string]string{}
	for _, l := range message.Languages {
		var page, text bytes.Buffer
		if err := b.WriteHTML(&page, l, names); err != nil {
			t.Fatal(err)
		}
		if err := b.WriteText(&text, l, names); err != nil {
			t.Fatal(err)
		}
		for _, raw := range []string{"<script>", "<i>acme", "<pbx>", "<b>", "ZgotmplZ", "%!"} {
			if strings.Contains(page.String(), raw) {
				t.Errorf("%s: the page holds %s", l, raw)
			}
		}
		if strings.Contains(text.String(), "%!") || strings.Count(page.String(), `class="card `) != 9+cardsShown {
			t.Errorf("%s:\n%s", l, text.String())
		}
		pages["lookback-"+string(l)] = page.String()
		layouttest.SelfContained(t, page.String())
		layouttest.Speaks(t, page.String(), l, "<script>", "<i>acme", "<b>", "<pbx>", "<i>li", "--lost", "--losses")
		// The page lists every alert and every silent account, the text says how many it
		// leaves out.
		if n := strings.Count(page.String(), "<tr><td>"); n != len(alerts)+1+1 {
			t.Errorf("%s: %d rows, want %d alerts, one silent account without a card and one blind spot", l, n, len(alerts))
		}
		for _, left := range []int{1, len(alerts) - alertsShown} {
			if !strings.Contains(text.String(), fmt.Sprintf(" %d ", left)) {
				t.Errorf("%s: the text does not say that it leaves out %d:\n%s", l, left, text.String())
			}
		}
	}
	layouttest.InBrowser(t, pages)
}

// An alert began when what they did began, whatever else is told beside it.
func TestSinceReason(t *testing.T) {
	silent := detector.Reason{Signal: "call", Side: detector.Theirs, Term: detector.Gap, From: 7, To: 30, Since: 1970}
	for _, test := range []struct {
		name    string
		reasons []detector.Reason
		since   signals.Day
	}{
		{"theirs after ours", []detector.Reason{
			{Signal: "event_invited", Side: detector.Ours, Term: detector.Norm, Window: 360, From: 2, Since: 1640, Without: "event_attended"},
			{Signal: "contact", Contact: "li-wei", Side: detector.Theirs, Term: detector.Only, Window: 56, To: 1, Since: 1944}, silent},
			1970},
		{"ours alone", []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, Since: 1972}}, 2000},
		{"nothing", nil, 2000},
	} {
		e := backtest.Episode{Account: "acme", Since: 2000, Reasons: test.reasons}
		if got := sinceReason(&e); got != test.since {
			t.Errorf("%s: since %d, want %d", test.name, got, test.since)
		}
	}
}
