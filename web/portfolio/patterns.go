package portfolio

import (
	"cmp"
	"slices"
	"time"

	"firstsign/accounts"
)

// Patterns above single accounts are questions to a person, so they must be rare where there
// is nothing: chance alone shows one in at most rarely of all looks. Who looks every day is
// asked 0.6 times a year at most (TestChanceAsksSeldom, 60 years each: 0.02 with 3 managers
// and 3 alerts in 28 days, 0.63 with 34 managers and 100 alerts).
const (
	rarely   = 0.01
	together = 28 // days
	several  = 3  // accounts; two are a coincidence that anybody sees
)

// cooling counts the accounts that began to drift away together, by manager and grade.
type cooling struct {
	all grades
	by  map[string]*manager
}

// grades are strata in the order of accounts.Grades.
type grades [5]stratum

// manager is how many accounts somebody has of each grade, and which of them cool.
type manager struct {
	owner   string
	all     grades // of which m alone counts
	cooling []*row
	n       int
}

// add counts an account, whether or not it passes the filter: what is usual is usual for all.
func (c *cooling) add(r *row, now time.Time) {
	if c.by == nil {
		c.by = map[string]*manager{}
	}
	of := c.by[r.Owner]
	if of == nil {
		of = &manager{owner: r.Owner}
		c.by[r.Owner] = of
	}
	grade := slices.Index(accounts.Grades, r.Grade)
	if grade < 0 {
		grade = slices.Index(accounts.Grades, accounts.Ordinary) // as it is judged
	}
	all := &c.all[grade]
	all.n++
	of.all[grade].m++
	of.n++
	if r.severity != "" && r.raised > daysAgo(now.UnixNano(), together) {
		all.k++
		of.cooling = append(of.cooling, r)
	}
}

// found are the managers with more such accounts than chance explains, the least likely
// first. Accounts of one grade are compared with each other, because each grade has its own
// threshold. Several managers are looked at, so each is allowed its part of rarely
// (Bonferroni).
func (c *cooling) found(f *Filter) []Cooling {
	list := []Cooling{}
	compared := 0
	for _, of := range c.by {
		if of.owner != "" && of.n >= several {
			compared++
		}
	}
	for _, of := range c.by {
		asked := slices.ContainsFunc(of.cooling, func(r *row) bool { return f.passes(r.Account) })
		if of.owner == "" || len(of.cooling) < several || !asked {
			continue
		}
		x := Cooling{Owner: of.owner, Accounts: of.n}
		var strata []stratum
		for g, s := range c.all {
			if s.m = of.all[g].m; s.m > 0 {
				x.Expected += float64(s.m) * float64(s.k) / float64(s.n)
				strata = append(strata, s)
			}
		}
		x.Chance = min(1, atLeast(len(of.cooling), strata)*float64(compared))
		for _, r := range of.cooling {
			if f.mayBeSeen(r.Account) {
				x.Cooling = append(x.Cooling, r.listed())
			}
		}
		if x.Chance <= rarely && len(x.Cooling) == len(of.cooling) {
			slices.SortStableFunc(x.Cooling, func(a, b Listed) int { return cmp.Compare(b.Value, a.Value) })
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b Cooling) int { return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(a.Owner, b.Owner)) })
	return list
}

// rivals counts the accounts that tell of a competitor now and did before.
type rivals struct {
	now, before  int
	began, ended int // accounts that do only now, and only did before
	accounts     []Listed
	named        map[string]int // how many of now name a competitor
	unnamed      int
}

// add counts an account. The most valuable come first.
func (v *rivals) add(r *row) {
	if r.state.rival {
		v.now++
		if len(v.accounts) < listedShown {
			v.accounts = append(v.accounts, r.listed())
		}
		if v.named == nil {
			v.named = map[string]int{}
		}
		for _, name := range r.state.rivals {
			v.named[name]++
		}
		if len(r.state.rivals) == 0 {
			v.unnamed++
		}
	}
	if r.state.earlier {
		v.before++
	}
	switch {
	case r.state.rival && !r.state.earlier:
		v.began++
	case r.state.earlier && !r.state.rival:
		v.ended++
	}
}

// found is nil unless several accounts began, and more than chance explains by those that
// ended.
func (v *rivals) found() *Rivals {
	chance := heads(v.began, v.began+v.ended)
	if v.began < several || chance > rarely {
		return nil
	}
	x := &Rivals{Accounts: v.accounts, Now: v.now, Before: v.before, Chance: chance, Named: []RivalName{}, Unnamed: v.unnamed}
	for name, n := range v.named {
		x.Named = append(x.Named, RivalName{name, n})
	}
	slices.SortFunc(x.Named, func(a, b RivalName) int {
		return cmp.Or(cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Name, b.Name))
	})
	x.Named = x.Named[:min(len(x.Named), listedShown)]
	return x
}
