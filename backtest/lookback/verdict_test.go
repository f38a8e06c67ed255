package lookback

import (
	"strings"
	"testing"

	"firstsign/backtest"
	"firstsign/config"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

const day0 = signals.Day(20150)

// told is interactions of one signal and person: value on every step-th day.
type told struct {
	from, to, step int
	signal, who    string
	value          float64
}

// pastOf is the history of one account up to and including day end.
func pastOf(t *testing.T, end int, list ...told) *replayedHistory {
	t.Helper()
	rules := config.Default().Rules()
	log := backtest.NewContactLog(rules)
	log.Parts = true
	var text strings.Builder
	line := func(day int, signal, who string, value float64) {
		i := signals.Interaction{Time: signals.NewZone(rules.Location).Start(day0+signals.Day(day)) + 1e9, Account: []byte("acme"), Signal: []byte(signal), Contact: []byte(who), Value: value}
		text.Write(signals.Append(nil, &i))
		text.WriteByte('\n')
	}
	for _, l := range list {
		for day := l.from; day <= l.to; day += l.step {
			line(day, l.signal, l.who, l.value)
		}
	}
	line(end, "visit", "", 1) // ours: no contact, but the history goes on until then
	h, err := history.New(strings.NewReader(text.String()), "h", history.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	stream := log.Watch(h)
	for err == nil {
		_, err = stream.Next()
	}
	return &replayedHistory{log: log, losses: map[string][]backtest.Loss{}}
}

// Day 200 is the day on which the alert is told.
func TestVerdicts(t *testing.T) {
	daily := func(from, to int) told { return told{from, to, 1, "call", "li", 1} }
	silent := detector.Reason{Signal: detector.AnyContact, Side: detector.Theirs, Term: detector.Gap}
	orders := detector.Reason{Signal: "order", Side: detector.Theirs, Term: detector.Drop}
	li := detector.Reason{Signal: detector.AnyContact, Contact: "li", Side: detector.Theirs, Term: detector.Gap}
	share := detector.Reason{Signal: "share_of_wallet", Side: detector.Theirs, Term: detector.Shift, From: 0.8, To: 0.4}
	tests := []struct {
		name   string
		end    int
		lost   int
		reason detector.Reason
		past   []told
		want   Outcome
		part   bool
	}{
		{"contact goes on", 300, 0, silent, []told{daily(0, 300)}, WentOn, false},
		{"too few days", 254, 0, silent, []told{daily(0, 254)}, CannotSay, false},
		{"just enough days", 255, 0, silent, []told{daily(0, 255)}, WentOn, false},
		{"half of it", 300, 0, silent, []told{daily(0, 190), {192, 300, 2, "call", "li", 1}}, StayedDown, false},
		{"silent to the end", 300, 0, silent, []told{daily(0, 190)}, FellSilent, false},
		{"not silent yet", 250, 0, silent, []told{daily(0, 190)}, CannotSay, false},
		{"silent from day 190 to 260", 400, 0, silent, []told{daily(0, 190), daily(260, 400)}, FellSilent, false},
		{"back within the limit", 400, 0, silent, []told{daily(0, 190), daily(230, 400)}, WentOn, false},
		{"told when silent already", 400, 0, silent, []told{daily(0, 100)}, LateSilent, false},
		{"lost", 300, 220, silent, []told{daily(0, 190)}, WasLost, false},
		{"lost, and contact went on", 300, 220, silent, []told{daily(0, 300)}, WasLost, false},
		{"lost long before", 300, 150, silent, []told{daily(0, 140)}, LateLost, false},
		{"lost, and back before the alert", 300, 150, silent, []told{daily(0, 140), daily(180, 300)}, WentOn, false},
		{"the date is the last contact", 300, 190, silent, []told{daily(0, 190)}, WasLost, false},
		{"orders stay away", 300, 0, orders, []told{daily(0, 300), {0, 150, 10, "order", "", 1}}, StayedDown, true},
		{"orders come back", 300, 0, orders, []told{daily(0, 300), {0, 150, 10, "order", "", 1}, {205, 300, 10, "order", "", 1}}, WentOn, false},
		{"a person stays away", 300, 0, li, []told{daily(0, 180), {0, 300, 1, "message", "wang", 1}}, StayedDown, true},
		{"the share stays down", 300, 0, share, []told{daily(0, 300), {0, 180, 10, "share_of_wallet", "", 0.8}, {190, 300, 10, "share_of_wallet", "", 0.5}}, StayedDown, true},
		{"the share comes back", 300, 0, share, []told{daily(0, 300), {0, 180, 10, "share_of_wallet", "", 0.8}, {210, 300, 10, "share_of_wallet", "", 0.7}}, WentOn, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := pastOf(t, test.end, test.past...)
			if test.lost > 0 {
				p.losses["acme"] = []backtest.Loss{{Account: "acme", Day: day0 + signals.Day(test.lost)}}
			}
			test.reason.Since = day0 + 191
			e := backtest.Episode{Account: "acme", Told: day0 + 200, Since: day0 + 195, Reasons: []detector.Reason{test.reason}}
			if a := p.past(&e, p.log.Account("acme")); a.Outcome != test.want || (a.Part != nil) != test.part {
				t.Errorf("outcome %d, by a part: %v (%.2f a week, %.2f before); want %d, %v", a.Outcome, a.Part != nil, a.After, a.Before, test.want, test.part)
			}
		})
	}
}

// The losses are told by group: those with a date of their own, and those whose date is the
// last contact.
func TestLossSentences(t *testing.T) {
	known := Departure{Day: 20200, LossWindow: backtest.LossWindow{Last: 20180}, Alert: &backtest.Episode{Told: 20188}}
	last := Departure{Day: 20200, LossWindow: backtest.LossWindow{Last: 20200, DateIsLast: true}, Alert: &backtest.Episode{Told: 20215}}
	missed := known
	missed.Alert = nil
	for _, test := range []struct {
		lost, silent []Departure
		en           string
	}{
		{nil, nil, "No account is named as lost. None is silent at the end of the history."},
		{[]Departure{known}, nil, "There would have been an alert about the lost account, 12 days before the loss."},
		{[]Departure{last}, nil, "There would have been an alert about the lost account, 15 days after the last contact. The date given is that of the last contact."},
		{[]Departure{known, missed}, nil, "There would have been an alert about 1 of 2 lost accounts, in the median 12 days before the loss."},
		{[]Departure{last, last}, nil, "There would have been an alert about 2 of 2 lost accounts. Every date given is that of the last contact; the alerts came in the median 15 days after that day."},
		{[]Departure{known, last}, nil, "There would have been an alert about 2 of 2 lost accounts. Where the loss came after the last contact, it was told in the median 12 days before the loss. For 1 account the date given is the last contact; the alert came 15 days after that day."},
		{nil, []Departure{known, known, missed}, "No account is named as lost. 3 accounts are silent at the end of the history. There would have been an alert about 2 of them, in the median 8 days after the last contact."},
	} {
		b := &Report{Lost: test.lost, Silent: test.silent}
		if en := english.lossAnswer(b); en != test.en {
			t.Errorf("got %q, want %q", en, test.en)
		}
		if zh := chinese.lossAnswer(b); strings.Contains(zh, "%!") || strings.Contains(zh, "。。") {
			t.Error(zh)
		}
	}
}

func TestCounts(t *testing.T) {
	of := func(outcomes ...Outcome) *Report {
		b := &Report{From: 20000, To: 20364}
		for _, o := range outcomes {
			b.Alerts = append(b.Alerts, PastAlert{Outcome: o})
		}
		return b
	}
	many := of(WasLost, FellSilent, StayedDown, WasLost, WasLost, WasLost, WasLost, WentOn, LateSilent, CannotSay, WentOn, WentOn)
	for _, test := range []struct {
		b      *Report
		en, zh string
	}{
		{of(), "There was no alert in the past year.", "过去一年没有预警。"},
		{of(WentOn), "There was one alert in the past year; it was wrong.", "过去一年有 1 次预警，误报。"},
		{of(WasLost, CannotSay), "Of 2 alerts in the past year, 1 was right, 0 were wrong, of 1 it cannot be said yet.", "过去一年共有 2 次预警，1 次属实，0 次误报，1 次尚无法判断。"},
		{many, "Of the 10 strongest alerts in the past year, 7 were right, 1 was wrong, 1 was too late, of 1 it cannot be said yet. Of all 12, 7 were right, 3 were wrong, 1 was too late, of 1 it cannot be said yet.",
			"过去一年最强的 10 次预警中，7 次属实，1 次误报，1 次过晚，1 次尚无法判断。全部 12 次中，7 次属实，3 次误报，1 次过晚，1 次尚无法判断。"},
	} {
		if en, zh := englishAlerts(test.b), chineseAlerts(test.b); en != test.en || zh != test.zh {
			t.Errorf("got %q, want %q; %q, want %q", en, test.en, zh, test.zh)
		}
	}
}
