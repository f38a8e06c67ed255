package assessment

import (
	"testing"

	"firstsign/detector/account"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/series"
	"firstsign/signals"
)

// begun is the judgement of an account, of which nothing was weighed yet, by the rules
// of a few signals.
func begun(a *account.Account) *Assessment {
	sources := feeds.NewSources()
	y := &Yardstick{Numbering: account.Numbering{Signals: &series.Table{Index: map[string]uint16{}}, Sources: &sources}}
	y.Signals.Apply([]series.Signal{{Name: "call"}, {Name: "mail", Side: series.ByDirection}, {Name: "mood", Kind: series.Score}})
	j := new(Assessment)
	j.Begin(y, a, 0)
	return j
}

// TestReasonOfAPerson: a reason that is one key contact's is told once, with
// the contact's name.
func TestReasonOfAPerson(t *testing.T) {
	a := account.New([]byte("acme"), 0, 0)
	a.Admit("li-wei")
	j := begun(a)
	j.reasons = []weighed{
		{key: series.Key{Signal: 0}, weight: 5, term: evidence.Term{Kind: evidence.Incident, Window: 7, To: 2, From: 0.1}},
		{key: series.Key{Signal: 0, Contact: 1}, weight: 4, term: evidence.Term{Kind: evidence.Incident, Window: 7, To: 2, From: 0.1}},
		{key: series.Key{Signal: 1}, weight: 3, term: evidence.Term{Kind: evidence.Drop, Window: 7, To: 2, From: 9}},
	}
	got := j.Reasons(1, 0)
	if len(got) != 2 || got[0].Contact != "li-wei" || got[1].Contact != "" {
		t.Errorf("reasons %+v", got)
	}
}

// Weak reasons stand only where there is nothing stronger, and then those that
// are at least half as strong as the strongest.
func TestReasonsOfAWeakAlert(t *testing.T) {
	for _, tt := range []struct {
		name    string
		weights []float64
		want    int
	}{
		{"strong", []float64{4, 1.6, 1.4, 0.3}, 2},
		{"one strong", []float64{1.5, 1.4}, 1},
		{"all a little", []float64{1.2, 0.3, 0.9, 0.61, 0.59}, 3},
		{"nothing", []float64{0, 0}, 0},
		{"none", nil, 0},
	} {
		j := begun(account.New([]byte("acme"), 0, 0))
		for i, w := range tt.weights {
			x := evidence.Term{Kind: evidence.Drop, Window: 28, From: 2, To: float64(i), Evidence: max(w, 0.1), Worth: w}
			j.reasons = append(j.reasons, weighed{key: series.Key{Signal: 0}, term: x, weight: w})
		}
		reasons := j.Reasons(1, 0)
		for i := range reasons {
			if i > 0 && reasons[i].Evidence > reasons[i-1].Evidence {
				t.Errorf("%s: not strongest first", tt.name)
			}
		}
		if len(reasons) != tt.want {
			t.Errorf("%s: %d reasons, want %d", tt.name, len(reasons), tt.want)
		}
	}
}

// Bad news of a day of which not all is known is no part of how rare it is, and is told.
func TestBadNewsOfABlindDayIsTold(t *testing.T) {
	const lo = signals.Day(20000)
	a := account.New([]byte("acme"), 0, lo)
	key := series.Key{Signal: 0}
	s := a.Take(key, series.Event, lo)
	for _, d := range []int{30, 50, 55} {
		s.Add(lo+signals.Day(d), 1)
	}
	j := begun(a)
	j.by.Today = &DayContext{Exposure: series.Exposure{Lo: lo, Known: ^uint64(1<<50 | 1<<30), BySignal: make([]series.Shape, 1)}}
	w := weighed{key: key, lo: lo, term: evidence.Term{Kind: evidence.Incident, Window: 7, Last: 55, To: 1, Unseen: true}}
	if x := j.reason(&w); x.To != 2 || x.Since != lo+50 || x.Unseen {
		t.Errorf("told %g since day %d, unseen %v; want 2 since day 50, and one before", x.To, x.Since-lo, x.Unseen)
	}
}
