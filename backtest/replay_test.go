package backtest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest/simulate"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/internal/racetest"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/history"
)

// simulationRules judge what simulations do.
func simulationRules(p simulate.Plan) *detector.Rules {
	c := config.Default()
	c.Calendar.Location = p.Location
	c.Calendar.Holidays, c.Calendar.MakeUp = simulate.Holidays(p.Start, p.Start+signals.Day(p.Days))
	return c.Rules()
}

// replayed is all that a replay writes, as text.
func replayed(t *testing.T, r *Replay, history history.Stream) (alerts, scores string, o *Outcome) {
	t.Helper()
	r.Scores = true
	o, err := r.Run(context.Background(), history)
	if err != nil {
		t.Fatal(err)
	}
	var a, s bytes.Buffer
	if _, err := o.WriteAlerts(&a, message.Languages[0]); err != nil {
		t.Fatal(err)
	}
	if err := o.WriteScores(&s); err != nil {
		t.Fatal(err)
	}
	return a.String(), s.String(), o
}

func start(p simulate.Plan) int64 { return signals.NewZone(p.Location).Start(p.Start) }

// The outcome does not depend on how goroutines are scheduled, nor on whether
// the history comes from memory or from a file.
func TestReplayIsAFunctionOfTheHistory(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 30, 130)
	rules := simulationRules(p)
	for _, partitions := range []int{1, 2} {
		r := &Replay{Rules: rules, Partitions: partitions, First: start(p)}
		alerts, scores, o := replayed(t, r, simulate.New(p).History())
		if o.Lines < 8_000 || len(o.Rejected) > 0 {
			t.Fatalf("%d lines, rejected %v, %v", o.Lines, o.Rejected, o.Examples)
		}
		if alerts == "" || strings.Count(scores, "\n") < 100 {
			t.Errorf("%d bytes of alerts, %d of scores: nothing was judged", len(alerts), len(scores))
		}
		file, err := history.New(bytes.NewReader(written(t, simulate.New(p))), "f", history.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		again, scoresAgain, _ := replayed(t, r, file)
		if alerts != again || scores != scoresAgain {
			t.Errorf("%d partitions: two replays of one history differ", partitions)
		}
	}
}

// An id is an account, whatever it holds: other names change nothing.
func TestEveryIDIsAnAccount(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 30, 150)
	text := written(t, simulate.New(p))
	spelled := func(id func(string) string) history.Stream {
		var out bytes.Buffer
		in := new(signals.Interaction)
		var decoder decode.Decoder
		for line := range bytes.Lines(text) {
			if reject := decoder.DecodeValue(line, in); reject != nil {
				t.Fatal(reject)
			}
			in.Account = []byte(id(string(in.Account)))
			out.Write(append(signals.Append(nil, in), '\n'))
		}
		h, err := history.New(&out, "f", history.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	r := &Replay{Rules: simulationRules(p), Partitions: 1, First: start(p)}
	alerts, scores, _ := replayed(t, r, spelled(func(id string) string { return "1000-" + id }))
	if strings.Count(scores, "\n") < 100 {
		t.Fatal("nothing was judged")
	}
	for name, id := range map[string]func(string) string{
		"company code":  func(id string) string { return "1000~" + id },
		"more of them":  func(id string) string { return "~1000~" + id },
		"white space":   func(id string) string { return " 1000-" + id + "\u00a0" },
		"byte order":    func(id string) string { return "\ufeff1000-" + id },
		"zero-width":    func(id string) string { return "1000-\u200b" + id },
		"a copy's name": func(id string) string { return "1000~" + id + "~drop50" },
	} {
		t.Run(name, func(t *testing.T) {
			alike := strings.NewReplacer("~1000~", "1000-", "1000~", "1000-", "~drop50", "")
			otherAlerts, otherScores, _ := replayed(t, r, spelled(id))
			if alike.Replace(otherAlerts) != alerts || alike.Replace(otherScores) != scores {
				t.Error("another spelling of the ids is judged otherwise")
			}
		})
	}
}

// Only the accounts with ~ are new: the others are judged as if these were not there.
func TestBackgroundIsLeftAlone(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 40, 150)
	p.Declines = 0
	background := written(t, simulate.New(p))
	var shadows bytes.Buffer
	in := new(signals.Interaction)
	var decoder decode.Decoder
	for line := range bytes.Lines(background) {
		if reject := decoder.DecodeValue(line, in); reject != nil {
			t.Fatal(reject)
		}
		if day := signals.NewZone(p.Location).Day(in.Time); day > p.Start+110 {
			continue // all of them fall silent, which alone would look like dead feeds
		}
		in.Account = append(bytes.Clone(in.Account), "~silence"...)
		in.ID = nil // the same would be a duplicate of the account's own
		shadows.Write(append(signals.Append(nil, in), '\n'))
	}
	open := func(text []byte) history.Stream {
		h, err := history.New(bytes.NewReader(text), "f", history.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	r := &Replay{Rules: simulationRules(p), Partitions: 2, First: start(p)}
	alerts, scores, _ := replayed(t, r, open(background))
	r.Guests = func(account []byte) []byte {
		host, _, copied := bytes.Cut(account, []byte("~"))
		if !copied {
			return nil
		}
		return host
	}
	bothAlerts, bothScores, o := replayed(t, r, history.Merge(open(background), open(shadows.Bytes())))
	if len(o.Rejected) > 0 {
		t.Fatalf("rejected %v, %v", o.Rejected, o.Examples)
	}
	without := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			if !strings.Contains(line, "~") {
				b.WriteString(line)
			}
		}
		return b.String()
	}
	if without(bothScores) != scores || without(bothAlerts) != alerts {
		t.Error("accounts with ~ changed what is said of the others")
	}
	silent := map[string]bool{}
	for _, f := range o.Findings {
		if f.Kind == detector.Raised && strings.Contains(f.Account, "~") {
			silent[f.Account] = true
		}
	}
	if len(silent) < 5 {
		t.Errorf("only %d of 40 accounts that fall silent for weeks before a living background are raised", len(silent))
	}
}

func TestRejectsAreCounted(t *testing.T) {
	text := "{}\n{}\n{}\n{}\nnonsense\n" + `{"time":"2026-03-02T09:30:11Z","account":"acme","signal":"knock"}` + "\n" +
		`{"time":"2026-03-02T09:30:12Z","account":"acme","signal":"call"}`
	h, err := history.New(strings.NewReader(text), "f", history.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	first, _ := signals.ParseTime([]byte("2026-03-02T09:30:11Z"))
	_, _, o := replayed(t, &Replay{Rules: config.Default().Rules(), Partitions: 2, First: first}, h)
	got := fmt.Sprint(o.Lines, o.Rejected)
	for _, e := range o.Examples {
		got += fmt.Sprintf(" %d:%s", e.Line, e.Reject.Reason)
	}
	if want := "2 map[malformed:1 missing_field:4 unknown_signal:1] 1:missing_field 2:missing_field 3:missing_field 5:malformed 6:unknown_signal"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A feed is one alert, however many partitions miss it.
func TestFindingsOfPartitionsAreOne(t *testing.T) {
	dead := detector.Finding{ID: "pbx/2026-03-02", Kind: detector.FeedDead, Time: 5, Source: "pbx"}
	back := dead
	back.Kind, back.Time = detector.FeedBack, 9
	acme := detector.Finding{ID: "acme/2026-03-02", Kind: detector.Raised, Time: 5, Account: "acme"}
	o := new(Outcome)
	o.collect([]detector.Finding{back, dead, acme, dead})
	if got := fmt.Sprintln(len(o.Findings), o.Findings[0].ID, o.Findings[1].ID, o.Findings[2].Kind); got != "3 pbx/2026-03-02 acme/2026-03-02 feed_back\n" {
		t.Error(got)
	}
}

func TestWriteFile(t *testing.T) {
	for _, name := range []string{"a.csv", "a.csv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		o := &Outcome{Scores: []Score{{"a,b", 20000, 0.1}}}
		if err := WriteFile(path, o.WriteScores); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if zipped := bytes.HasPrefix(raw, []byte("\x1f\x8b")); zipped != strings.HasSuffix(name, ".gz") {
			t.Errorf("%s: compressed is %v", name, zipped)
		}
		if name == "a.csv" && string(raw) != "account,day,score\n\"a,b\",2024-10-04,0.1\n" {
			t.Errorf("scores: %q", raw)
		}
	}
}

// The story's account is raised before it leaves, and by then the reasons name
// the key person's calls, his forwarding and the meetings.
func TestStoryIsRaised(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 40, 200)
	p.Declines, p.StoryLeaves = 0, p.Start+195
	s := simulate.New(p)
	story := s.Story()
	rules := simulationRules(p)
	rules.Accounts = accounts.NewDirectory(s.Accounts())
	_, _, o := replayed(t, &Replay{Rules: rules, Partitions: 1, First: start(p)}, s.History())
	zone := signals.NewZone(p.Location)
	healthy, reasons := map[string]bool{}, map[string]bool{}
	for _, f := range o.Findings {
		switch {
		case f.Kind != detector.Raised && f.Kind != detector.RaisedAgain:
		case f.Account != story.Account.ID:
			healthy[f.Account] = true
		case zone.Day(f.Time) > story.From:
			for _, r := range f.Reasons {
				if r.Contact == story.Contact.ID || r.Contact == "" && r.Signal == "meeting" {
					reasons[r.Signal] = true
				}
			}
		}
	}
	if !reasons["call"] || !reasons["forwarding"] || !reasons["meeting"] && !reasons["meeting_declined"] {
		t.Errorf("reasons of the story from %s, leaving on %s: %v", story.From, story.Leaves, reasons)
	}
	t.Logf("%d of 39 healthy accounts were raised in %d days", len(healthy), p.Days)
}
