package expect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

func day(s string) signals.Day {
	d, err := signals.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// raised is what the tests expect something of: an alert about acme on 10 June.
func raised() Notification {
	return Notification{
		Finding: detector.Finding{
			Kind: detector.Raised, Account: "acme", Grade: accounts.Key, Verdict: detector.Defection,
			Reasons: []detector.Reason{
				{Signal: "call", Contact: "li", Term: detector.Gap},
				{Signal: "forwarding", Contact: "li", Term: detector.Rule, Rule: "a rule"},
			},
		},
		Day: day("2026-06-10"), Title: "acme is drifting away", Severity: alerting.Warning,
		Sent: []Delivery{
			{alerting.Sent{Channel: "log", To: "wang"}, day("2026-06-10")},
			{alerting.Sent{Channel: "mail", To: "wang"}, day("2026-06-10")},
			{alerting.Sent{Channel: "log", To: "chen", Role: alerting.StandIn}, day("2026-06-12")},
		},
	}
}

// Each kind of expectation is met by what was told, and each that is wrong is not,
// and says why.
func TestUnmet(t *testing.T) {
	neglected := Notification{Finding: detector.Finding{Kind: detector.Neglected, Account: "beta"}, Day: day("2026-06-20"), Title: "We neglect beta"}
	dead := Notification{Finding: detector.Finding{Kind: detector.FeedDead, Source: "pbx"}, Day: day("2026-06-05"), Title: "pbx is dead",
		Sent: []Delivery{{alerting.Sent{Channel: "log", To: "operator"}, day("2026-06-05")}}}
	o := &Outcome{
		Notifications: []Notification{dead, raised(), neglected},
		Peaks:         map[string]Peak{"beta": {0.523, day("2026-06-03"), 2.5}},
	}
	tests := []struct {
		name   string
		expect Expectation
		want   string // empty: met
	}{
		{"an alert", Expectation{Alert: "acme"}, ""},
		{"all of it", Expectation{
			Alert: "acme", By: day("2026-06-10"), NotBefore: day("2026-06-10"), Kind: detector.Raised, Verdict: detector.Defection,
			Grade: accounts.Key, Severity: alerting.Warning, To: "wang", Channel: "mail",
			Because: []Because{{Signal: "call", Contact: "li", Term: detector.Gap}, {Rule: "a rule"}},
		}, ""},
		{"nobody's alert", Expectation{Alert: "beta", By: day("2026-06-30")},
			"want alert about beta by 2026-06-30; none came, its highest risk was 0.523 on 2026-06-03, and 2.5 raises one"},
		{"no risk at all", Expectation{Alert: "gamma"}, "want alert about gamma; none came, and its risk was never above 0"},
		{"too late", Expectation{Alert: "acme", By: day("2026-06-09")},
			"want alert about acme by 2026-06-09; this came:\n2026-06-10 raised: acme is drifting away [too late]"},
		{"too early", Expectation{Alert: "acme", NotBefore: day("2026-06-11")},
			"want alert about acme, not before 2026-06-11; this came:\n2026-06-10 raised: acme is drifting away [too early]"},
		{"another kind", Expectation{Alert: "acme", Kind: detector.RaisedAgain}, "[raised]"},
		{"another verdict", Expectation{Alert: "acme", Verdict: detector.Downturn}, "[verdict defection]"},
		{"another grade", Expectation{Alert: "acme", Grade: accounts.Ordinary}, "[grade key]"},
		{"another severity", Expectation{Alert: "acme", Severity: alerting.Critical}, "[severity warning]"},
		{"another signal", Expectation{Alert: "acme", Because: []Because{{Signal: "order"}}},
			`[not because of order but call of li (gap), rule "a rule" forwarding of li]`},
		{"two halves of two reasons are none", Expectation{Alert: "acme", Because: []Because{{Signal: "forwarding", Term: detector.Gap}}}, "not because of forwarding (gap)"},
		{"another person", Expectation{Alert: "acme", Because: []Because{{Contact: "min"}}}, "not because of min"},
		{"another rule", Expectation{Alert: "acme", Because: []Because{{Rule: "b"}}}, `not because of rule "b"`},
		{"another owner", Expectation{Alert: "acme", To: "zhao"}, "[told to wang (log) on 2026-06-10, wang (mail) on 2026-06-10, chen (log) on 2026-06-12]"},
		{"another channel", Expectation{Alert: "acme", Channel: "sms"}, "[told to wang (log)"},
		{"of one the person, of another the channel", Expectation{Alert: "acme", To: "chen", Channel: "mail"}, "[told to wang (log)"},
		{"the stand-in", Expectation{Alert: "acme", To: "chen", By: day("2026-06-12")}, ""},
		{"the stand-in, too late", Expectation{Alert: "acme", To: "chen", By: day("2026-06-11")}, "[told to wang (log)"},
		{"neglect", Expectation{Neglect: "beta"}, ""},
		{"neglect of another", Expectation{Neglect: "acme"}, "want neglect of acme; none came"},
		{"neglect is told to nobody", Expectation{Neglect: "beta", To: "wang"}, "[told to nobody]"},
		{"a feed", Expectation{Feed: "pbx", Kind: detector.FeedDead, To: "operator"}, ""},
		{"another feed", Expectation{Feed: "erp"}, "want failure of feed erp; none came"},
		{"no alert", Expectation{NoAlert: "beta"}, ""},
		{"no alert after all", Expectation{NoAlert: "acme"}, "want no alert about acme; this came:\n2026-06-10 raised: acme is drifting away"},
		{"nobody's alert after all", Expectation{NoAlert: Anybody, Until: day("2026-06-10")}, "want no alert about anybody until 2026-06-10; this came:"},
		{"none until the day before", Expectation{NoAlert: Anybody, Until: day("2026-06-09")}, ""},
		{"none from the day after", Expectation{NoAlert: Anybody, From: day("2026-06-11")}, ""},
		{"no neglect", Expectation{NoNeglect: "acme"}, ""},
		{"no neglect after all", Expectation{NoNeglect: Anybody}, "want no neglect of anybody; this came:\n2026-06-20 neglected: We neglect beta"},
		{"no feed", Expectation{NoFeed: "erp"}, ""},
		{"no feed after all", Expectation{NoFeed: Anything}, "want no failure of any feed; this came:\n2026-06-05 feed_dead: pbx is dead"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.expect.Unmet(o)
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// What was found reaches whom it would in the service: the owner, the stand-in
// once nobody answers, the superior of who neglects, the operator.
func TestTell(t *testing.T) {
	zone := signals.NewZone(time.UTC)
	at := func(d string) int64 { return zone.Start(day(d)) }
	directory := accounts.NewDirectory([]accounts.Account{{ID: "acme", Name: "Acme", Owner: "wang", StandIn: "chen", Superior: "zhao"}})
	findings := []detector.Finding{
		{ID: "f", Kind: detector.FeedDead, Time: at("2026-06-02"), Source: "pbx", Since: day("2026-06-01")},
		{ID: "a", Kind: detector.Raised, Time: at("2026-06-10"), Account: "acme", Since: day("2026-06-01"), Risk: 3,
			Reasons: []detector.Reason{{Signal: "call", Side: detector.Theirs, Term: detector.Gap, From: 1, To: 12, Since: day("2026-05-29")}}},
		{ID: "f", Kind: detector.FeedBack, Time: at("2026-06-11"), Source: "pbx", Since: day("2026-06-01")},
		{ID: "n", Kind: detector.Neglected, Time: at("2026-06-12"), Account: "acme", Since: day("2026-06-01"),
			Reasons: []detector.Reason{{Signal: "visit", Side: detector.Ours, Term: detector.Norm, Window: 28, From: 3, Since: day("2026-05-15")}}},
		{ID: "late", Kind: detector.Raised, Time: at("2026-07-01"), Account: "acme"}, // after the end
	}
	routing := alerting.Routing{
		Channels: map[string]alerting.ChannelConfig{"wangs": {URL: "logger://"}, "bosses": {URL: "logger://"}, "ops": {URL: "logger://"}},
		Owners:   map[string][]string{"wang": {"wangs"}, "zhao": {"bosses"}}, Operator: []string{"ops"},
	}.WithDefaults()
	told, err := Deliver(t.Context(), routing, directory, zone, findings, time.Unix(0, at("2026-07-01")))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2026-06-02 feed_dead pbx operator (log) on 2026-06-02, operator (ops) on 2026-06-02",
		"2026-06-10 raised acme wang (log) on 2026-06-10, wang (wangs) on 2026-06-10, chen (log) on 2026-06-12",
		"2026-06-12 neglected acme zhao (bosses) on 2026-06-12, wang (log) on 2026-06-12, wang (wangs) on 2026-06-12, chen (log) on 2026-06-14",
	}
	var got []string
	for _, one := range told {
		got = append(got, fmt.Sprintf("%s %s %s%s %s", one.Day, one.Kind, one.Account, one.Source, deliveries(one.Sent)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !strings.HasPrefix(told[1].Title, "Acme is drifting away") {
		t.Errorf("title %q", told[1].Title)
	}
}
