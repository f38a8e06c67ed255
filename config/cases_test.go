package config

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/config/document"
	"firstsign/signals"
)

// casesOf reads a file of cases beside sound files and two accounts.
func casesOf(t *testing.T, text string) ([]Case, string) {
	t.Helper()
	c, err := parse(accountsYAMLFile, `accounts:
  - {id: acme, owner: wang, stand_in: chen, superior: zhao, grade: key, contacts: {li: Li Na}}
  - {id: beta, owner: wang}
`)
	if err != nil {
		t.Fatal(err)
	}
	d := &document.Document{Name: "a_test.yaml"}
	cases := c.cases(d, []byte(text))
	if err := d.Faults.Err(); err != nil {
		return nil, err.Error()
	}
	return cases, ""
}

// lines of a case that is sound; tests put others in their place.
var soundCase = []string{
	1: "cases:",
	2: "  - name: a case",
	3: "    start: 2026-01-05",
	4: "    end: 2026-06-30",
	5: "    habits:",
	6: "      - {account: acme, signal: call, source: pbx, contact: li, a_week: 5}",
	7: "    expect:",
	8: "      - {alert: acme, by: 2026-06-01}",
}

func with(line int, text string) string {
	lines := slices.Clone(soundCase)
	lines[line] = text
	return strings.Join(lines[1:], "\n") + "\n"
}

func TestCasesFaults(t *testing.T) {
	const at, expect = "a_test.yaml:", "a_test.yaml:8: cases[0].expect[0]"
	tests := []struct{ name, text, want string }{
		{"sound", with(1, soundCase[1]), ""},
		{"empty", "# nothing\n", at + "1: cases: at least one case is needed"},
		{"a list", "- a\n", at + "1: want a mapping (key: value), got a list"},
		{"unknown key", with(2, "  - name: a case\n    sead: 1"), at + `3: cases[0]: unknown key "sead" (did you mean "seed"?)`},
		{"wrong type", with(6, "      - {account: acme, signal: call, a_week: often}"), at + `6: cases[0].habits[0].a_week: want a number, got "often"`},
		{"no date", with(3, "    start: 5 January"), at + `3: cases[0].start: "5 January" is not a date such as 2026-02-17`},
		{"a date that is a list", with(3, "    start: [2026]"), at + "3: cases[0].start: want text, got a list"},
		{"no name", with(2, "  - seed: 1"), at + "2: cases[0]: a case needs a name"},
		{"no start", with(3, "    seed: 1"), at + "2: cases[0]: a case needs a day on which it has its start"},
		{"ends before it starts", with(4, "    end: 2026-01-05"), at + "4: cases[0].end: 2026-01-05 is not after the start, 2026-01-05\n" +
			at + "8: cases[0].expect[0].by: 2026-06-01 is outside"},
		{"ten years", with(4, "    end: 2036-01-05"), at + "4: cases[0].end: a case lasts 1100 days at most, this one 3652"},
		{"too many others", with(4, "    end: 2026-06-30\n    background: 501"), at + "5: cases[0].background: must be between 0 and 500 accounts"},
		{"an account of the background", with(4, "    end: 2026-06-30\n    background: 1\n    accounts: [{id: background-01}]"),
			at + `5: cases[0].background: account "background-01" is one of the background: call yours otherwise`},
		{"nothing happens", with(6, ""), at + "2: cases[0]: nothing happens: give habits or events\n" + expect + `.alert: nothing happens with account "acme"`},
		{"a broken account", with(4, "    end: 2026-06-30\n    accounts: [{id: x, grade: gold}]"), at + "5: grade "},
		{"only accounts that are not there", with(4, "    end: 2026-06-30\n    only_these_accounts: true"), at + "5: cases[0].only_these_accounts: the case gives no accounts"},
		{"an account that is left out", with(4, "    end: 2026-06-30\n    only_these_accounts: true\n    accounts: [{id: x}]"), at + `8: cases[0].habits[0].account: no account is called "acme"`},

		{"no account", with(6, "      - {signal: call, a_week: 5}"), at + "6: cases[0].habits[0].account: an account is needed\n" + expect + `.alert: nothing happens with account "acme"`},
		{"unknown account", with(6, "      - {account: acne, signal: call, a_week: 5}"), at + `6: cases[0].habits[0].account: no account is called "acne": the configuration and the case know none (did you mean "acme"?)` + "\n" + expect + `.alert: nothing happens with account "acme"`},
		{"unknown signal", with(6, "      - {account: acme, signal: calls, a_week: 5}"), at + `6: cases[0].habits[0].signal: no signal is called "calls" (did you mean "call"?)`},
		{"unknown contact", with(6, "      - {account: acme, signal: call, contact: lo, a_week: 5}"), at + `6: cases[0].habits[0].contact: account "acme" has no contact "lo" (did you mean "li"?)`},
		{"never", with(6, "      - {account: acme, signal: call}"), at + "6: cases[0].habits[0].a_week: how often in a week must be above 0 and at most 700"},
		{"outside", with(6, "      - {account: acme, signal: call, a_week: 1, until: 2026-07-01}"), at + "6: cases[0].habits[0].until: 2026-07-01 is outside of the case, which lasts from 2026-01-05 to 2026-06-30"},
		{"ends before it begins", with(6, "      - {account: acme, signal: call, a_week: 1, from: 2026-03-02, until: 2026-03-01}"), at + "6: cases[0].habits[0].until: 2026-03-01 is before from, 2026-03-02"},
		{"an event at no time", with(5, "    events: [{account: acme, signal: call}]\n    habits:"), at + "5: cases[0].events[0]: an event needs the day that it is on"},
		{"an event afterwards", with(5, "    events: [{account: acme, signal: call, on: 2026-07-01}]\n    habits:"), at + "5: cases[0].events[0].on: 2026-07-01 is outside"},
		{"a feed of nobody", with(5, "    dead_feeds: [{source: erp, from: 2026-03-01, until: 2026-03-02}]\n    habits:"), at + `5: cases[0].dead_feeds[0].source: nothing comes from source "erp"`},
		{"a feed that is dead for ever", with(5, "    dead_feeds: [{source: pbx, from: 2026-03-01}]\n    habits:"), at + "5: cases[0].dead_feeds[0]: from and until are needed: the first and the last day"},
		{"a pause by half", with(5, "    pauses: [{until: 2026-03-01}]\n    habits:"), at + "5: cases[0].pauses[0]: from and until are needed: the first and the last day"},

		{"nothing expected", with(8, ""), at + "2: cases[0]: nothing is expected: such a case proves nothing"},
		{"of nobody", with(8, "      - {by: 2026-06-01}"), expect + ": give one of alert, neglect, feed, no_alert, no_neglect and no_feed"},
		{"of two", with(8, "      - {alert: acme, no_alert: beta}"), expect + ": give one of alert, neglect, feed, no_alert, no_neglect and no_feed"},
		{"of one who does nothing", with(8, "      - {alert: beta}"), expect + `.alert: nothing happens with account "beta" in this case`},
		{"of one who does nothing, and no alert", with(8, "      - {no_alert: beta}"), expect + `.no_alert: nothing happens with account "beta" in this case`},
		{"of anybody", with(8, "      - {alert: anybody}"), expect + `.alert: nothing happens with account "anybody" in this case`},
		{"of a feed that is not there", with(8, "      - {feed: pdx}"), expect + `.feed: nothing comes from source "pdx" in this case (did you mean "pbx"?)`},
		{"outside of it", with(8, "      - {alert: acme, by: 2027-01-01}"), expect + ".by: 2027-01-01 is outside of the case, which lasts from 2026-01-05 to 2026-06-30"},
		{"too early and too late", with(8, "      - {alert: acme, by: 2026-05-01, not_before: 2026-05-02}"), expect + ".by: 2026-05-01 is before not_before, 2026-05-02"},
		{"a key of another", with(8, "      - {no_alert: acme, by: 2026-05-01}"), expect + ".by: does not go with no_alert, but from, until do"},
		{"a verdict on a feed", with(8, "      - {feed: pbx, verdict: defection}"), expect + ".verdict: does not go with feed, but by, not_before, kind, severity, to, channel do"},
		{"a kind of another", with(8, "      - {alert: acme, kind: neglected}"), expect + `.kind: "neglected" is none of raised, raised_again`},
		{"unknown verdict", with(8, "      - {alert: acme, verdict: defect}"), expect + `.verdict: "defect" is none of defection, downturn, early_defection`},
		{"unknown grade", with(8, "      - {alert: acme, grade: gold}"), expect + `.grade: "gold" is none of key,`},
		{"unknown severity", with(8, "      - {alert: acme, severity: critic}"), expect + `.severity: "critic" is none of warning, critical (did you mean "critical"?)`},
		{"unknown channel", with(8, "      - {alert: acme, channel: mial}"), expect + `.channel: "mial" is none of mail, log (did you mean "mail"?)`},
		{"unknown person", with(8, "      - {alert: acme, to: wong}"), expect + `.to: "wong" is not the operator, and owner, stand-in or superior of no account (did you mean "wang"?)`},
		{"because of nothing", with(8, "      - {alert: acme, because: [{}]}"), expect + ".because[0]: give one of signal, contact, term and rule"},
		{"unknown term", with(8, "      - {alert: acme, because: [{term: gaps}]}"), expect + `.because[0].term: "gaps" is none of`},
		{"unknown signal as a reason", with(8, "      - {alert: acme, because: [{signal: cal}]}"), expect + `.because[0].signal: no signal is called "cal"`},
		{"contact of any kind", with(8, "      - {alert: acme, because: [{signal: contact}]}"), ""},
		{"unknown rule", with(8, "      - {alert: acme, because: [{rule: x}]}"), expect + `.because[0].rule: "x" does not exist, there are none`},
		{"unknown person as a reason", with(8, "      - {alert: acme, because: [{contact: wu}]}"), expect + `.because[0].contact: account "acme" has no contact "wu"`},

		{"all at once", with(6, "      - {account: acme, signal: cal, a_week: 0}\n      - {account: x, signal: call, a_week: 1}"),
			at + "6: cases[0].habits[0].a_week: how often in a week must be above 0 and at most 700\n" +
				at + "6: cases[0].habits[0].signal: no signal is called \"cal\" (did you mean \"call\"?)\n" +
				at + "7: cases[0].habits[1].account: no account is called \"x\": the configuration and the case know none"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, got := casesOf(t, test.text)
			for want := range strings.SplitSeq(test.want, "\n") {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
			if lines, want := strings.Count(got, "\n"), strings.Count(test.want, "\n"); (got == "") != (test.want == "") || lines != want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	_, got := casesOf(t, with(8, "      - {alert: acme}")+"  - {name: a case, start: 2026-01-05, end: 2026-06-30}\n")
	if !strings.Contains(got, `a_test.yaml:9: cases[1].name: case "a case" is already on line 2`) {
		t.Error(got)
	}
}

// A case has its accounts and those of the configuration, and of one that both
// have its own.
func TestCaseAccounts(t *testing.T) {
	const own = "    end: 2026-06-30\n    background: 2\n    accounts: [{id: acme, grade: marginal, contacts: {li: Li Na}}, {id: gamma}]"
	ids := func(text string) string {
		cases, faults := casesOf(t, text)
		if faults != "" {
			t.Fatal(faults)
		}
		var list []string
		for a := range cases[0].Config.Accounts.All() {
			list = append(list, a.ID+" "+string(a.Grade))
		}
		return strings.Join(list, ", ")
	}
	if got, want := ids(with(4, own)), "acme marginal, background-01 ordinary, background-02 ordinary, beta ordinary, gamma ordinary"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got, want := ids(with(4, own+"\n    only_these_accounts: true")), "acme marginal, background-01 ordinary, background-02 ordinary, gamma ordinary"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	cases, _ := casesOf(t, with(4, own))
	if k := &cases[0]; k.File != "a_test.yaml" || k.Line != 2 || k.Expect[0].File != "a_test.yaml" || k.Expect[0].Line != 10 {
		t.Errorf("the case stands at %s:%d, its expectation at %s:%d", k.File, k.Line, k.Expect[0].File, k.Expect[0].Line)
	}
}

// Where there is no file of accounts, everybody counts, in a case as well. Persons
// who are known by pseudonyms go by their own names in it.
func TestCasePeople(t *testing.T) {
	c, err := parse(serviceFile, sound[serviceFile])
	if err != nil {
		t.Fatal(err)
	}
	d := &document.Document{Name: "a_test.yaml"}
	cases := c.cases(d, []byte(with(4, "    end: 2026-06-30\n    background: 2")))
	if len(d.Faults) > 0 || cases[0].Config.Accounts != nil {
		t.Errorf("accounts %v, faults %v", cases[0].Config.Accounts, d.Faults)
	}

	c.Pseudonyms = signals.NewPseudonyms([]byte("0123456789abcdef0123456789abcdef"))
	c.UseAccounts(accounts.NewDirectory([]accounts.Account{{ID: "acme", Contacts: []accounts.Contact{{ID: "li"}}}}))
	cases = c.cases(d, []byte(with(8, "      - {alert: acme, because: [{contact: li}]}")))
	if len(d.Faults) > 0 || cases[0].Expect[0].Because[0].Contact != c.Pseudonyms.Of("li") {
		t.Errorf("because of %q, faults %v", cases[0].Expect[0].Because[0].Contact, d.Faults)
	}
}

// FuzzCases: whatever a file of cases holds, there are faults on its lines, or
// cases whose history lies within their days.
func FuzzCases(f *testing.F) {
	f.Add(with(1, soundCase[1]))
	if text, err := os.ReadFile("example/story_test.yaml"); err == nil {
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse(accountsYAMLFile, "accounts: [{id: acme, owner: wang, contacts: {li: Li Na}}, {id: sample}]\n")
		if err != nil {
			t.Fatal(err)
		}
		d := &document.Document{Name: "a_test.yaml"}
		cases := c.cases(d, []byte(text))
		for _, fault := range d.Faults {
			if fault.File != d.Name || fault.Line < 1 || fault.Line > 1+countLines(text) || fault.Text == "" {
				t.Fatalf("%+v is outside of the file", fault)
			}
		}
		if len(d.Faults) > 0 {
			return
		}
		for i := range cases {
			k := &cases[i].Script
			if len(k.Habits) > 10 || k.Background > 50 {
				continue // it is only slow
			}
			history := k.History(time.UTC)
			zone, last := signals.NewZone(time.UTC), int64(0)
			for line, err := history.Next(); err == nil; line, err = history.Next() {
				at := line.Interaction.Time
				if day := zone.Day(at); at < last || day < k.Start || day > k.End {
					t.Fatalf("%s, after %d, in a case from %s to %s", line.Value, last, k.Start, k.End)
				}
				last = at
			}
		}
	})
}
