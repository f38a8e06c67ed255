package detector

import (
	"math"
	"math/rand/v2"
	"testing"

	"firstsign/detector/feeds"
	"firstsign/detector/series"
	"firstsign/detector/survey"
)

// A survey of the stored state tells which accounts live on a dead source alone, and what each
// does; the sources are told with their usual pauses.
func TestSurvey(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var l written
	l.tick(at(0, 0))
	for d := range 120 {
		l.crowd(rng, d, 60, 0.6, "pbx")
		if d < 110 {
			for i := range 40 {
				l.event(at(d, 9), "mailer-"+string(rune('A'+i)), "mail", "source", "smtp", "direction", "inbound")
			}
		}
		if d < 110 && d%7 == 0 {
			l.event(at(d, 10), "crowd-1", "mail", "source", "smtp", "direction", "inbound")
		}
		l.tick(at(d+1, 0))
	}
	e, _ := run(t, testRules(), &l)

	list, closed, ok := InspectFeeds(e)
	if !ok || closed != dayN(119) || len(list) != 2 {
		t.Fatalf("%+v up to %s, %v", list, closed, ok)
	}
	pbx, smtp := list[0], list[1]
	if pbx.Source != "pbx" || pbx.State != feeds.Alive || pbx.Last != dayN(119) || pbx.Gap != 1 || pbx.Longest != 3 || pbx.Since != 0 {
		t.Errorf("%+v", pbx)
	}
	if smtp.Source != "smtp" || smtp.State != feeds.Dead || smtp.Since != dayN(110) || smtp.Last != dayN(109) || smtp.Longest != 1 {
		t.Errorf("%+v", smtp)
	}

	counted := survey.New()
	for _, a := range e.accounts {
		var w series.Writer
		e.yardstick.Encode(&w, a)
		if err := Survey(e, AccountState{ID: a.ID, State: w.Bytes}, counted); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(counted.Accounts); n != 100 {
		t.Errorf("%d accounts", n)
	}
	if r := counted.Sources["smtp"]; r.Accounts != 41 || r.Alone != 40 {
		t.Errorf("smtp: %+v", r)
	}
	if r := counted.Sources["pbx"]; r.Accounts != 60 || r.Alone != 59 {
		t.Errorf("pbx: %+v", r)
	}
	if f := counted.Flows[survey.Flow{Source: "smtp", Signal: "mail"}]; f.Accounts != 41 || f.Last != dayN(109) || f.Gap() != 1 {
		t.Errorf("%+v", f)
	}
	for i := range counted.Accounts {
		a := &counted.Accounts[i]
		switch blind := a.ID[:6] == "mailer"; {
		case a.Blind != blind:
			t.Errorf("%+v", a)
		case blind && (math.Abs(a.PerWeek()-7) > 1 || a.Known != 120):
			t.Errorf("a mail a day is %g a week, of %d days", a.PerWeek(), a.Known)
		case a.ID == "crowd-1" && len(a.Rates) != 2:
			t.Errorf("%+v", a)
		}
	}
}
