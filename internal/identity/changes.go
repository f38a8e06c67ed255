package identity

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"
)

// Life is when an account was seen in a history.
type Life struct {
	ID          string
	First, Last Day
	Count       int64 // interactions
}

// Day is a calendar day: days since 1970-01-01.
type Day int32

// String is the day as 2006-01-02.
func (d Day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// Rename is two ids that look like one customer: the old one ends when the new one
// begins.
type Rename struct {
	Old, New string
	Until    Day // the last day of the old id
	From     Day // the first day of the new one
	Rule     Rule
}

// Migration is many renames by one rule at one time: a system was replaced.
type Migration struct {
	Day      Day // the first day of the new ids
	Rule     Rule
	Accounts int // that were renamed
	Active   int // accounts that were active before that day
	Example  Rename
	Renames  []Rename // by old id
}

// Changes are the ids of a history that look like one customer under two names.
// Nothing is joined: a person knows.
type Changes struct {
	Migrations []Migration
	Renamed    []Rename // those of no migration, by day and id
	// Alike are ids that differ by case, width or white space alone while both are
	// in use.
	Alike []Rename
}

// None says whether nothing was found.
func (c *Changes) None() bool { return len(c.Migrations)+len(c.Renamed)+len(c.Alike) == 0 }

// What a rename may look like, in days.
const (
	mostOverlap   = 7   // both ids are in use while systems change
	leastPatience = 31  // a gap between the two that always counts as none
	mostPatience  = 366 // and the longest, for accounts that are in touch seldom
)

// When renames are a migration.
const (
	fewestMigrated = 10
	migratedShare  = 0.3 // of the accounts that were active before
	activeDays     = 31  // and in touch within as many days before it were active
)

// mostLives bounds the work: of more accounts only as many are compared.
const mostLives = 200_000

// Look finds the ids that look renamed. It costs about a microsecond for each
// letter of each id.
func Look(lives []Life) *Changes {
	lives = slices.Clone(lives)
	slices.SortFunc(lives, func(a, b Life) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.ID, b.ID)) })
	s := &search{lives: lives[:min(len(lives), mostLives)], old: map[int]bool{}, new: map[int]bool{}}
	if len(s.lives) == 0 {
		return &Changes{}
	}
	s.earliest, s.latest = s.lives[0].Last, s.lives[len(s.lives)-1].First
	for i := range s.lives {
		s.earliest = min(s.earliest, s.lives[i].Last)
	}
	s.folded()
	s.rewritten()
	return s.changes()
}

// search is the state of Look. Accounts are indexes of lives.
type search struct {
	lives    []Life // by first day
	pairs    []Rename
	alike    []Rename
	old, new map[int]bool // in pairs already

	earliest, latest Day // the first end of an account, and the last beginning
}

// mayBeOld says whether any account begins when this one ends, and mayBeNew the
// other way round: most accounts neither begin nor end.
func (s *search) mayBeOld(i int) bool { return !s.old[i] && s.lives[i].Last <= s.latest+mostOverlap }

func (s *search) mayBeNew(i int) bool { return !s.new[i] && s.lives[i].First >= s.earliest-mostOverlap }

// follows says whether b begins about when a ends.
func follows(a, b *Life) bool {
	gap := b.First - a.Last
	return a.First < b.First && a.Last < b.Last && gap >= -mostOverlap && gap <= max(patience(a), patience(b))
}

// patience is the longest pause that is no end: four times the usual one.
func patience(l *Life) Day {
	if l.Count < 2 {
		return leastPatience
	}
	return min(mostPatience, max(leastPatience, Day(4*int64(l.Last-l.First)/(l.Count-1))))
}

// pair two accounts.
func (s *search) pair(a, b int, r Rule) {
	old, now := &s.lives[a], &s.lives[b]
	s.pairs = append(s.pairs, Rename{Old: old.ID, New: now.ID, Until: old.Last, From: now.First, Rule: r})
	s.old[a], s.new[b] = true, true
}

// mostAlike ids with one fold are compared; of more the fold says nothing.
const mostAlike = 10

// folded pairs ids that fold alike.
func (s *search) folded() {
	groups := make(map[string][]int, len(s.lives))
	var several []string // in the order of their first id
	for i := range s.lives {
		f := Fold(s.lives[i].ID)
		if groups[f] = append(groups[f], i); len(groups[f]) == 2 {
			several = append(several, f)
		}
	}
	for _, f := range several {
		group := groups[f]
		if len(group) > mostAlike {
			continue
		}
		for k, b := range group[1:] {
			a := group[k]
			old, now := &s.lives[a], &s.lives[b]
			rule := differs(old.ID, now.ID)
			switch {
			case follows(old, now):
				s.pair(a, b, rule)
			case rule.Kind.slight() && old.Last-now.First > mostOverlap:
				s.alike = append(s.alike, Rename{Old: old.ID, New: now.ID, Until: old.Last, From: now.First, Rule: rule})
			}
		}
	}
}

// changes sorts what was found into migrations and the rest.
func (s *search) changes() *Changes {
	c := &Changes{Alike: s.alike}
	byRule := map[Rule][]Rename{}
	for _, r := range s.pairs {
		byRule[r.Rule] = append(byRule[r.Rule], r)
	}
	for rule, renames := range byRule {
		if m, ok := s.migration(rule, renames); ok {
			c.Migrations = append(c.Migrations, m)
			continue
		}
		for _, r := range renames {
			if rule.Kind != Affix || len(renames) >= fewestAffix || rule.single(r) {
				c.Renamed = append(c.Renamed, r)
			}
		}
	}
	slices.SortFunc(c.Migrations, func(a, b Migration) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Example.Old, b.Example.Old))
	})
	slices.SortFunc(c.Renamed, byDay)
	slices.SortFunc(c.Alike, byDay)
	return c
}

func byDay(a, b Rename) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New))
}

// migration says whether renames by one rule are one.
func (s *search) migration(rule Rule, renames []Rename) (m Migration, ok bool) {
	if len(renames) < fewestMigrated {
		return m, false
	}
	day := busiest(renames)
	active := 0
	for i := range s.lives {
		if l := &s.lives[i]; l.First < day && l.Last >= day-activeDays {
			active++
		}
	}
	renames = slices.Clone(renames)
	slices.SortFunc(renames, func(a, b Rename) int { return cmp.Compare(a.Old, b.Old) })
	m = Migration{Day: day, Rule: rule, Accounts: len(renames), Active: max(active, len(renames)), Example: renames[0], Renames: renames}
	return m, float64(m.Accounts) >= migratedShare*float64(m.Active)
}

// busiest is the day on which most renames can have happened: after the last day of
// the old id, and not after the first of the new one. The earliest of several.
func busiest(renames []Rename) (best Day) {
	change := map[Day]int{}
	for _, r := range renames {
		change[min(r.Until+1, r.From)]++
		change[r.From+1]--
	}
	days := make([]Day, 0, len(change))
	for d := range change {
		days = append(days, d)
	}
	slices.Sort(days)
	most, now := 0, 0
	for k, d := range days {
		if now += change[d]; now > most && k+1 < len(days) {
			most, best = now, days[k+1]-1 // the last day with as many: the first of some new id
		}
	}
	return best
}

// fewestAffix renames by one prefix or suffix speak for themselves.
const fewestAffix = 2

// shortestLone is how long the common part of a single pair must be.
const shortestLone = 4

// single says whether one pair alone is told: an affix with a sign at its seam, put
// in front of or behind something long enough.
func (r Rule) single(of Rename) bool {
	return (r.From == "" || r.To == "") && min(utf8.RuneCountInString(of.Old), utf8.RuneCountInString(of.New)) >= shortestLone
}
