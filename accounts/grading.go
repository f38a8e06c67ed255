package accounts

import (
	"cmp"
	"slices"
)

// Grading says how money becomes a grade: grading.yaml. A grade is a quadrant:
// how much an account buys in total (large or small), and how much of that from
// us (strong or weak).
//
//	          weak       strong
//	large   potential     key
//	small   marginal    ordinary
//
// The grade that the file gives is what the account was until now, and the only
// memory there is: it holds until the money says clearly otherwise.
type Grading struct {
	// Potential from which an account is large, in money a year. 0, the default,
	// lets the portfolio decide: see Top.
	Potential float64 `yaml:"potential"`
	// Top is the part of the accounts that is large when Potential is not given:
	// those with the greatest potential. Default 0.2, after the rule of thumb that
	// a fifth of the accounts brings most of the sales.
	Top float64 `yaml:"top"`
	// Share of its purchases from which an account is strong. Default 0.3: who
	// buys a third from us, or nearly, has us among its main suppliers.
	Share float64 `yaml:"share"`
	// Band around a threshold, as a part of it, in which the grade stays what it
	// was. Default 0.1. Raising it makes the list of key accounts steadier, and
	// later to follow.
	Band float64 `yaml:"band"`
	// Growth of sales since the year before from which an ordinary account, whose
	// potential is inside the band, counts as large. Default 0.2.
	Growth float64 `yaml:"growth"`
	// Margin is the gross margin, as a part of sales, of accounts whose own is not
	// known. It is read for the value of an account only. Default 0.25.
	Margin float64 `yaml:"margin"`
	// Complaints in a year from which an account that is not key is a problem.
	// Default 12, one a month. Who complains still wants something: of a key
	// account it is the service lane's matter, and no grade.
	Complaints int `yaml:"complaints"`
	// Turnover is the part of the key accounts that may change at once without a
	// warning. Default 0.2.
	Turnover float64 `yaml:"turnover"`

	// Keep the grades that the file gives: without grading.yaml.
	Keep bool `yaml:"-"`
}

// DefaultGrading is what holds for what grading.yaml leaves out.
func DefaultGrading() Grading {
	return Grading{Top: 0.2, Share: 0.3, Band: 0.1, Growth: 0.2, Margin: DefaultMargin, Complaints: 12, Turnover: 0.2}
}

// Why an account has its grade.
type Why string

// The reasons.
const (
	ByFile       Why = "file"       // grades of the file are kept: there is no grading.yaml
	NoMoney      Why = "no_money"   // potential or sales are not known: the file's grade holds
	ByMoney      Why = "money"      // potential and share of wallet
	Held         Why = "held"       // inside the band: what it was until now
	ByGrowth     Why = "growth"     // inside the band, and growing
	ByCost       Why = "cost"       // serving it costs more than it brings
	ByComplaints Why = "complaints" // more than one can live with
)

// Assessment is the grade of one account, and why.
type Assessment struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Was    Grade   `json:"was,omitempty"` // by the file
	Now    Grade   `json:"now"`
	Why    Why     `json:"why"`
	Wallet float64 `json:"wallet,omitempty"` // what it buys in total
	Share  float64 `json:"share,omitempty"`  // of that from us
	Growth float64 `json:"growth,omitempty"` // of its sales, as a part
	Value  float64 `json:"value,omitempty"`
}

// Moved says whether the grade is another than the file's.
func (a *Assessment) Moved() bool { return a.Was != "" && a.Was != a.Now }

// Apply returns the accounts with the grades that the money gives them. It
// looks at the files' grades, so applying it again changes nothing.
func (g Grading) Apply(d *Directory) *Directory {
	if d == nil {
		return nil
	}
	large := g.Large(d)
	graded := &Directory{byID: make(map[string]*Account, len(d.byID)), ids: d.ids, currency: d.currency}
	for id, a := range d.byID {
		next := *a
		next.Grade, _ = g.grade(a, large)
		next.marginPart = g.Margin
		graded.byID[id] = &next
	}
	return graded
}

// Assess tells every account's grade and why, in the order of ids.
func (g Grading) Assess(d *Directory) []Assessment {
	large := g.Large(d)
	var all []Assessment
	for a := range d.All() {
		x := Assessment{ID: a.ID, Name: a.Name, Was: a.given, Value: a.Value()}
		if x.Now, x.Why = g.grade(a, large); a.Potential > 0 {
			x.Wallet, x.Share = a.wallet(), a.Sales/a.wallet()
		}
		x.Growth, _ = a.growth()
		all = append(all, x)
	}
	return all
}

// Large is the potential from which an account is large, 0 when no potential is
// known.
func (g Grading) Large(d *Directory) float64 {
	if g.Potential > 0 {
		return g.Potential
	}
	var wallets []float64
	for a := range d.All() {
		if a.Potential > 0 {
			wallets = append(wallets, a.wallet())
		}
	}
	if len(wallets) == 0 {
		return 0
	}
	slices.SortFunc(wallets, func(x, y float64) int { return cmp.Compare(y, x) })
	return wallets[max(1, int(g.Top*float64(len(wallets))+0.5))-1]
}

// wallet is what the account buys in total: at least what it buys from us,
// however old the estimate.
func (a *Account) wallet() float64 { return max(a.Potential, a.Sales) }

// growth of sales, as a part of what they were.
func (a *Account) growth() (float64, bool) {
	if a.Sales == 0 || a.SalesBefore == 0 {
		return 0, false
	}
	return (a.Sales - a.SalesBefore) / a.SalesBefore, true
}

func (g Grading) grade(a *Account, large float64) (Grade, Why) {
	if g.Keep && a.given != "" {
		return a.given, ByFile
	}
	quadrant, why := g.quadrant(a, a.given, large)
	spared := quadrant
	if a.given == Problem { // clearly key, or it would be one and the other in turn
		spared, _ = g.quadrant(a, Marginal, large)
	}
	switch {
	case a.CostToServe > 0 && a.Margin != 0 && g.above(a.CostToServe, a.Margin, was(a.given, Problem)):
		return Problem, ByCost
	case spared != Key && a.Complaints > 0 && g.above(float64(a.Complaints), float64(g.Complaints), was(a.given, Problem)):
		return Problem, ByComplaints
	case a.given == Problem && (a.CostToServe == 0 || a.Margin == 0):
		return Problem, NoMoney // nothing says that serving it pays by now
	}
	return quadrant, why
}

// quadrant of potential and share, of an account that had a grade before.
func (g Grading) quadrant(a *Account, before Grade, large float64) (Grade, Why) {
	if a.Potential == 0 || a.Sales == 0 {
		return cmp.Or(before, Ordinary), NoMoney
	}
	share := a.Sales / a.wallet()
	isLarge := g.above(a.wallet(), large, was(before, Key, Potential))
	isStrong := g.above(share, g.Share, was(before, Key, Ordinary))
	now := quadrantOf(isLarge, isStrong)
	plain := quadrantOf(a.wallet() >= large, share >= g.Share)
	if growth, ok := a.growth(); now == Ordinary && ok && growth >= g.Growth && a.wallet() >= large*(1-g.Band) {
		return Key, ByGrowth
	}
	if now != plain {
		return now, Held
	}
	return now, ByMoney
}

func quadrantOf(large, strong bool) Grade {
	switch {
	case large && strong:
		return Key
	case large:
		return Potential
	case strong:
		return Ordinary
	}
	return Marginal
}

// above says whether a value has reached a limit. One that was above stays so
// until it is clearly below, and the other way round; of one that was neither
// the limit itself decides.
func (g Grading) above(value, limit float64, was int) bool {
	return value >= limit*(1-float64(was)*g.Band)
}

// was is 1 when a grade is one of some, -1 when it is another, and 0 when none
// is known. A problem says nothing of quadrants.
func was(given Grade, some ...Grade) int {
	switch {
	case slices.Contains(some, given):
		return 1
	case given == "" || given == Problem:
		return 0
	}
	return -1
}
