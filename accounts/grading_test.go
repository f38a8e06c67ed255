package accounts

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// graded is a portfolio for tests: large from 100, strong from 0.3.
func gradeOf(a Account) (Grade, Why) {
	g := DefaultGrading()
	g.Potential = 100
	x := g.Assess(NewDirectory([]Account{a}))[0]
	return x.Now, x.Why
}

func TestGrade(t *testing.T) {
	for name, c := range map[string]struct {
		account Account
		want    Grade
		why     Why
	}{
		"large and strong":     {Account{Potential: 100, Sales: 30}, Key, ByMoney},
		"large and weak":       {Account{Potential: 100, Sales: 29}, Potential, ByMoney},
		"small and strong":     {Account{Potential: 99, Sales: 30}, Ordinary, ByMoney},
		"small and weak":       {Account{Potential: 99, Sales: 29}, Marginal, ByMoney},
		"another grade before": {Account{Grade: Marginal, Potential: 200, Sales: 100}, Key, ByMoney},

		// The band is 10 %: 90 to 110, and .27 to .33.
		"key, a little smaller":        {Account{Grade: Key, Potential: 90, Sales: 45}, Key, Held},
		"key, clearly smaller":         {Account{Grade: Key, Potential: 89, Sales: 45}, Ordinary, ByMoney},
		"key, a little weaker":         {Account{Grade: Key, Potential: 200, Sales: 54.1}, Key, Held},
		"key, clearly weaker":          {Account{Grade: Key, Potential: 200, Sales: 53.9}, Potential, ByMoney},
		"ordinary, a little larger":    {Account{Grade: Ordinary, Potential: 109, Sales: 50}, Ordinary, Held},
		"ordinary, clearly larger":     {Account{Grade: Ordinary, Potential: 111, Sales: 50}, Key, ByMoney},
		"potential, a little stronger": {Account{Grade: Potential, Potential: 200, Sales: 65}, Potential, Held},
		"marginal, a little of both":   {Account{Grade: Marginal, Potential: 105, Sales: 33}, Marginal, Held},
		"new, inside the band":         {Account{Potential: 99, Sales: 50}, Ordinary, ByMoney},

		// Growth decides inside the band, for ordinary accounts.
		"ordinary, growing":               {Account{Grade: Ordinary, Potential: 91, Sales: 48, SalesBefore: 40}, Key, ByGrowth},
		"ordinary, growing less":          {Account{Grade: Ordinary, Potential: 91, Sales: 47, SalesBefore: 40}, Ordinary, ByMoney},
		"ordinary, growing, clearly less": {Account{Grade: Ordinary, Potential: 89, Sales: 80, SalesBefore: 20}, Ordinary, ByMoney},
		"new, growing":                    {Account{Potential: 91, Sales: 48, SalesBefore: 40}, Key, ByGrowth},
		"marginal, growing":               {Account{Grade: Marginal, Potential: 95, Sales: 10, SalesBefore: 2}, Marginal, ByMoney},

		// What is not known changes nothing.
		"no money":              {Account{Grade: Key}, Key, NoMoney},
		"no money and no grade": {Account{}, Ordinary, NoMoney},
		"no potential":          {Account{Grade: Marginal, Sales: 1e9}, Marginal, NoMoney},
		"no sales":              {Account{Grade: Key, Potential: 1e9}, Key, NoMoney},
		"outgrown":              {Account{Potential: 50, Sales: 120}, Key, ByMoney},

		// Problems.
		"costs more than it brings":                     {Account{Potential: 200, Sales: 100, Margin: 20, CostToServe: 20}, Problem, ByCost},
		"costs less":                                    {Account{Potential: 200, Sales: 100, Margin: 20, CostToServe: 19}, Key, ByMoney},
		"key, costs a little more":                      {Account{Grade: Key, Potential: 200, Sales: 100, Margin: 20, CostToServe: 21}, Key, ByMoney},
		"key, costs clearly more":                       {Account{Grade: Key, Potential: 200, Sales: 100, Margin: 20, CostToServe: 22.1}, Problem, ByCost},
		"problem, costs a little less":                  {Account{Grade: Problem, Potential: 200, Sales: 100, Margin: 20, CostToServe: 18}, Problem, ByCost},
		"problem no more":                               {Account{Grade: Problem, Potential: 200, Sales: 100, Margin: 20, CostToServe: 17}, Key, ByMoney},
		"problem, cost not known":                       {Account{Grade: Problem, Potential: 200, Sales: 100, Margin: 20}, Problem, NoMoney},
		"a loss":                                        {Account{Grade: Key, Margin: -1, CostToServe: 1}, Problem, ByCost},
		"margin not known":                              {Account{Grade: Ordinary, Sales: 1, CostToServe: 100}, Ordinary, NoMoney},
		"many complaints":                               {Account{Potential: 50, Sales: 25, Complaints: 12}, Problem, ByComplaints},
		"ordinary, a little too many":                   {Account{Grade: Ordinary, Potential: 50, Sales: 25, Complaints: 13}, Ordinary, ByMoney},
		"many complaints of a key account":              {Account{Potential: 200, Sales: 100, Complaints: 99}, Key, ByMoney},
		"problem, many complaints, a little too strong": {Account{Grade: Problem, Potential: 200, Sales: 62, Complaints: 14}, Problem, ByComplaints},
		"problem, many complaints, clearly key":         {Account{Grade: Problem, Potential: 200, Sales: 70, Margin: 20, CostToServe: 5, Complaints: 14}, Key, ByMoney},
		"many complaints, no money, was key":            {Account{Grade: Key, Complaints: 99}, Key, NoMoney},
		"many complaints, no money, ordinary":           {Account{Grade: Ordinary, Complaints: 99}, Problem, ByComplaints},
	} {
		c.account.ID = "acme"
		if got, why := gradeOf(c.account); got != c.want || why != c.why {
			t.Errorf("%s: got %s by %s, want %s by %s", name, got, why, c.want, c.why)
		}
	}
}

// Without grading.yaml grades of the file hold, and money grades the others.
func TestKeepGrades(t *testing.T) {
	g := DefaultGrading()
	g.Keep, g.Potential = true, 100
	d := g.Apply(NewDirectory([]Account{{ID: "a", Grade: Marginal, Potential: 200, Sales: 100}, {ID: "b", Potential: 200, Sales: 100}, {ID: "c"}}))
	got := fmt.Sprint(d.Get("a").Grade, " ", d.Get("b").Grade, " ", d.Get("c").Grade)
	if got != "marginal key ordinary" {
		t.Errorf("got %s", got)
	}
	if Grading.Apply(g, nil) != nil {
		t.Error("nobody's directory became somebody's")
	}
}

// Other ids of contacts are no grades: what the file says of those stays known.
func TestRenameKeepsGrades(t *testing.T) {
	g := DefaultGrading()
	g.Potential = 100
	d := g.Apply(NewDirectory([]Account{{ID: "a", Potential: 95, Sales: 50, Contacts: []Contact{{ID: "li"}, {ID: "wu"}}}}).Rename(func(id string) string {
		return map[string]string{"li": "z", "wu": "b"}[id]
	}))
	a := d.Get("a")
	if got := g.Assess(d)[0]; got.Was != "" || a.Contacts[0] != (Contact{ID: "b", Name: "wu"}) || a.Contacts[1].Name != "li" {
		t.Errorf("got %+v of %+v", got, a)
	}
}

// The portfolio itself says what is large: a fifth of those whose potential is
// known, rounded, and at least one.
// What joins a directory counts more than what is there, and leaves the others'
// grades what their file says.
func TestWith(t *testing.T) {
	grading := DefaultGrading()
	large := Account{ID: "b", Grade: Marginal, Potential: 9e6, Sales: 8e6}
	d := grading.Apply(NewDirectory([]Account{{ID: "a", Grade: Key}, large}))
	joined := grading.Apply(d.With([]Account{{ID: "c"}, {ID: "a", Grade: Problem}}))
	for id, want := range map[string]Grade{"a": Problem, "b": d.Get("b").Grade, "c": Ordinary} {
		if got := joined.Get(id); got == nil || got.Grade != want {
			t.Errorf("%s: got %+v, want grade %s", id, got, want)
		}
	}
	if d.Get("b").Grade == Marginal || !joined.Get("b").Regraded() {
		t.Error("the file's grade is lost")
	}
	if joined.Len() != 3 || d.Len() != 2 || (*Directory)(nil).With([]Account{{ID: "x"}}).Len() != 1 {
		t.Errorf("%d accounts joined, %d before", joined.Len(), d.Len())
	}
}

func TestLarge(t *testing.T) {
	for _, c := range []struct {
		wallets []float64
		want    float64
	}{
		{nil, 0}, {[]float64{5}, 5}, {[]float64{1, 2, 3, 4}, 4}, {[]float64{9, 1, 8, 2, 7, 3, 6, 4, 5, 10}, 9}, {[]float64{0, 0, 0, 0, 0, 0, 0, 1, 2}, 2},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8}, 7}, // 1.6 of 8: two
	} {
		var list []Account
		for i, w := range c.wallets {
			list = append(list, Account{ID: fmt.Sprint(i), Potential: w})
		}
		if got := DefaultGrading().Large(NewDirectory(list)); got != c.want {
			t.Errorf("%v: got %v, want %v", c.wallets, got, c.want)
		}
	}
}

// anyPortfolio draws accounts with and without grades and money.
func anyPortfolio(t *rapid.T) []Account {
	money := rapid.SampledFrom([]float64{0, 1, 10, 50, 90, 100, 110, 200, 1000})
	list := make([]Account, rapid.IntRange(1, 30).Draw(t, "accounts"))
	for i := range list {
		list[i] = Account{
			ID: fmt.Sprint(i), Grade: rapid.SampledFrom(append([]Grade{""}, Grades...)).Draw(t, "grade"),
			Potential: money.Draw(t, "potential"), Sales: money.Draw(t, "sales") * rapid.Float64Range(0.1, 1).Draw(t, "share"), SalesBefore: money.Draw(t, "before"),
			Margin: money.Draw(t, "margin") - 10, CostToServe: money.Draw(t, "cost"), Complaints: rapid.IntRange(0, 30).Draw(t, "complaints"),
		}
	}
	return list
}

// A list whose grades were written back is stable: graded again, nobody moves.
func TestGradingIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := DefaultGrading()
		list := anyPortfolio(t)
		graded := g.Apply(NewDirectory(list))
		for i := range list {
			list[i].Grade = graded.Get(list[i].ID).Grade
		}
		again := g.Assess(NewDirectory(list))
		for _, a := range again {
			if a.Moved() {
				t.Fatalf("%+v moves again", a)
			}
		}
		if turnover := g.TopList(again); turnover.Part != 0 {
			t.Fatalf("turnover %+v", turnover)
		}
		if twice := g.Apply(graded); !reflect.DeepEqual(twice, graded) {
			t.Fatal("grading what is graded changes it")
		}
	})
}

// Whatever money does within a span of a fifth, an account that is graded anew
// each month moves at most once: it never goes to and fro.
func TestGradingIsSteady(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := DefaultGrading()
		g.Potential = 100
		from, share := rapid.Float64Range(60, 140).Draw(t, "from"), rapid.Float64Range(0.2, 0.4).Draw(t, "share")
		isWallet := rapid.Bool().Draw(t, "the wallet moves")
		grade, moves := rapid.SampledFrom(Grades[:4]).Draw(t, "grade"), 0
		for month := range 24 {
			f := rapid.Float64Range(1, 1.2).Draw(t, "month")
			a := Account{ID: "a", Grade: grade, Potential: from, Sales: from * share * f}
			if isWallet {
				a.Potential, a.Sales = from*f, from*share*f
			}
			x := g.Assess(NewDirectory([]Account{a}))[0]
			if x.Moved() && month > 0 { // in the first, the file was wrong
				moves++
			}
			grade = x.Now
		}
		if moves > 1 {
			t.Fatalf("%d moves in two years", moves)
		}
	})
}

func TestValue(t *testing.T) {
	g := DefaultGrading()
	g.Margin = 0.5
	d := g.Apply(NewDirectory([]Account{{ID: "margin", Margin: 7, Sales: 100}, {ID: "sales", Sales: 100}, {ID: "loss", Margin: -7, Sales: 100}, {ID: "none"}}))
	for id, want := range map[string]float64{"margin": 7, "sales": 50, "loss": 0, "none": 0} {
		if got := d.Get(id).Value(); got != want {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
	}
	if got := (&Account{Sales: 100}).Value(); got != 25 {
		t.Errorf("by the default: %v", got)
	}
}

func TestTurnover(t *testing.T) {
	all := func(moves string) (list []Assessment) {
		for i, m := range strings.Fields(moves) {
			was, now, _ := strings.Cut(m, ">")
			list = append(list, Assessment{ID: fmt.Sprint(i), Was: Grade(was), Now: Grade(now)})
		}
		return list
	}
	for moves, want := range map[string]string{
		"":                                       "0 [] []",
		"key>key ordinary>ordinary":              "0 [] []",
		"key>key key>key key>key key>potential":  "0.25 [] [3]",
		"key>key key>problem ordinary>key >key":  "0.5 [2] [1]",
		"ordinary>key potential>key key>key":     "0.67 [0 1] []",
		">key >key":                              "0 [] []",
		"ordinary>marginal marginal>ordinary >":  "0 [] []",
		"key>ordinary key>key key>key key>key >": "0.25 [] [0]",
	} {
		turnover := DefaultGrading().TopList(all(moves))
		if got := fmt.Sprint(math.Round(100*turnover.Part)/100, turnover.Joined, turnover.Left); got != want {
			t.Errorf("%s: got %s, want %s", moves, got, want)
		}
		if turnover.TooMuch() != (turnover.Part > 0.2) {
			t.Errorf("%s: too much is %v", moves, turnover.TooMuch())
		}
	}
}

// By hand: of 100 the two largest of ten have 80, and the larger half has 92.
func TestConcentration(t *testing.T) {
	var list []Account
	for i, v := range []float64{50, 30, 4, 4, 4, 2, 2, 2, 1, 1} {
		list = append(list, Account{ID: fmt.Sprint(i), Sales: v})
	}
	list = append(list, Account{ID: "x", Margin: -3}, Account{ID: "y", Margin: 6})
	got := DefaultGrading().Review(NewDirectory(list)).Concentration
	want := []Concentration{
		{Of: "sales", Accounts: 10, Total: 100, Fifth: 0.8, Half: 0.92, Most: 2},
		{Of: "margin", Accounts: 1, Total: 6, Fifth: 1, Half: 1, Most: 1, Loss: 3},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestThreads(t *testing.T) {
	for name, c := range map[string]struct {
		account Account
		want    string
	}{
		"nobody listed":         {Account{}, ""},
		"one":                   {Account{Contacts: []Contact{{ID: "li"}}}, "li of 1"},
		"two":                   {Account{Contacts: []Contact{{ID: "li"}, {ID: "wu"}}}, ""},
		"two, one with a say":   {Account{Contacts: []Contact{{ID: "li", Power: 2}, {ID: "wu", Power: 3}}}, "wu of 2"},
		"two with a say":        {Account{Contacts: []Contact{{ID: "li", Power: 5}, {ID: "wu", Power: 3}}}, ""},
		"two without":           {Account{Contacts: []Contact{{ID: "li", Power: 1}, {ID: "wu"}}}, " of 2"},
		"one of a marginal one": {Account{Grade: Marginal, Contacts: []Contact{{ID: "li"}}}, ""},
	} {
		c.account.ID = "acme"
		got := ""
		for _, x := range DefaultGrading().Review(NewDirectory([]Account{c.account})).Threads {
			got = fmt.Sprintf("%s of %d", x.Person, x.People)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
