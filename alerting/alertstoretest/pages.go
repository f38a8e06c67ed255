package alertstoretest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
)

// pageFilters are filters of every field, alone and together.
func pageFilters() []alerting.Filter {
	return []alerting.Filter{
		{}, {Living: true}, {State: alerting.Open}, {State: alerting.Closed}, {State: alerting.Closed, Living: true},
		{Severity: alerting.Critical}, {Kinds: []detector.FindingKind{detector.Raised, detector.RaisedAgain}},
		{Answered: true}, {Answered: true, State: alerting.Snoozed}, {Answered: true, State: alerting.Open}, {Answered: true, State: alerting.Closed}, {Answered: true, Owner: "anna", Account: "acme 客户"},
		{Kinds: []detector.FindingKind{detector.Neglected}, Living: true, Severity: alerting.Warning},
		{Owner: "anna"}, {Owner: "anna", State: alerting.Snoozed}, {Owner: "nobody"}, {Account: "acme 客户"},
		{Account: "acme 客户", Owner: "bert"}, {Concerns: "carl"}, {Concerns: "anna", Living: true}, {Concerns: "carl", Owner: "bert"},
		{Accounts: map[string]bool{"bolt": true, "": true}}, {Accounts: map[string]bool{"acme 客户": true, "nobody": true}, State: alerting.Open}, {Accounts: map[string]bool{}},
		{Accounts: map[string]bool{"bolt": true}, Owner: "anna"}, {Accounts: map[string]bool{"emil": true}, Concerns: "carl", Living: true}, {Accounts: map[string]bool{"bolt": true}, Account: "emil"},
		{Accounts: map[string]bool{"emil": true, "": true}, ClosedSince: noon},
		{Assignee: "bert"}, {Assignee: "anna", Living: true}, {Assignee: "bert", Owner: "anna"}, {Assignee: "bert", Accounts: map[string]bool{"bolt": true, "emil": true}}, {Assignee: "nobody"},
		{ClosedSince: noon}, {ClosedSince: noon.Add(time.Hour), Owner: "anna"},
	}
}

// anyAlert makes an alert whose fields repeat, ids included.
func anyAlert(r *rand.Rand, id string) *alerting.Alert {
	a := alert(id, noon.Add(time.Duration(r.IntN(100))*time.Minute))
	a.Account = []string{"acme 客户", "bolt", "emil", ""}[r.IntN(4)]
	vary(r, a)
	return a
}

// vary changes an alert as findings, answers and deliveries do.
func vary(r *rand.Rand, a *alerting.Alert) {
	a.Owner = []string{"anna", "bert", ""}[r.IntN(3)]
	a.Assignee = []string{"anna", "bert", ""}[r.IntN(3)]
	a.State, a.Closed = alerting.States[r.IntN(len(alerting.States))], nil
	a.Severity = alerting.Severities[r.IntN(2)]
	a.Kind = detector.FindingKinds[r.IntN(len(detector.FindingKinds))]
	a.AtRisk, a.Worth, a.Risk = float64(r.IntN(3)), float64(r.IntN(3))*1.5e6, r.Float64()
	if a.State == alerting.Closed {
		a.Updated = noon.Add(time.Duration(r.IntN(200)) * time.Minute)
		a.Closed = &a.Updated
	}
	if r.IntN(3) == 0 {
		a.History[0].Sent = append(a.History[0].Sent, alerting.Sent{Channel: "mail", To: "carl", Role: []alerting.Role{alerting.StandIn, alerting.Superior}[r.IntN(2)]})
	}
}

// checkPages compares every page of every filter with a look at all alerts.
func checkPages(t *testing.T, store alerting.AlertStore, all []*alerting.Alert, size int) {
	t.Helper()
	for _, f := range pageFilters() {
		var want, got []string
		for _, a := range alerting.MostAtRisk(slices.Clone(all)) {
			if f.Passes(a) {
				want = append(want, a.ID)
			}
		}
		after := alerting.Cursor("")
		for {
			p, err := store.Page(t.Context(), f, after, size)
			if err != nil {
				t.Fatalf("%+v: %v", f, err)
			}
			if p.Total != len(want) || len(p.Alerts) > size || p.Next != "" && len(p.Alerts) < size {
				t.Fatalf("%+v after %q: %d alerts on a page of %d, total %d of %d, next %q", f, after, len(p.Alerts), size, p.Total, len(want), p.Next)
			}
			for _, a := range p.Alerts {
				got = append(got, a.ID)
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v: %q\nwant %q", f, got, want)
		}
		if p, err := store.Page(t.Context(), f, "", 0); err != nil || p.Total != len(want) || len(p.Alerts) != 0 {
			t.Fatalf("%+v: counted %d, %v; want %d", f, p.Total, err, len(want))
		}
	}
}

func pagesInOrder(t *testing.T, store alerting.AlertStore) {
	r := rand.New(rand.NewPCG(1, 2))
	checkPages(t, store, nil, 5)
	var all []*alerting.Alert
	for i := range 40 {
		all = append(all, anyAlert(r, fmt.Sprintf("%d 一 *oa", i)))
	}
	mustPut(t, store, all...)
	for _, size := range []int{9, 1000} {
		checkPages(t, store, all, size)
	}
	n := 0
	for a, err := range alerting.All(t.Context(), store, alerting.Filter{Living: true}) {
		if err != nil || a.State == alerting.Closed {
			t.Fatal(a, err)
		}
		n++
	}
	if p, err := store.Page(t.Context(), alerting.Filter{Living: true}, "", 1); err != nil || n != p.Total {
		t.Errorf("%d of %d alerts, %v", n, p.Total, err)
	}
	for _, wrong := range []alerting.Cursor{"x", "0", "1abc", "0!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!a"} {
		if _, err := store.Page(t.Context(), alerting.Filter{}, wrong, 5); !errors.Is(err, alerting.ErrCursor) {
			t.Errorf("cursor %q: %v", wrong, err)
		}
	}
}

func pagesFollow(t *testing.T, store alerting.AlertStore) {
	r := rand.New(rand.NewPCG(3, 4))
	var all []*alerting.Alert
	for i := range 40 {
		all = append(all, anyAlert(r, fmt.Sprint("alert-", i)))
	}
	mustPut(t, store, all...)
	for range 4 {
		for _, a := range all {
			if r.IntN(2) == 0 {
				vary(r, a)
				mustPut(t, store, a)
			}
		}
		checkPages(t, store, all, 6)
	}
	if _, err := store.Expire(t.Context(), noon.Add(100*time.Minute)); err != nil {
		t.Fatal(err)
	}
	left := slices.DeleteFunc(all, func(a *alerting.Alert) bool {
		return a.State == alerting.Closed && !a.Unfinished() && a.Closed.Before(noon.Add(100*time.Minute))
	})
	checkPages(t, store, left, 6)
}
