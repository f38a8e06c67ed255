package alerting

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/alerting/message/messagetest"
	"firstsign/detector"
)

// The account of the tests, and what is found about it.
var (
	acme  = messagetest.Acme
	story = messagetest.Story
)

// finding of acme's episode, so many days after its beginning.
func finding(kind detector.FindingKind, days int) *detector.Finding {
	f := story()
	f.Kind, f.Time = kind, f.Time+int64(days)*int64(24*time.Hour)
	f.Risk = 10 * float64(days+1)
	if kind == detector.Closed {
		f.Risk, f.Reasons = 0.1, nil
	}
	return f
}

// core is what findings alone decide; how people are told depends on when.
func core(a *Alert) string {
	c := *a
	c.History = nil
	for _, e := range a.History {
		c.History = append(c.History, Event{Kind: e.Kind, Time: e.Time, Risk: e.Risk})
	}
	b, _ := json.Marshal(&c)
	return string(b)
}

// Findings may come twice and, after the store went back in time, in another
// order than before: the alert is the same in the end.
func TestOrderAndRepeatsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]detector.FindingKind{detector.Raised, detector.RaisedAgain, detector.Closed}), 1, 6).Draw(t, "kinds")
		var in []*detector.Finding
		for i, k := range kinds {
			in = append(in, finding(k, i/2)) // some at the same time
		}
		want := alertOf(in...)
		shuffled := rapid.Permutation(append(in, in...)).Draw(t, "order")
		if got := alertOf(shuffled...); core(got) != core(want) {
			t.Fatalf("in order %s\nshuffled %s", core(want), core(got))
		}
	})
}

func TestLife(t *testing.T) {
	a := alertOf(finding(detector.Raised, 0), finding(detector.RaisedAgain, 7))
	if a.State != Open || a.Kind != detector.RaisedAgain || a.Risk != 80 || a.Closed != nil || len(a.Reasons) != 8 {
		t.Errorf("raised again: %+v", a)
	}
	if a.Owner != "anna" || a.Name != "Acme Telecom" || a.Grade != accounts.Key || a.Severity != Critical {
		t.Errorf("labels: %+v", a)
	}
	a.applyFinding(finding(detector.Closed, 30), time.Time{}, false)
	if a.State != Closed || a.Closed == nil || a.Closed.Sub(a.Raised) != 30*24*time.Hour || a.Risk != 80 || len(a.Reasons) != 8 {
		t.Errorf("closed: %+v", a)
	}
}

func TestHowPeopleAreTold(t *testing.T) {
	type step struct {
		kind detector.FindingKind
		late bool
		told bool // before the next step
	}
	for name, c := range map[string]struct {
		steps []step
		want  []Delivery
	}{
		"a fresh life":                  {[]step{{kind: "raised", told: true}, {kind: "raised_again", told: true}, {kind: "closed"}}, []Delivery{ByMessage, ByMessage, ByMessage}},
		"twice before a message went":   {[]step{{kind: "raised"}, {kind: "raised_again"}}, []Delivery{Silently, ByMessage}},
		"over before a message went":    {[]step{{kind: "raised"}, {kind: "closed"}}, []Delivery{ByMessage, ByMessage}},
		"an old one that is over":       {[]step{{kind: "raised", late: true}, {kind: "raised_again", late: true}, {kind: "closed", late: true}}, []Delivery{Silently, Silently, Silently}},
		"an old one that goes on":       {[]step{{kind: "raised", late: true}, {kind: "raised_again", late: true}}, []Delivery{Silently, ByDigest}},
		"an old one that grows now":     {[]step{{kind: "raised", late: true}, {kind: "raised_again"}}, []Delivery{Silently, ByMessage}},
		"over before the digest":        {[]step{{kind: "raised", late: true}, {kind: "closed"}}, []Delivery{Silently, Silently}},
		"over after the digest":         {[]step{{kind: "raised", late: true, told: true}, {kind: "closed"}}, []Delivery{ByDigest, ByMessage}},
		"told, and over during a stop":  {[]step{{kind: "raised", told: true}, {kind: "closed", late: true}}, []Delivery{ByMessage, Silently}},
		"told, and grown during a stop": {[]step{{kind: "raised", told: true}, {kind: "raised_again", late: true}}, []Delivery{ByMessage, ByDigest}},
	} {
		a := new(Alert)
		for i, s := range c.steps {
			a.applyFinding(finding(s.kind, i), time.Time{}, s.late)
			a.History[i].Delivered = s.told
		}
		var got []Delivery
		for _, e := range a.History {
			got = append(got, e.Delivery)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSeverity(t *testing.T) {
	r := Routing{Critical: map[accounts.Grade]float64{accounts.Marginal: 5}}.WithDefaults()
	for _, c := range []struct {
		account string
		grade   accounts.Grade
		risk    float64
		want    Severity
	}{
		{"a", accounts.Key, 19.9, Warning}, {"a", accounts.Key, 20, Critical}, {"a", accounts.Marginal, 5, Critical},
		{"a", "", 59, Warning}, {"a", "", 60, Critical}, {"", "", 0, Critical},
	} {
		if got := r.severity(&Alert{Account: c.account, Grade: c.grade, Risk: c.risk}); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestLine(t *testing.T) {
	f := story()
	f.Reasons = f.Reasons[:1]
	f.Account = "a<b>&c"
	got, err := TopicLine(f, message.English)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"time":"2026-03-02T16:00:00Z","account":"a<b>&c","id":"acme@2026-02-03","kind":"raised","risk":42.3,"grade":"key",` +
		`"since":"2026-02-03","reasons":[{"text":"li-wei's calls fell from 3.5 to 0.8 a week since 3 Feb 2026 (28 days)","signal":"call",` +
		`"contact":"li-wei","side":"theirs","term":"drop","window":28,"from":3.5,"to":0.75,"since":"2026-02-03","evidence":5.1}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for kind, lines := range map[detector.FindingKind]bool{
		detector.Raised: true, detector.RaisedAgain: true, detector.FeedDead: true, detector.FeedLow: true, detector.AllQuiet: true, detector.Misrouted: true, detector.IDsMigrated: true,
		detector.Neglected: true, detector.CaredFor: false, detector.Closed: false, detector.FeedBack: false, detector.Routed: false, detector.IDsSettled: false,
	} {
		if got, err := TopicLine(&detector.Finding{ID: "x", Kind: kind, Source: "pbx"}, message.Chinese); err != nil || (got != nil) != lines {
			t.Errorf("%s: %s, %v", kind, got, err)
		}
	}
	// A finding that went through the outbox gives the same bytes.
	var again detector.Finding
	b, _ := json.Marshal(f)
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	if line, _ := TopicLine(&again, message.English); string(line) != want {
		t.Errorf("after the outbox: %s", line)
	}
}

func alertOf(findings ...*detector.Finding) *Alert {
	snapshot := testSnapshot()
	a := new(Alert)
	for _, f := range findings {
		a.applyFinding(f, time.Unix(0, f.Time), false)
		snapshot.stamp(a)
	}
	return a
}

func testSnapshot() *RoutingSnapshot {
	return &RoutingSnapshot{Routing: Routing{}.WithDefaults(), Accounts: accounts.NewDirectory([]accounts.Account{acme})}
}
