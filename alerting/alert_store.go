package alerting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"firstsign/detector"
	"firstsign/internal/plural"
)

// AlertStore keeps the alerts. The implementations in memory and in Redis pass the
// same conformance suite (alerting/alertstoretest).
//
// All methods block and may be called concurrently, from several processes. After
// an error other than those below the outcome is unknown. Repeat the call as it
// was.
type AlertStore interface {
	// Get returns an alert, or ErrNoAlert. The caller owns what it gets.
	Get(ctx context.Context, id string) (*Alert, error)

	// Put writes an alert if the stored version is a.Version (0: none is stored),
	// and then increments a.Version. ErrChanged: somebody else wrote it first; get
	// it again. Repeating a Put that had in fact been written succeeds.
	Put(ctx context.Context, a *Alert) error

	// GetAll returns those of several alerts that are stored, by id.
	GetAll(ctx context.Context, ids []string) (map[string]*Alert, error)

	// PutAll does to each alert what Put does, in fewer calls. It returns those that
	// somebody else wrote first; all others are written.
	PutAll(ctx context.Context, alerts []*Alert) (changed []*Alert, err error)

	// List returns alerts, the newest first. It reads all that pass the filter: Page
	// is for lists that people or programs ask for.
	List(ctx context.Context, f Filter) ([]*Alert, error)

	// Page returns up to limit alerts that pass the filter, in the order of
	// MostAtRisk, from after a cursor on; the empty cursor is the beginning. A limit
	// of 0 only counts. An alert that changes while somebody pages may be seen twice
	// or not at all.
	Page(ctx context.Context, f Filter, after Cursor, limit int) (Page, error)

	// Follow returns a new reader of the alerts that somebody has to do something about.
	Follow() Follower

	// Expire removes alerts that closed before t and are not unfinished.
	// It returns how many it removed.
	Expire(ctx context.Context, t time.Time) (int, error)

	// SetCaughtUp notes whether all findings of a partition up to now are in the
	// store; CaughtUp returns the partitions for which they are.
	SetCaughtUp(ctx context.Context, partition int, yes bool) error
	CaughtUp(ctx context.Context) (map[int]bool, error)
}

// Follower tells one reader which alerts are not closed or have a delivery to be made.
// One goroutine uses it.
type Follower interface {
	// Next hands over the alerts that were written since the last call, in their newest
	// version and in no order. What is closed and has no delivery to be made is handed
	// over once more when it becomes so. Next calls restart first when the reader must
	// forget what it was told before: at the first call, after an error, and when the
	// store went back in time. Then all such alerts follow.
	Next(ctx context.Context, restart func(), changed func(*Alert)) error
}

// AllCaughtUp reports whether the findings of all partitions up to now are in the store.
func AllCaughtUp(ctx context.Context, store AlertStore, partitions int) (bool, error) {
	caught, err := store.CaughtUp(ctx)
	for p := range partitions {
		if !caught[p] {
			return false, err
		}
	}
	return true, err
}

// ErrNoAlert means that the store holds no alert of that id.
var ErrNoAlert = errors.New("no such alert")

// ErrDamaged means that alerts are missing that were stored: a key was removed or
// evicted. Going on would take them for alerts that never were.
var ErrDamaged = errors.New("a part of the stored alerts is lost")

// ErrCursor means that a cursor was not given out by Page.
var ErrCursor = errors.New("no such place in the list: take the cursor of the page before, unchanged")

// ErrChanged means that the alert was changed since it was read.
var ErrChanged = errors.New("the alert was changed by another")

// Filter chooses alerts. The zero Filter takes all.
type Filter struct {
	State    State
	Severity Severity
	Kinds    []detector.FindingKind // any of them; empty: all
	Account  string
	// Accounts takes only alerts of these accounts, and with "" in it alerts about feeds.
	// Nil: of all.
	Accounts map[string]bool
	Owner    string
	Concerns string // the owner, or somebody who was told and is not the superior
	Assignee string // to whom it is assigned
	Living   bool   // not closed, in whichever state
	Answered bool   // acknowledged or snoozed
	// ClosedSince takes only those that closed then or later.
	ClosedSince time.Time
	Max         int // 0: all
}

// OnlyLiving says whether no closed alert can pass the filter.
func (f Filter) OnlyLiving() bool {
	return f.Living || f.Answered || f.State != "" && f.State != Closed
}

// Passes reports whether an alert passes the filter.
func (f *Filter) Passes(a *Alert) bool {
	return (f.State == "" || a.State == f.State) && (f.Severity == "" || a.Severity == f.Severity) &&
		(len(f.Kinds) == 0 || slices.Contains(f.Kinds, a.Kind)) &&
		(f.Account == "" || a.Account == f.Account) && (f.Accounts == nil || f.Accounts[a.Account]) && (f.Owner == "" || a.Owner == f.Owner) &&
		(f.Assignee == "" || a.Assignee == f.Assignee) && (f.Concerns == "" || a.Owner == f.Concerns || slices.Contains(a.Told(), f.Concerns)) &&
		(!f.Living || a.State != Closed) && (!f.Answered || a.State == Acknowledged || a.State == Snoozed) &&
		(f.ClosedSince.IsZero() || a.State == Closed && !a.Closed.Before(f.ClosedSince))
}

// Apply applies the filter to alerts in any order; AlertStores share it.
func (f Filter) Apply(all []*Alert) []*Alert {
	all = slices.DeleteFunc(all, func(a *Alert) bool { return !f.Passes(a) })
	slices.SortFunc(all, func(a, b *Alert) int {
		return cmp.Or(b.Raised.Compare(a.Raised), cmp.Compare(a.ID, b.ID))
	})
	if f.Max > 0 && len(all) > f.Max {
		all = all[:f.Max]
	}
	return all
}

// Page is a part of a list.
type Page struct {
	Alerts []*Alert
	Total  int    // alerts that pass the filter, on all pages
	Next   Cursor // after which the next page begins; empty: this is the last one
}

// PageOf cuts a page out of all alerts, in any order; AlertStores share it.
func (f Filter) PageOf(all []*Alert, after Cursor, limit int) Page {
	all = MostAtRisk(slices.DeleteFunc(all, func(a *Alert) bool { return !f.Passes(a) }))
	p := Page{Total: len(all)}
	from, _ := slices.BinarySearchFunc(all, after, func(a *Alert, c Cursor) int {
		if a.Cursor() <= c {
			return -1
		}
		return 1
	})
	p.Alerts = all[from:min(len(all), from+limit)]
	if n := len(p.Alerts); n > 0 && from+n < len(all) {
		p.Next = p.Alerts[n-1].Cursor()
	}
	return p
}

// allPage is how many alerts All reads in one call.
const allPage = 500

// All reads every alert that passes the filter, in the order of MostAtRisk, a page
// at a time, so that any number fits into memory. It ends after an error.
func All(ctx context.Context, store AlertStore, f Filter) iter.Seq2[*Alert, error] {
	return func(yield func(*Alert, error) bool) {
		for after := Cursor(""); ; {
			p, err := store.Page(ctx, f, after, allPage)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, a := range p.Alerts {
				if !yield(a, nil) {
					return
				}
			}
			if after = p.Next; after == "" {
				return
			}
		}
	}
}

// maxTries bounds the races of one update: a handful of instances and people
// change an alert at most, so more than this is a defect and not a race.
const maxTries = 50

// Update changes an alert: change gets the newest version, or one with nothing
// but the id when none is kept, and says whether to write it. It may be called
// several times.
func Update(ctx context.Context, store AlertStore, id string, change func(*Alert) bool) (*Alert, error) {
	var newest *Alert
	err := UpdateAll(ctx, store, []string{id}, func(a *Alert) bool {
		newest = a
		return change(a)
	})
	return newest, err
}

// UpdateAtOnce bounds the alerts of one UpdateAll, and with them its memory.
const UpdateAtOnce = 200

// UpdateAll changes several alerts, each as Update does. The ids differ. After an error
// some may have been changed.
func UpdateAll(ctx context.Context, store AlertStore, ids []string, change func(*Alert) bool) error {
	for range maxTries {
		stored, err := store.GetAll(ctx, ids)
		if err != nil {
			return fmt.Errorf("update %s: %w", named(ids), err)
		}
		var write []*Alert
		for _, id := range ids {
			a := stored[id]
			if a == nil {
				a = &Alert{ID: id}
			}
			if change(a) {
				write = append(write, a)
			}
		}
		changed, err := store.PutAll(ctx, write)
		if err != nil {
			return fmt.Errorf("update %s: %w", named(ids), err)
		}
		if len(changed) == 0 {
			return nil
		}
		ids = nil
		for _, a := range changed {
			ids = append(ids, a.ID)
		}
	}
	return fmt.Errorf("update %s: %w, %d times in a row", named(ids), ErrChanged, maxTries)
}

func named(ids []string) string {
	if len(ids) == 1 {
		return "alert " + ids[0]
	}
	return plural.Count(len(ids), "alert")
}
