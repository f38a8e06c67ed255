package backtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/alerting/message"
	"firstsign/backtest/simulate"
	"firstsign/detector"
	"firstsign/internal/racetest"
	"firstsign/signals"
)

// told is an outcome written by hand: "acme 10 40" is an alert about acme told
// on day 10 and closed on day 40; without an end it stays open. A subject in
// angle brackets is a feed.
func told(t *testing.T, alerts ...string) Judged {
	t.Helper()
	zone := signals.NewZone(time.UTC)
	o := &Outcome{}
	for _, alert := range alerts {
		parts := strings.Fields(alert)
		day := func(i int) signals.Day { return dayNumber(t, parts[i]) }
		f := detector.Finding{ID: parts[0] + parts[1], Kind: detector.Raised, Account: parts[0], Since: day(1) - 1, Time: zone.Start(day(1)), Risk: 2, Grade: "key",
			Reasons: []detector.Reason{{Signal: "call", Term: detector.Gap, From: 7, To: 30, Since: day(1) - 31}}}
		ended := detector.Closed
		if source, ok := strings.CutPrefix(parts[0], "<"); ok {
			f.Account, f.Source, f.Kind, f.Grade, ended = "", strings.TrimSuffix(source, ">"), detector.FeedDead, "", detector.FeedBack
		}
		o.Findings = append(o.Findings, f)
		if len(parts) > 2 {
			f.Kind, f.Time = ended, zone.Start(day(2))
			o.Findings = append(o.Findings, f)
		}
	}
	o.collect(o.Findings)
	return Judged{o, &detector.Rules{Location: time.UTC, Hash: strings.Join(alerts, ",")}}
}

func dayNumber(t *testing.T, s string) signals.Day {
	t.Helper()
	n := signals.Day(0)
	for _, c := range s {
		n = 10*n + signals.Day(c-'0')
	}
	return 20000 + n
}

func TestCompare(t *testing.T) {
	tests := []struct {
		name          string
		before, after []string
		want          []string // differences: change subject days
		same          int
	}{
		{"nothing", nil, nil, nil, 0},
		{"the same", []string{"acme 10 40"}, []string{"acme 10 40"}, nil, 1},
		{"closed at another time is the same", []string{"acme 10 40"}, []string{"acme 10"}, nil, 1},
		{"added", nil, []string{"acme 10"}, []string{"added acme 0"}, 0},
		{"removed", []string{"acme 10"}, nil, []string{"removed acme 0"}, 0},
		{"earlier", []string{"acme 20 30"}, []string{"acme 15 30"}, []string{"earlier acme 5"}, 0},
		{"later, overlapping long after", []string{"acme 10 90"}, []string{"acme 60 90"}, []string{"later acme 50"}, 0},
		{"within four weeks although closed", []string{"acme 10 12"}, []string{"acme 38"}, []string{"later acme 28"}, 0},
		{"beyond four weeks", []string{"acme 10 12"}, []string{"acme 39"}, []string{"removed acme 0", "added acme 0"}, 0},
		{"another account", []string{"acme 10"}, []string{"beta 10"}, []string{"removed acme 0", "added beta 0"}, 0},
		{"two episodes, one missing", []string{"acme 10 20", "acme 100 110"}, []string{"acme 101 110"}, []string{"removed acme 0", "later acme 1"}, 0},
		{"a feed", []string{"<pbx> 10 20"}, []string{"<pbx> 11 20", "<crm> 11"}, []string{"added <crm> 0", "later <pbx> 1"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Compare(told(t, test.before...), told(t, test.after...))
			var got []string
			for _, d := range c.Differences {
				e := d.Shown()
				what := e.Account
				if what == "" {
					what = "<" + e.Source + ">"
				}
				got = append(got, fmt.Sprint(d.Change, " ", what, " ", d.Days))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			total := c.Counts[Added] + c.Counts[Removed] + c.Counts[Earlier] + c.Counts[Later]
			if c.Counts[Same] != test.same || total != len(test.want) || c.Alerts != [2]int{len(test.before), len(test.after)} {
				t.Errorf("counts %v of %v alerts", c.Counts, c.Alerts)
			}
		})
	}
}

func TestComparisonText(t *testing.T) {
	tests := []struct {
		name          string
		before, after []string
		want          string
	}{
		{"moved", []string{"acme 20"}, []string{"acme 15"},
			"1 alerts -> 1\n0 added, 0 removed, 1 earlier, 0 later, 0 the same\nearlier  2024-10-19  acme (key), was 2024-10-24: 5 days: No calls for 30 days"},
		{"other rules, same alerts", []string{"acme 10 40"}, []string{"acme 10 39"}, "The rules differ, but the alerts on this history are the same.\n"},
		{"a feed", []string{"acme 20", "<pbx> 10 20"}, []string{"acme 20"}, ": 2 alerts -> 1, of them about feeds 1 -> 0\n0 added, 1 removed"},
		{"same rules", []string{"acme 10"}, []string{"acme 10"}, "The two configurations give the detector the same rules"},
	}
	for _, test := range tests {
		var b bytes.Buffer
		if err := Compare(told(t, test.before...), told(t, test.after...)).WriteText(&b, message.English); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), test.want) {
			t.Errorf("%s: got\n%s\nwant in it\n%s", test.name, b.String(), test.want)
		}
	}
}

// An alert is about what they did, whatever else is told beside it.
func TestSignsOfAnEpisode(t *testing.T) {
	silent := detector.Reason{Signal: "call", Side: detector.Theirs, Term: detector.Gap, From: 7, To: 30, Since: 1970}
	for _, test := range []struct {
		name    string
		reasons []detector.Reason
		want    string
	}{
		{"theirs after ours", []detector.Reason{
			{Signal: "event_invited", Side: detector.Ours, Term: detector.Norm, Window: 360, From: 2, Since: 1640, Without: "event_attended"},
			{Signal: "contact", Contact: "li-wei", Side: detector.Theirs, Term: detector.Only, Window: 56, To: 1, Since: 1944}, silent},
			": No calls for 30 days, usually every 7 days (last on 25 May 1975)"},
		{"ours alone", []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, Since: 1972}}, ""},
		{"nothing", nil, ""},
	} {
		e := Episode{Account: "acme", Since: 2000, Reasons: test.reasons}
		if got := e.because(message.English); got != test.want {
			t.Errorf("%s: because%q, want %q", test.name, got, test.want)
		}
	}
}

// A lower threshold adds alerts and moves others forward; a comparison with
// itself finds nothing; two of the same are the same bytes.
func TestCompareOfSimulation(t *testing.T) {
	racetest.Arithmetic(t)
	p := plan(t, 30, 220)
	judge := func(factor float64) Judged {
		rules := simulationRules(p)
		for g, threshold := range rules.Thresholds {
			threshold.Raise *= factor
			threshold.Clear *= factor
			rules.Thresholds[g] = threshold
		}
		r := &Replay{Rules: rules, Partitions: 1, First: start(p)}
		o, err := r.Run(context.Background(), simulate.New(p).History())
		if err != nil {
			t.Fatal(err)
		}
		return Judged{o, rules}
	}
	usual, eager := judge(1), judge(0.3)
	for _, e := range eager.Episodes(signals.NewZone(eager.Rules.Location)) {
		if e.Account != "" && len(e.Signs()) == 0 {
			t.Errorf("%s of %s is an alert without what they did: %+v", e.Account, e.Told, e.Reasons)
		}
	}
	if c := Compare(usual, usual); len(c.Differences) > 0 || c.Counts[Same] == 0 {
		t.Errorf("compared with itself: %v", c.Counts)
	}
	c := Compare(usual, eager)
	if c.Counts[Added] == 0 || c.Counts[Earlier] == 0 || c.Counts[Removed] > c.Counts[Added] {
		t.Errorf("a third of the threshold: %v", c.Counts)
	}
	var texts [2]bytes.Buffer
	for i := range texts {
		if err := Compare(usual, eager).WriteJSON(&texts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !json.Valid(texts[0].Bytes()) || !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
		t.Error("two comparisons of the same differ, or are no JSON")
	}
}

// Alerts of both configurations are judged by the same contact and losses, and each difference
// bears the result of the alert that is shown.
func TestComparisonIsJudged(t *testing.T) {
	contacts := &ContactLog{First: 20000, Last: 20400, byAccount: map[string]*AccountLog{
		"calm": paged("calm", upTo(400, 1)...), "lost": paged("lost", upTo(200, 1)...), "silent": paged("silent", upTo(350, 1)...),
	}}
	before := told(t, "calm 150 170", "lost 195", "<pbx> 10")
	after := told(t, "calm 250 270", "lost 190", "silent 390")
	c := Compare(before, after)
	c.Judge(before, after, contacts, []Loss{{Account: "lost", Day: 20210}})
	j := c.Judgement
	if j.LossesSeen != 1 || j.From != 20000 || j.To != 20400 || !maps.Equal(j.Results[0], map[Result]int{FalseResult: 1, RightResult: 1}) ||
		!maps.Equal(j.Results[1], map[Result]int{FalseResult: 1, RightResult: 1, UnsettledResult: 1}) {
		t.Errorf("%+v", j)
	}
	var got []string
	for _, d := range c.Differences {
		got = append(got, fmt.Sprintf("%s %s%s %s", d.Change, d.Shown().Account, d.Shown().Source, d.Result))
	}
	want := []string{"removed pbx ", "removed calm false", "earlier lost right", "added calm false", "added silent unsettled"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
