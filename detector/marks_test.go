package detector

import (
	"bytes"
	"slices"
	"testing"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// filed is an account that is in touch every day, while the files say one thing
// after another: each directory is in force from its day's close on.
func filed(t *testing.T, days int, files map[int]accounts.Account) (*Engine, []finding.Finding) {
	t.Helper()
	rules := testRules()
	set := func(a accounts.Account) *Rules {
		r := *rules
		a.ID = "acme"
		r.Accounts = accounts.NewDirectory([]accounts.Account{a})
		return &r
	}
	e := NewEngine(0, 1, set(files[0]))
	apply := func(l *written) {
		for i := range l.records {
			l.records[i].Offset = e.Next()
			if reject := e.Apply(&l.records[i]); reject != nil {
				t.Fatal(reject)
			}
		}
	}
	for d := range days {
		var l written
		l.tick(at(d, 0))
		l.event(at(d, 9), "acme", "call", "contact", "li-wei")
		apply(&l)
		if a, ok := files[d]; ok && d > 0 {
			e.SetRules(set(a))
		}
	}
	return e, findingsOf(t, e)
}

func filedContact(stance accounts.Stance, power int) accounts.Account {
	return accounts.Account{Contacts: []accounts.Contact{{ID: "li-wei", Stance: stance, Power: power}}}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after accounts.Account
		raises        bool
		want          finding.Reason // without Since
	}{
		{"a demotion", accounts.Account{Rank: accounts.Strategic}, accounts.Account{Rank: accounts.Partner}, true,
			finding.Reason{Signal: relations.RankMark, Side: series.Theirs, Term: evidence.Mark, From: 4, To: 3}},
		{"a promotion", accounts.Account{Rank: accounts.General}, accounts.Account{Rank: accounts.Main}, false,
			finding.Reason{Signal: relations.RankMark, Side: series.Theirs, Term: evidence.Mark, From: 1, To: 2}},
		{"a rank that is known now", accounts.Account{Owner: "anna"}, accounts.Account{Owner: "anna", Rank: accounts.General}, false, finding.Reason{}},
		{"a rank that is not known any more", accounts.Account{Rank: accounts.Main}, accounts.Account{}, false, finding.Reason{}},
		{"another owner", accounts.Account{Owner: "anna"}, accounts.Account{Owner: "bert"}, false,
			finding.Reason{Signal: relations.OwnerMark, Side: series.Ours, Term: evidence.Mark}},
		{"a person with power turns away", filedContact(accounts.Supporter, 3), filedContact(accounts.Leaning, 3), true,
			finding.Reason{Signal: relations.StanceMark, Contact: "li-wei", Side: series.Theirs, Term: evidence.Mark, From: 4, To: 1}},
		{"one without power does", filedContact(accounts.Supporter, 2), filedContact(accounts.Opponent, 2), false,
			finding.Reason{Signal: relations.StanceMark, Contact: "li-wei", Side: series.Theirs, Term: evidence.Mark, From: 4, To: 2}},
		{"one is won over", filedContact(accounts.Neutral, 5), filedContact(accounts.Supporter, 5), false,
			finding.Reason{Signal: relations.StanceMark, Contact: "li-wei", Side: series.Theirs, Term: evidence.Mark, From: 3, To: 4}},
		{"a person is listed", accounts.Account{Rank: accounts.Main}, func() accounts.Account {
			a := filedContact(accounts.Opponent, 5)
			a.Rank = accounts.Main
			return a
		}(), false, finding.Reason{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, found := filed(t, 80, map[int]accounts.Account{0: c.before, 20: c.after})
			if got := len(ofKind(found, finding.Raised)) > 0; got != c.raises {
				t.Fatalf("raised %v: %+v", got, found)
			}
			if c.raises {
				f := found[0]
				if f.Since != dayN(20) || len(f.Reasons) == 0 || len(ofKind(found, finding.Raised)) != 1 {
					t.Fatalf("%+v", found)
				}
				closed := ofKind(found, finding.Closed)
				if len(closed) != 1 || closed[0].Time != at(20+relations.MarkHolds+episodes.QuietDays, 0).UnixNano() {
					t.Errorf("closed %+v", closed)
				}
				c.want.Since = dayN(20)
				if f.Reasons[0] != c.want {
					t.Errorf("reason %+v, want %+v", f.Reasons[0], c.want)
				}
			}
			// Until 56 days after, it is shown.
			x, _ := filed(t, 60, map[int]accounts.Account{0: c.before, 20: c.after})
			is, _ := x.Inspect("acme", 0)
			switch want := c.want; {
			case want.Signal == "" && len(is.Marks) > 0:
				t.Errorf("marks %+v", is.Marks)
			case want.Signal != "":
				if want.Since = dayN(20); !slices.Equal(is.Marks, []finding.Reason{want}) {
					t.Errorf("marks %+v, want %+v", is.Marks, want)
				}
			}
			if is, _ := e.Inspect("acme", 0); len(is.Marks) > 0 {
				t.Errorf("still shown after %d days: %+v", 79-20, is.Marks)
			}
			// What is read back is written the same.
			w, v := &series.Writer{}, &series.Writer{}
			x.yardstick.Encode(w, x.index.of("acme"))
			fresh := NewEngine(0, 1, x.rules)
			if err := fresh.RestoreAccount(AccountState{ID: "acme", State: w.Bytes}); err != nil {
				t.Fatal(err)
			}
			if fresh.yardstick.Encode(v, fresh.index.of("acme")); !bytes.Equal(w.Bytes, v.Bytes) {
				t.Error("differs when read back")
			}
		})
	}
}

// A second demotion within an episode is told again, once.
func TestMarksAreToldOnce(t *testing.T) {
	_, found := filed(t, 60, map[int]accounts.Account{0: {Rank: accounts.Strategic}, 20: {Rank: accounts.Partner}, 30: {Rank: accounts.General}})
	var kinds []finding.Kind
	var days []signals.Day
	for _, f := range found {
		kinds, days = append(kinds, f.Kind), append(days, f.Reasons[0].Since)
	}
	if !slices.Equal(kinds, []finding.Kind{finding.Raised, finding.RaisedAgain}) || days[0] != dayN(20) {
		t.Errorf("%v %v", kinds, days)
	}
}

// An interaction that tells of a person's leaving is shown beside what is raised.
func TestToldOfLeaving(t *testing.T) {
	rules := testRules()
	rules.Signals = append(rules.Signals, series.Signal{Name: ContactLeft, Kind: series.Event, PerContact: true, Weight: new(0.0)})
	rules.Accounts = accounts.NewDirectory([]accounts.Account{{ID: "acme", Contacts: []accounts.Contact{{ID: "li-wei", Key: true}}}})
	var l written
	l.tick(at(0, 0))
	l.event(at(0, 9), "acme", ContactLeft, "contact", "li-wei")
	l.event(at(0, 9), "acme", ContactLeft, "contact", "somebody")
	l.tick(at(1, 3))
	e, found := run(t, rules, &l)
	is, _ := e.Inspect("acme", 0)
	if len(found) > 0 || len(is.Marks) != 1 || is.Marks[0].Contact != "li-wei" || is.Marks[0].Since != dayN(0) {
		t.Errorf("%+v %+v", found, is.Marks)
	}
}
