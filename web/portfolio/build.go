package portfolio

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/signals"
)

// How much of each list is told. The numbers beside them count all.
const (
	circlesShown  = 120 // the most valuable
	driftingShown = 30  // others that drift away, those with most at risk
	listedShown   = 10
)

// builder makes one report.
type builder struct {
	filter   Filter
	reader   *Reader
	files    *Files
	assessed *assessed
	surveys  []survey

	report  *Report
	rows    []*row // of the accounts that pass the filter, the most valuable first
	cooling cooling
	rivals  rivals
	care    []*row
	threads []*row
	course  course
	others  []*row // with figures, and not among the most valuable
}

// row is one account with all that counts of it.
type row struct {
	*accounts.Account
	figures    *accounts.Assessment // nil: unknown
	value      float64
	atRisk     float64
	severity   alerting.Severity // of its alert about behaviour; empty: there is none
	raised     int64             // when that was first found, Unix nanoseconds
	neglected  *alert
	alerts     int
	unanswered int
	stakes     [][]stake // of its alerts, also of those that closed
	state      standing
	known      bool // the state knows it
}

// take makes a row of each account, with its alerts.
func (b *builder) take(all *alerts) {
	rows, of, unlisted := b.everybody(), make(map[string][]alert, len(all.living)), len(all.living)
	for _, a := range all.living {
		of[a.account] = append(of[a.account], a)
	}
	closed := make(map[string][][]stake, len(all.closed))
	for _, p := range all.closed {
		closed[p.account] = append(closed[p.account], p.stakes)
	}
	for i := range rows {
		rows[i].stakes = closed[rows[i].ID]
		for _, a := range of[rows[i].ID] {
			rows[i].add(a)
			unlisted--
		}
	}
	b.report = &Report{Read: b.reader.Now, today: b.reader.Today, Filter: b.filter, Currency: b.files.Accounts.Currency(), Grades: map[accounts.Grade]int{}}
	if b.filter.takesAll() {
		b.report.Unlisted = unlisted
	}
	owners, teams := map[string]bool{}, map[string]bool{}
	for i := range rows {
		r := &rows[i]
		b.cooling.add(r, b.reader.Now)
		if b.filter.mayBeSeen(r.Account) {
			owners[r.Owner], teams[r.Team] = true, true
		}
		if b.filter.passes(r.Account) {
			b.rows = append(b.rows, r)
		}
	}
	b.report.choices.owners, b.report.choices.teams = named(owners), named(teams)
}

// named are the names in a set, in order.
func named(set map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(set)), func(name string) bool { return name == "" })
}

// everybody is a row of every account: of the files, or without any of the state.
func (b *builder) everybody() (rows []row) {
	rows = make([]row, 0, b.files.Accounts.Len())
	i := 0
	for a := range b.files.Accounts.All() {
		r := row{Account: a, value: a.Value()}
		if x := &b.assessed.all[i]; x.Wallet > 0 && a.Sales > 0 {
			r.figures = x
		}
		r.state, r.known = b.standing(a.ID)
		rows = append(rows, r)
		i++
	}
	if b.files.Accounts != nil {
		return rows
	}
	for _, s := range b.surveys {
		for _, id := range slices.Sorted(maps.Keys(s.accounts)) {
			rows = append(rows, row{Account: &accounts.Account{ID: id, Name: id, Grade: accounts.Ordinary}, state: s.accounts[id], known: true})
		}
	}
	return rows
}

func (b *builder) standing(account string) (standing, bool) {
	if len(b.surveys) == 0 {
		return standing{}, false
	}
	s, ok := b.surveys[signals.PartitionOf([]byte(account), len(b.surveys))].accounts[account]
	return s, ok
}

// surveyed tells whether the state that an account belongs to was read. Where no day has been
// closed there is none yet.
func (b *builder) surveyed(account string) bool {
	return len(b.surveys) > 0 && b.surveys[signals.PartitionOf([]byte(account), len(b.surveys))].closed > 0
}

// add counts an alert about the account.
func (r *row) add(a alert) {
	r.alerts++
	if a.open {
		r.unanswered++
	}
	if a.neglect {
		r.neglected = &a
		return
	}
	r.severity, r.raised = a.severity, a.raised.UnixNano()
	r.atRisk += a.atRisk
	r.stakes = append(r.stakes, a.stakes)
}

func (r *row) risk() Risk {
	switch {
	case r.severity == alerting.Critical:
		return Critical
	case r.severity != "":
		return Warning
	case r.neglected != nil:
		return CareOverdue
	case !r.known || r.state.dormant:
		return NotJudged
	}
	return Calm
}

func (r *row) listed() Listed { return Listed{r.ID, r.Name, r.Grade, r.Owner, r.value} }

func (s *Sum) add(r *row) {
	s.Accounts++
	s.Value += r.value
	s.AtRisk += r.atRisk
	if r.severity != "" {
		s.Endangered++
	}
}

// count fills in all that needs no further reading.
func (b *builder) count() {
	p := b.report
	slices.SortFunc(b.rows, func(x, y *row) int { return cmp.Or(cmp.Compare(y.value, x.value), cmp.Compare(x.ID, y.ID)) })
	p.Map = Map{Circles: []Circle{}, Rest: map[Risk]int{}, ByRisk: map[Risk]int{}}
	if g := &b.files.Grading; !g.Keep || g.Potential > 0 {
		p.Map.Large, p.Map.Strong = b.assessed.large, g.Share
	}
	p.Accounts, p.Lacking.Directory = len(b.rows), b.files.Accounts == nil
	owners, teams := groups{}, groups{}
	today, now := b.reader.Today, b.reader.Now.UnixNano()
	for _, r := range b.rows {
		p.Grades[r.Grade]++
		p.All.add(r)
		b.course.add(r, today, now)
		for _, of := range []*group{owners.of(r.Owner), teams.of(r.Team)} {
			of.add(r)
			of.course.add(r, today, now)
		}
		b.place(r)
		b.state(r)
		b.lacking(r)
	}
	p.Trend.Weeks = b.course.weeks(b.reader)
	p.Owners, p.Teams = owners.sorted(b.reader), teams.sorted(b.reader)
	if len(teams) == 0 || len(teams) == 1 && teams[""] != nil {
		p.Teams = nil
	}
	b.drifting()
	b.top()
	b.topList()
	p.Turnover, p.GradesSince = b.turnover(), b.gradesSince()
	p.Cooling = b.cooling.found(&b.filter)
	p.Rivals = b.rivals.found()
	b.judged()
}

// place puts an account on the map.
func (b *builder) place(r *row) {
	m, risk := &b.report.Map, r.risk()
	m.ByRisk[risk]++
	switch {
	case r.figures == nil:
		m.Unknown++
	case len(m.Circles) == circlesShown:
		b.others = append(b.others, r)
	default:
		m.Circles = append(m.Circles, r.circle())
	}
}

func (r *row) circle() Circle {
	return Circle{r.ID, r.Name, r.figures.Wallet, r.figures.Share, r.value, r.atRisk, r.risk()}
}

// drifting puts those that drift away on the map as well, and counts the rest.
func (b *builder) drifting() {
	m := &b.report.Map
	slices.SortStableFunc(b.others, func(x, y *row) int { return cmp.Compare(y.atRisk, x.atRisk) })
	for _, r := range b.others {
		if r.severity == "" || m.Drifting == driftingShown {
			m.Rest[r.risk()]++
			continue
		}
		m.Drifting++
		m.Circles = append(m.Circles, r.circle())
	}
}

// state counts what the survey and the alerts tell.
func (b *builder) state(r *row) {
	p := b.report
	switch {
	case !r.known && b.surveyed(r.ID):
		p.NoState++
	case r.state.dormant:
		p.Dormant++
	}
	if r.neglected != nil {
		p.Care.Total++
		b.care = append(b.care, r)
	}
	if r.state.only && r.Grade != accounts.Marginal { // in this grade one contact is enough
		p.Threads.Total++
		b.threads = append(b.threads, r)
	}
	b.rivals.add(r)
}

func (b *builder) lacking(r *row) {
	l := &b.report.Lacking
	if r.value == 0 {
		l.Value++
	}
	if r.figures == nil {
		l.Potential++
	}
	if r.Owner == "" {
		l.Owner++
	}
}

// top tells what lies in the most valuable tenth.
func (b *builder) top() {
	n := 0
	for n < len(b.rows) && b.rows[n].value > 0 {
		n++
	}
	if n == 0 {
		return
	}
	t := &Top{}
	for i := range n {
		t.All.add(b.rows[i])
		if i < (n+9)/10 {
			t.Tenth.add(b.rows[i])
		}
	}
	for sum := 0.0; sum < 0.8*t.All.Value; t.FourFifths++ {
		sum += b.rows[t.FourFifths].value
	}
	b.report.Top = t
}

// topList compares the grades by money with those of the files.
func (b *builder) topList() {
	if b.files.Grading.Keep {
		return // the files' grades hold, and nothing tells what they were before
	}
	some, all := b.assessed.all, b.files.Accounts
	if !b.filter.takesAll() {
		some = slices.DeleteFunc(slices.Clone(some), func(x accounts.Assessment) bool { return !b.filter.passes(all.Get(x.ID)) })
	}
	t := b.files.Grading.TopList(some)
	list := func(ids []string) []Listed {
		list := make([]Listed, len(ids))
		for i, id := range ids {
			a := all.Get(id)
			list[i] = (&row{Account: a, value: a.Value()}).listed()
		}
		slices.SortStableFunc(list, func(x, y Listed) int { return cmp.Compare(y.Value, x.Value) })
		return list[:min(len(list), listedShown)]
	}
	b.report.TopList = &TopList{b.report.Grades[accounts.Key], len(t.Joined), len(t.Left), list(t.Joined), list(t.Left), t.Part, t.Limit, t.TooMuch() && b.filter.takesAll()}
}

// judged tells how far the states go that were read.
func (b *builder) judged() {
	for _, s := range b.surveys {
		if day := b.report.JudgedUpTo; s.closed > 0 && (day == nil || s.closed < *day) {
			b.report.JudgedUpTo = new(s.closed)
		}
	}
	b.report.Surveyed = b.report.JudgedUpTo != nil
}

// detail reads the accounts of the lists, as they are now.
func (b *builder) detail(ctx context.Context) error {
	p := b.report
	p.Care.Accounts, p.Threads.Accounts = []Neglected{}, []SingleThreaded{}
	care, threads := b.care[:min(len(b.care), listedShown)], b.threads[:min(len(b.threads), listedShown)]
	var ids []string
	for _, r := range slices.Concat(care, threads) {
		if !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	var found map[string]*detector.Inspection
	var err error
	if len(ids) > 0 {
		found, err = b.reader.Inspect(ctx, ids)
	}
	for _, r := range care {
		n := Neglected{Listed: r.listed(), Since: r.neglected.since, Answered: !r.neglected.open, Care: []detector.Reason{}}
		if x := found[r.ID]; x != nil {
			n.Care = append(n.Care, b.reader.Owing(x)...)
		}
		p.Care.Accounts = append(p.Care.Accounts, n)
	}
	for _, r := range threads {
		x := found[r.ID]
		if x == nil || x.People == nil || x.People.Only == "" {
			continue // it is not so any more, or cannot be read
		}
		p.Threads.Accounts = append(p.Threads.Accounts, threadOf(r, x.People))
	}
	return err
}

func threadOf(r *row, people *detector.People) SingleThreaded {
	t := SingleThreaded{Listed: r.listed(), Contact: people.Only, Person: r.PersonName(people.Only)}
	for i := range people.Persons {
		if people.Persons[i].ID == t.Contact {
			t.Quiet = people.Persons[i].Quiet
		}
	}
	return t
}

// groups are sums by the name of a manager or a team.
type groups map[string]*group

// group is one of them while it is counted.
type group struct {
	Group
	course course
}

func (g groups) of(name string) *group {
	of := g[name]
	if of == nil {
		of = &group{Group: Group{Name: name}}
		g[name] = of
	}
	return of
}

func (of *group) add(r *row) {
	of.Sum.add(r)
	if r.Grade == accounts.Key {
		of.Key++
	}
	of.Alerts += r.alerts
	of.Unanswered += r.unanswered
	if r.neglected != nil {
		of.Overdue++
	}
}

// sorted puts those with most at risk first, and accounts without a name last.
func (g groups) sorted(reader *Reader) []Group {
	list := make([]Group, 0, len(g))
	for _, of := range g {
		of.Weeks = []float64{}
		for _, w := range of.course.weeks(reader) {
			of.Weeks = append(of.Weeks, w.AtRisk)
		}
		list = append(list, of.Group)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(nameless(a)-nameless(b), cmp.Compare(b.AtRisk, a.AtRisk), cmp.Compare(b.Alerts, a.Alerts), cmp.Compare(b.Value, a.Value), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func nameless(g Group) int {
	if g.Name == "" {
		return 1
	}
	return 0
}

// daysAgo is the moment some days ago, Unix nanoseconds.
func daysAgo(now int64, days signals.Day) int64 { return now - int64(days)*24*60*60*1e9 }
