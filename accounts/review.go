package accounts

import (
	"cmp"
	"math"
	"slices"
)

// Review is a portfolio at a glance: who is in which quadrant, who moves, how
// steady the top list is, how much hangs on how few, and on whom.
type Review struct {
	Accounts int           `json:"accounts"`
	Large    float64       `json:"large_from,omitempty"` // potential
	Strong   float64       `json:"strong_from"`          // share of wallet
	Grades   map[Grade]int `json:"grades"`
	Graded   []Assessment  `json:"graded"`

	Turnover      Turnover        `json:"turnover"`
	Concentration []Concentration `json:"concentration"`
	// Outgrown accounts buy more from us than they are said to buy in total: their
	// potential is an old estimate.
	Outgrown []string `json:"outgrown,omitempty"`
	Threads  []Thread `json:"single_threaded"`
}

// Turnover of the list of key accounts between the file's grades and those by
// money. Accounts that the file gives no grade are no turnover.
type Turnover struct {
	Part   float64  `json:"part"` // of the list that changed: who left of the old one or who joined the new one, whichever is more
	Joined []string `json:"joined,omitempty"`
	Left   []string `json:"left,omitempty"`
	Limit  float64  `json:"limit"`
}

// TooMuch says whether the list changes more than it should at once.
func (t *Turnover) TooMuch() bool { return t.Part > t.Limit }

// Concentration is how much of something hangs on how few accounts: the 80/20
// curve.
type Concentration struct {
	Of       string  `json:"of"`       // sales, margin, cost_to_serve or complaints
	Accounts int     `json:"accounts"` // that have any
	Total    float64 `json:"total"`
	// Fifth is the part that the largest fifth of them has, and Half that of the
	// larger half.
	Fifth float64 `json:"largest_fifth"`
	Half  float64 `json:"larger_half"`
	// Most is how many of them have four fifths together.
	Most int `json:"four_fifths"`
	// Loss is what accounts below 0 take away again; a margin can be.
	Loss float64 `json:"loss,omitempty"`
}

// Thread is an account that hangs on one person, by what the files say of it.
type Thread struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Grade  Grade  `json:"grade"`
	People int    `json:"people"` // that are listed
	Power  int    `json:"power"`  // how many of them have a say
	Person string `json:"person,omitempty"`
}

// Say is the power from which a person has a say in what the account buys.
const Say = 3

// Review looks at all accounts.
func (g Grading) Review(d *Directory) *Review {
	r := &Review{
		Accounts: d.Len(), Large: g.Large(d), Strong: g.Share, Grades: map[Grade]int{}, Graded: g.Assess(d), Threads: []Thread{},
	}
	for i := range r.Graded {
		r.Grades[r.Graded[i].Now]++
	}
	r.Turnover = g.TopList(r.Graded)
	for _, c := range []struct {
		of  string
		get func(a *Account) float64
	}{
		{"sales", func(a *Account) float64 { return a.Sales }},
		{"margin", func(a *Account) float64 { return a.Margin }},
		{"cost_to_serve", func(a *Account) float64 { return a.CostToServe }},
		{"complaints", func(a *Account) float64 { return float64(a.Complaints) }},
	} {
		if x, ok := concentrate(d, c.get); ok {
			x.Of = c.of
			r.Concentration = append(r.Concentration, x)
		}
	}
	for i, a := range slices.Collect(d.All()) {
		if a.Potential > 0 && a.Sales > a.Potential {
			r.Outgrown = append(r.Outgrown, a.ID)
		}
		if t, ok := thread(a, r.Graded[i].Now); ok {
			r.Threads = append(r.Threads, t)
		}
	}
	return r
}

// TopList tells how much the list of key accounts changes by assessments.
func (g Grading) TopList(all []Assessment) Turnover {
	t := Turnover{Limit: g.Turnover}
	before, after := 0, 0
	for i := range all {
		x := &all[i]
		if x.Was == "" {
			continue
		}
		if x.Was == Key {
			before++
		}
		if x.Now == Key {
			after++
		}
		switch {
		case x.Was == x.Now:
		case x.Was == Key:
			t.Left = append(t.Left, x.ID)
		case x.Now == Key:
			t.Joined = append(t.Joined, x.ID)
		}
	}
	t.Part = max(float64(len(t.Left))/float64(max(1, before)), float64(len(t.Joined))/float64(max(1, after)))
	return t
}

func concentrate(d *Directory, get func(*Account) float64) (c Concentration, ok bool) {
	var values []float64
	for a := range d.All() {
		switch v := get(a); {
		case v > 0:
			values = append(values, v)
			c.Total += v
		case v < 0:
			c.Loss -= v
		}
	}
	if c.Accounts = len(values); c.Accounts == 0 {
		return c, false
	}
	slices.SortFunc(values, func(x, y float64) int { return cmp.Compare(y, x) })
	fifth, half, sum := part(c.Accounts, 5), part(c.Accounts, 2), 0.0
	for i, v := range values {
		if sum < 0.8*c.Total {
			c.Most++
		}
		sum += v
		if i < fifth {
			c.Fifth = sum / c.Total
		}
		if i < half {
			c.Half = sum / c.Total
		}
	}
	return c, true
}

// part of n, rounded, and at least one.
func part(n, of int) int { return max(1, int(math.Round(float64(n)/float64(of)))) }

// thread tells whether an account hangs on one person: fewer than two have a
// say or, where nothing is known of power, only one is listed. Of accounts
// without any contact, and of marginal ones, nothing is said.
func thread(a *Account, grade Grade) (Thread, bool) {
	t := Thread{ID: a.ID, Name: a.Name, Grade: grade, People: len(a.Contacts)}
	known := false
	for i := range a.Contacts {
		c := &a.Contacts[i]
		known = known || c.Power > 0
		if c.Power >= Say {
			t.Power++
			t.Person = c.Name
		}
	}
	switch {
	case grade == Marginal || t.People == 0:
		return t, false
	case t.People == 1:
		t.Person = a.Contacts[0].Name
		return t, true
	}
	return t, known && t.Power < 2
}
