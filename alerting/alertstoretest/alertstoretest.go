// Package alertstoretest answers: does an AlertStore keep alerts as the contract says?
package alertstoretest

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"firstsign/alerting"
	"firstsign/detector"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Run checks an AlertStore; open returns an empty one.
func Run(t *testing.T, open func(t *testing.T) alerting.AlertStore) {
	for name, check := range map[string]func(*testing.T, alerting.AlertStore){
		"an alert comes back as it was":              comesBack,
		"what is got belongs to the caller":          belongsToCaller,
		"a put on another version is refused":        refusesOld,
		"the same put again is a success":            takesRepeat,
		"the first put needs version 0":              firstPut,
		"racing updates are all kept":                races,
		"list filters, newest first":                 lists,
		"a reader is told what has changed":          follows,
		"several alerts in one call":                 several,
		"only what is over and told of expires":      expires,
		"more than one page":                         pages,
		"pages hold what passes, most at risk first": pagesInOrder,
		"pages follow every change":                  pagesFollow,
		"partitions catch up and fall behind":        catchesUp,
		"a finding enters once":                      entersOnce,
		"who is erased is in no alert":               scrubs,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func alert(id string, at time.Time) *alerting.Alert {
	return &alerting.Alert{
		ID: id, Account: "acme", State: alerting.Open, Severity: alerting.Warning, Kind: detector.Raised,
		Raised: at, Updated: at,
		History: []alerting.Event{{Kind: detector.Raised, Time: at, Delivery: alerting.ByMessage}},
	}
}

func end(a *alerting.Alert, at time.Time, told bool) *alerting.Alert {
	a.State, a.Closed, a.Updated, a.History[0].Delivered = alerting.Closed, &at, at, told
	return a
}

func mustPut(t *testing.T, store alerting.AlertStore, alerts ...*alerting.Alert) {
	t.Helper()
	for _, a := range alerts {
		if err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
}

func get(t *testing.T, store alerting.AlertStore, id string) *alerting.Alert {
	t.Helper()
	a, err := store.Get(t.Context(), id)
	if err != nil {
		t.Fatalf("get %s: %v", id, err)
	}
	return a
}

func comesBack(t *testing.T, store alerting.AlertStore) {
	if _, err := store.Get(t.Context(), "a"); !errors.Is(err, alerting.ErrNoAlert) {
		t.Errorf("Get of an empty store: %v", err)
	}
	a := end(alert("a", noon.Add(123)), noon.Add(time.Hour), true)
	a.Reasons = []detector.Reason{{Signal: "电话", Contact: "李伟 \"<&>\n", From: 3.25, To: 1e-9, Since: -3}}
	a.History[0].Sent = []alerting.Sent{{Channel: "mail", To: "anna", At: noon}}
	mustPut(t, store, a)
	if a.Version != 1 {
		t.Errorf("version %d after the first put, want 1", a.Version)
	}
	if got := get(t, store, "a"); !reflect.DeepEqual(got, a) {
		t.Errorf("got %+v\nwant %+v", got, a)
	}
}

func belongsToCaller(t *testing.T, store alerting.AlertStore) {
	mustPut(t, store, alert("a", noon))
	got := get(t, store, "a")
	got.History[0].Delivered = true
	if get(t, store, "a").History[0].Delivered {
		t.Error("changing what Get returned changed the store")
	}
}

func refusesOld(t *testing.T, store alerting.AlertStore) {
	mustPut(t, store, alert("a", noon))
	one, two := get(t, store, "a"), get(t, store, "a")
	one.Name = "one"
	mustPut(t, store, one)
	two.Name = "two"
	if err := store.Put(t.Context(), two); !errors.Is(err, alerting.ErrChanged) {
		t.Errorf("a put on an old version: %v", err)
	}
	if two.Version != 1 || get(t, store, "a").Name != "one" {
		t.Error("a refused put changed something")
	}
}

func takesRepeat(t *testing.T, store alerting.AlertStore) {
	mustPut(t, store, alert("a", noon))
	a := get(t, store, "a")
	a.Name = "new"
	again := *a
	mustPut(t, store, a, &again)
	if again.Version != 2 || get(t, store, "a").Version != 2 {
		t.Errorf("versions %d and %d after a repeat, want 2", again.Version, get(t, store, "a").Version)
	}
}

func firstPut(t *testing.T, store alerting.AlertStore) {
	a := alert("a", noon)
	a.Version = 7
	if err := store.Put(t.Context(), a); !errors.Is(err, alerting.ErrChanged) {
		t.Errorf("a put of version 7 into an empty store: %v", err)
	}
	mustPut(t, store, alert("a", noon))
	other := alert("a", noon.Add(1))
	if err := store.Put(t.Context(), other); !errors.Is(err, alerting.ErrChanged) {
		t.Errorf("a second first put: %v", err)
	}
}

func races(t *testing.T, store alerting.AlertStore) {
	mustPut(t, store, alert("a", noon))
	const writers, each = 4, 5
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				_, err := alerting.Update(t.Context(), store, "a", func(a *alerting.Alert) bool {
					a.History[0].Sent = append(a.History[0].Sent, alerting.Sent{Channel: fmt.Sprint(w, i)})
					return true
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	a := get(t, store, "a")
	if len(a.History[0].Sent) != writers*each || a.Version != 1+writers*each {
		t.Errorf("%d of %d updates kept, version %d", len(a.History[0].Sent), writers*each, a.Version)
	}
}

func ids(alerts []*alerting.Alert) string {
	s := ""
	for _, a := range alerts {
		s += a.ID
	}
	return s
}

func lists(t *testing.T, store alerting.AlertStore) {
	other := alert("d", noon.Add(3*time.Hour))
	other.Account = "bolt"
	taken := alert("e", noon.Add(-time.Hour))
	taken.Account, taken.State = "emil", alerting.Acknowledged
	mustPut(t, store, alert("b", noon), alert("a", noon), end(alert("c", noon.Add(time.Hour)), noon, true), other, taken)
	for _, c := range []struct {
		filter alerting.Filter
		want   string
	}{
		{alerting.Filter{}, "dcabe"},
		{alerting.Filter{State: alerting.Open}, "dab"},
		{alerting.Filter{State: alerting.Closed}, "c"},
		{alerting.Filter{Account: "acme"}, "cab"},
		{alerting.Filter{State: alerting.Open, Account: "acme", Max: 1}, "a"},
		{alerting.Filter{Account: "nobody"}, ""},
		{alerting.Filter{State: alerting.Acknowledged}, "e"},
		{alerting.Filter{Living: true}, "dabe"},
		{alerting.Filter{ClosedSince: noon}, "c"},
		{alerting.Filter{ClosedSince: noon, Account: "bolt"}, ""},
		{alerting.Filter{ClosedSince: noon.Add(time.Second)}, ""},
		{alerting.Filter{ClosedSince: noon, Account: "acme"}, "c"},
		{alerting.Filter{Account: "acm"}, ""},
	} {
		got, err := store.List(t.Context(), c.filter)
		if err != nil || ids(got) != c.want {
			t.Errorf("%+v: %q, %v; want %q", c.filter, ids(got), err, c.want)
		}
	}
	reopened := get(t, store, "c")
	reopened.State, reopened.Closed = alerting.Open, nil
	mustPut(t, store, reopened)
	if got, err := store.List(t.Context(), alerting.Filter{State: alerting.Open}); err != nil || ids(got) != "dcab" {
		t.Errorf("after c opened again: %q, %v", ids(got), err)
	}
}

// followed is what a reader was told last of each alert that it has to know.
type followed struct {
	follower alerting.Follower
	alerts   map[string]*alerting.Alert
	restarts int
	told     []string
}

func follow(store alerting.AlertStore) *followed {
	return &followed{follower: store.Follow(), alerts: map[string]*alerting.Alert{}}
}

func (f *followed) next(t *testing.T) {
	t.Helper()
	f.told = nil
	err := f.follower.Next(t.Context(), func() { clear(f.alerts); f.restarts++ }, func(a *alerting.Alert) {
		f.told = append(f.told, a.ID)
		if a.State == alerting.Closed && !a.Unfinished() {
			delete(f.alerts, a.ID)
		} else {
			f.alerts[a.ID] = a
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (f *followed) check(t *testing.T, want, told string) {
	t.Helper()
	f.next(t)
	got := slices.Sorted(maps.Keys(f.alerts))
	slices.Sort(f.told)
	if strings.Join(got, "") != want || strings.Join(f.told, "") != told || f.restarts != 1 {
		t.Errorf("known %q, want %q; told %q, want %q; %d restarts", got, want, f.told, told, f.restarts)
	}
}

func follows(t *testing.T, store alerting.AlertStore) {
	silent := alert("s", noon)
	silent.History[0].Delivery = alerting.Silently
	mustPut(t, store, alert("b", noon.Add(time.Hour)), alert("a", noon), silent, end(alert("c", noon), noon.Add(2*time.Hour), false),
		end(alert("over", noon), noon.Add(time.Hour), true))
	f := follow(store)
	f.check(t, "abcs", "abcs")
	f.check(t, "abcs", "")
	a, c := get(t, store, "a"), get(t, store, "c")
	a.Name, c.History[0].Delivered = "new", true
	mustPut(t, store, a, c, alert("d", noon))
	f.check(t, "abds", "acd")
	if f.alerts["a"].Name != "new" {
		t.Error("an older version of a was handed over")
	}
	follow(store).check(t, "abds", "abds") // another reader begins anew
	mustPut(t, store, end(get(t, store, "b"), noon, true))
	if n, err := store.Expire(t.Context(), noon.Add(time.Second)); err != nil || n != 1 {
		t.Errorf("%d removed, %v", n, err)
	}
	f.next(t) // b was closed and removed in one go
	if got := slices.Sorted(maps.Keys(f.alerts)); strings.Join(got, "") != "ads" {
		t.Errorf("known %q after one was removed", got)
	}
}

func several(t *testing.T, store alerting.AlertStore) {
	mustPut(t, store, alert("a", noon), alert("b", noon))
	ours, theirs := get(t, store, "a"), get(t, store, "a")
	theirs.Name = "theirs"
	mustPut(t, store, theirs)
	ours.Name = "ours"
	b, c := get(t, store, "b"), alert("c", noon)
	b.Name = "ours"
	changed, err := store.PutAll(t.Context(), []*alerting.Alert{ours, b, c})
	if err != nil || ids(changed) != "a" || ours.Version != 1 || b.Version != 2 || c.Version != 1 {
		t.Errorf("changed %q, %v; versions %d, %d, %d", ids(changed), err, ours.Version, b.Version, c.Version)
	}
	all, err := store.GetAll(t.Context(), []string{"c", "nobody", "a", "b"})
	if err != nil || len(all) != 3 || all["a"].Name != "theirs" || all["b"].Name != "ours" || all["c"].ID != "c" {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err := store.GetAll(t.Context(), nil); err != nil || len(all) != 0 {
		t.Errorf("none: %+v, %v", all, err)
	}
	if changed, err := store.PutAll(t.Context(), nil); err != nil || len(changed) != 0 {
		t.Errorf("none: %+v, %v", changed, err)
	}
	calls := 0
	err = alerting.UpdateAll(t.Context(), store, []string{"a", "b", "c"}, func(a *alerting.Alert) bool {
		if calls++; calls == 1 { // somebody else is faster
			other := get(t, store, "a")
			other.Grade = "key"
			mustPut(t, store, other)
		}
		a.Name += "+"
		return a.ID != "c"
	})
	if err != nil || calls != 4 {
		t.Errorf("%v after %d calls", err, calls)
	}
	for id, want := range map[string]string{"a": "theirs+", "b": "ours+", "c": ""} {
		if got := get(t, store, id); got.Name != want {
			t.Errorf("%s is named %q, want %q", id, got.Name, want)
		}
	}
}

func expires(t *testing.T, store alerting.AlertStore) {
	reopened := end(alert("reopened", noon), noon.Add(-time.Hour), true)
	mustPut(t, store, reopened)
	reopened.State, reopened.Closed = alerting.Open, nil
	mustPut(t, store, reopened)
	mustPut(t, store, alert("open", noon), end(alert("new", noon), noon.Add(time.Hour), true),
		end(alert("old", noon), noon.Add(-time.Hour), true), end(alert("pending", noon), noon.Add(-time.Hour), false))
	for _, want := range []int{1, 0} {
		if n, err := store.Expire(t.Context(), noon); err != nil || n != want {
			t.Errorf("removed %d, %v; want %d", n, err, want)
		}
	}
	if _, err := store.Get(t.Context(), "old"); !errors.Is(err, alerting.ErrNoAlert) {
		t.Errorf("old: %v", err)
	}
	for _, id := range []string{"open", "new", "pending", "reopened"} {
		get(t, store, id)
	}
	mustPut(t, store, alert("old", noon)) // it may come again, as new
}

func pages(t *testing.T, store alerting.AlertStore) {
	const n = 1100
	var both []*alerting.Alert
	for i := range n {
		both = append(both, alert(fmt.Sprintf("open-%d", i), noon), end(alert(fmt.Sprintf("closed-%d", i), noon), noon, true))
	}
	if changed, err := store.PutAll(t.Context(), both); err != nil || len(changed) > 0 {
		t.Fatalf("%d changed, %v", len(changed), err)
	}
	all, err := store.List(t.Context(), alerting.Filter{})
	if err != nil || len(all) != 2*n {
		t.Errorf("%d alerts, %v; want %d", len(all), err, 2*n)
	}
	f := follow(store)
	if f.next(t); len(f.alerts) != n || f.restarts != 1 {
		t.Errorf("%d followed, want %d", len(f.alerts), n)
	}
	var open []string
	for i := range n {
		open = append(open, fmt.Sprintf("open-%d", i))
	}
	if err := alerting.UpdateAll(t.Context(), store, open, func(a *alerting.Alert) bool { a.Name = "new"; return true }); err != nil {
		t.Fatal(err)
	}
	if f.next(t); len(f.told) != n || f.restarts != 1 {
		t.Errorf("%d were told as changed, want %d; %d restarts", len(f.told), n, f.restarts)
	}
	if of, err := store.List(t.Context(), alerting.Filter{Account: "acme"}); err != nil || len(of) != 2*n {
		t.Errorf("%d of the account, %v", len(of), err)
	}
	if gone, err := store.Expire(t.Context(), noon.Add(time.Hour)); err != nil || gone != n {
		t.Errorf("%d expired, %v; want %d", gone, err, n)
	}
}

func catchesUp(t *testing.T, store alerting.AlertStore) {
	check := func(want map[int]bool) {
		t.Helper()
		if got, err := store.CaughtUp(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("caught up: %v, %v; want %v", got, err, want)
		}
	}
	set := func(p int, yes bool) {
		if err := store.SetCaughtUp(t.Context(), p, yes); err != nil {
			t.Error(err)
		}
	}
	check(map[int]bool{})
	set(0, true)
	set(12, true)
	set(12, true)
	set(3, false)
	check(map[int]bool{0: true, 12: true})
	set(12, false)
	check(map[int]bool{0: true})
}

func entersOnce(t *testing.T, store alerting.AlertStore) {
	snapshot := &alerting.RoutingSnapshot{Routing: alerting.Routing{}.WithDefaults()}
	f := &detector.Finding{ID: "acme@2026-02-03", Kind: detector.Raised, Time: noon.UnixNano(), Account: "acme", Risk: 9}
	for i, want := range []bool{true, false, false} {
		a, isNew, err := alerting.StoreFinding(t.Context(), store, 0, f, snapshot, noon)
		if err != nil || isNew != want || a.Version != 1 || len(a.History) != 1 {
			t.Errorf("time %d: new %v, %v, %+v", i, isNew, err, a)
		}
	}
}

func scrubs(t *testing.T, store alerting.AlertStore) {
	reasons := func(contacts ...string) (list []detector.Reason) {
		for _, c := range contacts {
			list = append(list, detector.Reason{Signal: "call", Contact: c})
		}
		return list
	}
	a, over, other := alert("a", noon), end(alert("b", noon), noon, true), alert("c", noon)
	a.Reasons, over.Reasons, other.Reasons = reasons("li-wei", "", "wang"), reasons("li-wei"), reasons("li-wei")
	other.Account = "bolt" // its li-wei is another person
	mustPut(t, store, a, over, other)
	for range 2 {
		if err := alerting.ErasePerson(t.Context(), store, "acme", "li-wei"); err != nil {
			t.Fatal(err)
		}
		if err := alerting.ErasePerson(t.Context(), store, "acme", ""); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string][]detector.Reason{"a": reasons("", "wang"), "b": {}, "c": reasons("li-wei")} {
		got := get(t, store, id)
		if len(got.Reasons) != len(want) || len(want) > 0 && !reflect.DeepEqual(got.Reasons, want) {
			t.Errorf("%s: %+v, want %+v", id, got.Reasons, want)
		}
		if len(got.History) != 1 || id == "c" && got.Version != 1 || id != "c" && got.Version != 2 {
			t.Errorf("%s has version %d and a history of %d", id, got.Version, len(got.History))
		}
	}
	if closed, err := store.List(t.Context(), alerting.Filter{State: alerting.Closed}); err != nil || ids(closed) != "b" {
		t.Errorf("closed: %q, %v", ids(closed), err)
	}
}
