package backtest

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"firstsign/accounts"
	"firstsign/detector/stats"
	"firstsign/signals"
)

// Losses are the accounts that are known to have left, and when.
type Losses map[string]signals.Day

// LossesOf a list; the first of an account counts.
func LossesOf(list []Loss) Losses {
	losses := Losses{}
	for _, l := range list {
		if day, ok := losses[l.Account]; !ok || l.Day < day {
			losses[l.Account] = l.Day
		}
	}
	return losses
}

// neutralBefore a loss, an alert is neither false nor demanded.
const neutralBefore = 90

// An episode is over after quietDays below the threshold, as in the detector.
const quietDays = 14

// course is the evidence of one account day by day, as it changed.
type course []step

// step is the evidence in nats from a day on.
type step struct {
	day      signals.Day
	evidence float64
}

// coursesOf an outcome, by account. The scores were made with a curve, which
// is taken back here.
func coursesOf(o *Outcome, curve stats.Exceedance) map[string]course {
	courses := map[string]course{}
	for from := 0; from < len(o.Scores); {
		to := from
		for to < len(o.Scores) && o.Scores[to].Account == o.Scores[from].Account {
			to++
		}
		c := make(course, 0, to-from)
		for _, s := range o.Scores[from:to] {
			c = append(c, step{s.Day, curve.Evidence(s.Score)})
		}
		courses[o.Scores[from].Account] = c
		from = to
	}
	return courses
}

// episodes calls begun with the first day of each episode, when there is one
// above a level until the day end.
func (c course) episodes(level float64, end signals.Day, begun func(signals.Day)) {
	last := signals.Day(math.MinInt32 / 2) // day above the level
	for i, s := range c {
		if s.evidence < level || s.day > end {
			continue
		}
		if s.day-last > quietDays {
			begun(s.day)
		}
		last = end
		if i+1 < len(c) {
			last = c[i+1].day - 1
		}
	}
}

// first day in [from, until] on which the evidence is at a level; false when
// there is none. raised tells that it was so before, within an episode.
func (c course) first(level float64, from, until signals.Day) (day signals.Day, found, raised bool) {
	i := sort.Search(len(c), func(i int) bool { return c[i].day > from-quietDays }) - 1
	for i = max(i, 0); i < len(c) && c[i].day <= until; i++ {
		if c[i].evidence < level {
			continue
		}
		if c[i].day < from {
			return 0, false, true
		}
		return c[i].day, true, false
	}
	return 0, false, false
}

// at is the evidence at the end of a day.
func (c course) at(d signals.Day) float64 {
	i := sort.Search(len(c), func(i int) bool { return c[i].day > d })
	if i == 0 {
		return 0
	}
	return c[i-1].evidence
}

// judged is when an account's alerts are provably false: once it has settled,
// and up to its last contact, for it came back after each of them. The time
// before a known loss is left out.
func (l *Life) judged(losses Losses) (from, to signals.Day) {
	from, to = l.First+settled, l.Last
	if lost, ok := losses[l.Account]; ok {
		to = min(to, lost-neutralBefore)
	}
	return from, max(to, from)
}

// spare notes when accounts were about to leave and were kept. Those that the
// history does not know were before it, or have gone with it.
func (c *Chronicle) spare(saved []Saved) {
	for _, s := range saved {
		if l := c.index[s.Account]; l != nil {
			l.saved = append(l.saved, s)
			slices.SortFunc(l.saved, func(a, b Saved) int { return int(a.From - b.From) })
		}
	}
}

// unsaved are the parts of the days [from, to) on which the account was not
// about to leave.
func (l *Life) unsaved(from, to signals.Day) func(yield func(from, to signals.Day) bool) {
	return func(yield func(from, to signals.Day) bool) {
		for _, s := range l.saved {
			if s.From > from && !yield(from, min(s.From, to)) {
				return
			}
			if from = max(from, s.To+1); from >= to {
				return
			}
		}
		if from < to {
			yield(from, to)
		}
	}
}

// wasSaved tells whether the account was about to leave on one of the days
// [from, to].
func (l *Life) wasSaved(from, to signals.Day) bool {
	return slices.ContainsFunc(l.saved, func(s Saved) bool { return s.From <= to && s.To >= from })
}

// Levels of evidence at which episodes are counted.
const (
	levelStep = 0.05
	levels    = 320
)

// calm is how healthy accounts behaved: for how many account-years they were
// watched, and how many episodes there were at each level of evidence.
type calm struct {
	years    float64
	episodes [levels]float64
}

func (c *calm) add(o *calm) {
	c.years += o.years
	for i := range c.episodes {
		c.episodes[i] += o.episodes[i]
	}
}

// at is the number of episodes at a level between those that were counted.
func (c *calm) at(evidence float64) float64 {
	at := min(max(evidence/levelStep, 0), levels-1)
	i := min(int(at), levels-2)
	part := at - float64(i)
	return c.episodes[i]*(1-part) + c.episodes[i+1]*part
}

// watch counts the episodes that began in [from, to).
func (c course) watch(from, to signals.Day) *calm {
	w := &calm{years: float64(max(0, to-from)) / 365.25}
	highest := math.Inf(-1)
	for _, s := range c {
		highest = max(highest, s.evidence)
	}
	for i := range levels {
		level := float64(i) * levelStep
		if level > highest {
			break
		}
		c.episodes(level, to-1, func(d signals.Day) {
			if d >= from {
				w.episodes[i]++
			}
		})
	}
	return w
}

// Interval is a figure with its 90 % interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func (i Interval) times(f float64) Interval { return Interval{i.Value * f, i.Low * f, i.High * f} }

// sureness is how often an interval should hold what it is about.
const sureness = 0.9

// countInterval is the exact interval of a Poisson mean of which n were seen
// (Garwood 1936).
func countInterval(n int) Interval {
	low := 0.0
	if n > 0 {
		low = distuv.ChiSquared{K: 2 * float64(n)}.Quantile((1-sureness)/2) / 2
	}
	return Interval{float64(n), low, distuv.ChiSquared{K: 2*float64(n) + 2}.Quantile((1+sureness)/2) / 2}
}

// shareInterval is Wilson's interval of a proportion (Wilson 1927).
func shareInterval(hits, of int) Interval {
	if of == 0 {
		return Interval{math.NaN(), 0, 1}
	}
	n, p := float64(of), float64(hits)/float64(of)
	z := distuv.UnitNormal.Quantile((1 + sureness) / 2)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Interval{p, max(0, mid-half), min(1, mid+half)}
}

// Detection is how surely and how soon a change is seen.
type Detection struct {
	Scenario Scenario       `json:"scenario"`
	Grade    accounts.Grade `json:"grade,omitempty"` // empty: all of them
	Accounts int            `json:"accounts"`
	// Within so many days of the change.
	Within []Within `json:"within"`
	// MedianDays is how long it takes in half of the cases; 0: less than half
	// were seen.
	MedianDays int `json:"median_days"`
	// Alerting had an alert when the change began; they are not counted.
	Alerting int `json:"alerting"`
}

// Within is the probability of being seen in time.
type Within struct {
	Days  int      `json:"days"`
	Share Interval `json:"share"`
}

var withinDays = []int{14, 30, 60, followed, slowly}

// detections of the guests, by scenario and grade. levelOf is the evidence at
// which a grade alerts.
func detections(guests []Guest, courses map[string]course, gradeOf func(string) accounts.Grade, levelOf map[accounts.Grade]float64) []Detection {
	type group struct {
		scenario Scenario
		grade    accounts.Grade
	}
	seen, alerting := map[group][]int{}, map[group]int{}
	for i := range guests {
		g := &guests[i]
		grade := gradeOf(g.Account)
		day, found, raised := courses[g.ID()].first(levelOf[grade], g.From, g.Until)
		delay := math.MaxInt
		if found {
			delay = int(day-g.From) + 1 // it is known when the day is over
		}
		for _, in := range []group{{g.Scenario, ""}, {g.Scenario, grade}} {
			if raised {
				alerting[in]++
			} else {
				seen[in] = append(seen[in], delay)
			}
		}
	}
	var list []Detection
	for _, s := range Scenarios {
		for _, grade := range append([]accounts.Grade{""}, accounts.Grades...) {
			in := group{s, grade}
			of := len(seen[in])
			if of > 0 && (grade == "" || of < len(seen[group{s, ""}])) { // one grade alone is all of them
				list = append(list, detection(s, grade, seen[in], alerting[in]))
			}
		}
	}
	return list
}

func detection(s Scenario, grade accounts.Grade, delays []int, alerting int) Detection {
	d := Detection{Scenario: s, Grade: grade, Accounts: len(delays), Alerting: alerting}
	slices.Sort(delays)
	for _, days := range withinDays {
		if days <= followed || s.slow() {
			hits := sort.SearchInts(delays, days+1)
			d.Within = append(d.Within, Within{days, shareInterval(hits, len(delays))})
		}
	}
	if median := delays[(len(delays)-1)/2]; median < math.MaxInt {
		d.MedianDays = median
	}
	return d
}
