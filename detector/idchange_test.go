package detector

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/accounts"
	"firstsign/detector/episodes"
	"firstsign/detector/finding"
	"firstsign/internal/racetest"
)

// replacing is a portfolio of 60 accounts, of which some get other ids.
type replacing struct {
	days     int
	from     int                // day of the change
	replaced func(i int) bool   // which get another id
	newID    func(i int) string // its other id, empty: it falls silent
	more     int                // accounts that begin on the day and replace none
}

func (r *replacing) log() *written {
	l := &written{}
	rng := rand.New(rand.NewPCG(5, 6))
	l.tick(at(0, 0))
	for d := range r.days {
		for i := range 60 + r.more {
			id := fmt.Sprint("K-", i)
			if d >= r.from && r.replaced(i) {
				id = r.newID(i)
			}
			rate := []float64{0.9, 0.5, 0.25}[i%3]
			if rng.Float64() < rate && at(d, 0).Weekday()%6 != 0 && (i < 60 || d >= r.from) && id != "" {
				l.event(at(d, 9), id, "call", "source", "pbx")
			}
		}
		l.tick(at(d+1, 0))
	}
	return l
}

// told applies a log and returns what was told: of account ids, and how many accounts.
func (r *replacing) told(t *testing.T, rules *Rules, at int, then *Rules) (ids []finding.Finding, silent map[string]int) {
	t.Helper()
	silent = map[string]int{}
	l, e := r.log(), NewEngine(0, 1, rules)
	for i := range l.records {
		if e.closed == dayN(at) && then != nil {
			e.SetRules(then)
			then = nil
		}
		e.Apply(&l.records[i])
	}
	for _, f := range findingsOf(t, e) {
		switch {
		case f.Source == AccountIDs:
			ids = append(ids, f)
		case f.Kind == finding.Raised && f.Account != "":
			silent[f.Account]++
		}
	}
	return ids, silent
}

func every(int) bool      { return true }
func crm(i int) string    { return fmt.Sprint("CRM-", 1000+i) }
func nowhere(int) string  { return "" }
func firstTen(i int) bool { return i < 10 }
func nobody(int) bool     { return false }
func thirds(i int) bool   { return i%3 != 0 }
func tooFew(i int) bool   { return i < 8 }
func kinds(list []finding.Finding) (s string) {
	for _, f := range list {
		s += fmt.Sprintf("%s %s; ", f.Kind, f.ID)
	}
	return strings.TrimSuffix(s, "; ")
}

// Many ids that end on a day on which as many begin are one finding, and no account is
// blamed for its silence.
func TestIDsReplaced(t *testing.T) {
	racetest.Arithmetic(t)
	const change = 140 // a Monday
	for _, test := range []struct {
		name string
		r    replacing
		want string
		most int // accounts that alert
	}{
		{"all", replacing{days: 210, from: change, replaced: every, newID: crm}, "ids_migrated ids:2026-05-25", 0},
		{"two of three", replacing{days: 210, from: change, replaced: thirds, newID: crm}, "ids_migrated ids:2026-05-2", 0},
		{"all, a year on", replacing{days: 400, from: change, replaced: every, newID: crm}, "ids_migrated ids:2026-05-25; ids_settled ids:2026-05-25", 1},
		{"silence alone", replacing{days: 210, from: change, replaced: every, newID: nowhere}, "", 60},
		{"new accounts alone", replacing{days: 210, from: change, replaced: nobody, more: 40}, "", 0},
		{"a few accounts leave, many come", replacing{days: 210, from: change, replaced: tooFew, newID: nowhere, more: 40}, "", 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			ids, silent := test.r.told(t, testRules(), 0, nil)
			if got := kinds(ids); !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("told %q, want %q", got, test.want)
			}
			if len(silent) > test.most {
				t.Errorf("%d accounts alert, at most %d should: %v", len(silent), test.most, silent)
			}
			// The days before the change are a weekend, so it shows after five days.
			if len(ids) > 0 && (ids[0].IDs.Began < 30 || ids[0].IDs.Ended < 30 || ids[0].IDs.Unlisted > 0 || ids[0].Time != at(change+5, 0).UnixNano()) {
				t.Errorf("told %+v at %s, want it on %s", *ids[0].IDs, time.Unix(0, ids[0].Time).UTC(), at(change+5, 0))
			}
		})
	}
}

// Once most of the ended ids are former ids of the new ones, the change is settled. Who fell
// silent on that day and has no other id is told of then.
func TestIDsSettledByAliases(t *testing.T) {
	const change, named = 140, 160
	r := replacing{days: 210, from: change, replaced: every, newID: func(i int) string {
		if firstTen(i) {
			return ""
		}
		return crm(i)
	}}
	then := testRules()
	then.Hash, then.Aliases = "with aliases", aliasesOf(t, func(yield func(old, now string)) {
		for i := 10; i < 60; i++ {
			yield(fmt.Sprint("K-", i), crm(i))
		}
	})
	ids, silent := r.told(t, testRules(), named, then)
	if got := kinds(ids); got != "ids_migrated ids:2026-05-25; ids_settled ids:2026-05-25" {
		t.Errorf("told %q", got)
	}
	for i := range 60 {
		if n := silent[fmt.Sprint("K-", i)]; (n > 0) != firstTen(i) {
			t.Errorf("K-%d alerts %d times", i, n)
		}
	}
}

func aliasesOf(t *testing.T, each func(yield func(old, now string))) *accounts.Aliases {
	t.Helper()
	var b accounts.Builder
	text := "old,new,kind,from\n"
	each(func(old, now string) { text += old + "," + now + ",renamed,\n" })
	b.ReadAliases([]byte(text), "aliases.csv")
	return b.Aliases()
}

// Where a file lists the accounts, records of the new ids are refused. They count all the
// same.
func TestIDsReplacedThatNobodyLists(t *testing.T) {
	rules := testRules()
	var list []accounts.Account
	for i := range 60 {
		list = append(list, accounts.Account{ID: fmt.Sprint("K-", i)})
	}
	rules.Accounts = accounts.NewDirectory(list)
	r := replacing{days: 210, from: 140, replaced: every, newID: crm}
	ids, silent := r.told(t, rules, 0, nil)
	if got := kinds(ids); !strings.HasPrefix(got, "ids_migrated ids:2026-05-2") || len(silent) > 0 {
		t.Errorf("told %q; %d accounts alert", got, len(silent))
	}
	if n := ids[0].IDs; n.Unlisted != n.Began || n.Began < 50 || n.Began > 70 {
		t.Errorf("told %+v of 60 ids that no file lists", n)
	}
}

// An id that is in use again is judged again.
func TestReplacedIDWakes(t *testing.T) {
	r := replacing{days: 160, from: 140, replaced: every, newID: crm}
	l, e := r.log(), NewEngine(0, 1, testRules())
	apply := func() {
		for e.Next() < int64(len(l.records)) {
			e.Apply(&l.records[e.Next()])
		}
	}
	apply()
	if s := e.index.of("K-0").Episode.Stage; s != episodes.Replaced || e.Stats().Replaced < 50 {
		t.Fatalf("stage %d, %d held", s, e.Stats().Replaced)
	}
	x, _ := e.Inspect("K-0", 0)
	if x.Episode == nil || x.Episode.Stage != "replaced" {
		t.Errorf("inspected: %+v", x.Episode)
	}
	l.event(at(160, 9), "K-0", "call", "source", "pbx")
	l.tick(at(161, 0))
	apply()
	if s := e.index.of("K-0").Episode.Stage; s == episodes.Replaced || e.index.of("K-3").Episode.Stage != episodes.Replaced {
		t.Errorf("stage %d after contact", s)
	}
}

// Read with crashes and restarts, a log with a change of ids gives the same findings and the
// same state.
func TestIDsReplacedAfterCrashes(t *testing.T) {
	r := replacing{days: 170, from: 140, replaced: every, newID: crm}
	log := r.log().records
	rules := testRules()
	state := func(every int, size int) (findings []string, kept []byte) {
		k := &shelf{accounts: map[string][]byte{}}
		e := NewEngine(0, 1, rules)
		rng := rand.New(rand.NewPCG(uint64(every), 1))
		for e.Next() < int64(len(log)) {
			e.Apply(&log[e.Next()])
			if rng.IntN(every) > 0 && e.Next() < int64(len(log)) {
				continue
			}
			left := rng.IntN(20)
			err := e.Commit(size, 0, 0, func(c *Changes) error {
				if left--; left == 0 && e.Next() < int64(len(log)) {
					return errCrash
				}
				k.take(c)
				return nil
			})
			if err != nil {
				e = k.reopen(t, rules, log, rng)
			}
		}
		for _, f := range k.findings {
			if strings.Contains(f, AccountIDs) {
				findings = append(findings, f)
			}
		}
		slices.Sort(findings)
		return slices.Compact(findings), k.position.Log
	}
	want, log1 := state(1_000_000, 1000)
	for every := 20; every <= 500; every += 120 {
		if got, log2 := state(every, 7); len(want) == 0 || !slices.Equal(got, want) || !bytes.Equal(log1, log2) {
			t.Errorf("every %d records: %q, want %q; log state equal %v", every, got, want, bytes.Equal(log1, log2))
		}
	}
}
