package detector

import (
	"cmp"
	"fmt"
	"slices"

	"firstsign/detector/account"
	"firstsign/detector/assessment"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/detector/survey"
	"firstsign/signals"
)

// Inspection is all that the state says of one account, for people.
type Inspection struct {
	Account  string            `json:"account"`
	Grade    string            `json:"grade,omitempty"`
	First    signals.Day       `json:"-"`
	Since    string            `json:"first_day"`
	Closed   string            `json:"last_closed_day"`
	AsOf     signals.Day       `json:"-"`                 // the same
	Dormant  bool              `json:"dormant,omitempty"` // it has become quiet and is judged no longer
	Risk     float64           `json:"risk"`
	Evidence float64           `json:"evidence"`
	Raise    float64           `json:"alert_at"` // the risk at which an alert is raised of it
	Risks    []RiskWeek        `json:"risk_weeks"`
	Episode  *InspectedEpisode `json:"episode,omitempty"`
	Reasons  []finding.Reason  `json:"reasons"`
	Series   []InspectedSeries `json:"series"`
	Sources  map[string]string `json:"sources"` // state of each source it comes from
	Verdict  evidence.Verdict  `json:"verdict,omitempty"`
	Care     []finding.Reason  `json:"care,omitempty"` // what we owe it, and did
	People   *relations.People `json:"people"`
	Marks    []finding.Reason  `json:"marks,omitempty"` // what the files changed
	// Grades are those that the files gave the account in the last half year, the oldest
	// first; none where that is not known.
	Grades []GradedSince `json:"grades,omitempty"`
	// Rivals are the competitors that the account told of by name in the judged days.
	Rivals []NamedRival `json:"rivals,omitempty"`
	// Quiet are the half months that are quiet each year, by the month and day on
	// which they begin: what each is of a usual one. Nil while two years are not known.
	Quiet map[string]float64 `json:"quiet_each_year,omitempty"`
	// Said is what people called its last alert that they labelled, and Rarer how
	// many times rarer its thresholds are by false alarms; 1 without any.
	Said  signals.Label `json:"said,omitempty"`
	Rarer float64       `json:"thresholds_rarer"`
	// Holidays are the days of the weeks on which the calendar expects less.
	Holidays []signals.Day `json:"holidays,omitempty"`
	// Known is how many days of the account were known on the last closed one.
	Known int `json:"known_days"`
}

// InspectedEpisode is a stretch of raised risk.
type InspectedEpisode struct {
	Stage     string `json:"stage"` // pending, open, accepted or replaced
	Since     string `json:"since"`
	QuietDays int    `json:"quiet_days"`
}

// Inspect tells all that the state says of an account; false when there is
// none. today is the day on which people read it, to which silences are counted; a day
// that is not after the last closed one stands for the next.
func (e *Engine) Inspect(id string, today signals.Day) (*Inspection, bool) {
	a := e.index.of(id)
	if a == nil {
		return nil, false
	}
	x := &Inspection{
		Account: a.ID, Grade: string(e.yardstick.Given(a)), First: a.First, Since: a.First.String(), Closed: a.Closed.String(), AsOf: a.Closed,
		Known: int(a.Closed - a.First + 1), Holidays: e.holidays(a.Closed),
		Evidence: float64(a.Evidence), Risk: e.rules.Exceedance.Years(float64(a.Evidence)), Reasons: []finding.Reason{}, Sources: map[string]string{},
	}
	if ep := a.Episode; ep.Stage != episodes.Calm {
		x.Episode = &InspectedEpisode{Stage: "pending", Since: ep.Since.String(), QuietDays: int(ep.Quiet)}
		switch ep.Stage {
		case episodes.Raised:
			x.Episode.Stage = "open"
		case episodes.Accepted:
			x.Episode.Stage = "accepted"
		case episodes.Replaced:
			x.Episode.Stage = "replaced"
		}
	}
	x.Raise, x.Risks = e.yardstick.Threshold(a, e.closed).Raise, e.yardstick.RiskWeeks(a)
	x.People, _ = e.People(id)
	x.Quiet, x.Grades, x.Rivals = a.Year.Quiet(), a.Snapshot().Grades(), a.Rivals().ByName()
	x.Marks = append(e.yardstick.MarkReasons(a, true), e.yardstick.MarkReasons(a, false)...)
	if e.summary == nil {
		return x, true
	}
	j := e.assess(a)
	j.Weigh(e.closed+series.ForwardDays, false, func(s *series.Series) {
		x.Series = append(x.Series, j.InspectSeries(s))
		for _, id := range []uint16{s.Source, s.Other} {
			source := e.sources.Name(id)
			x.Sources[source] = string(feeds.Unknown)
			if f := e.summary.sources.Find(source); f != nil {
				x.Sources[source] = string(f.State)
			}
		}
	})
	x.People.HandedOver = append(x.People.HandedOver, j.HandedOver()...)
	x.Dormant = j.Dormant()
	j.MatchClosed(e.closed)
	j.Evidence()
	read, until := a.Closed+1, a.Closed
	if today > read {
		read, until = today, today // also what came on days that are still open
	}
	x.Reasons = append(x.Reasons, j.Reasons(read, until)...)
	if x.Episode != nil {
		x.Verdict = j.Verdict(evidence.FairlyStrong)
	}
	x.Care, x.Rarer = e.yardstick.CareReasons(a, read, true), a.Opinion().EasedOn(e.closed)
	if a.Opinion() != nil {
		x.Said = a.Opinion().Last
	}
	slices.SortFunc(x.Series, func(a, b InspectedSeries) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Side, b.Side))
	})
	return x, true
}

// holidays are those of the weeks that are kept up to a closed day.
func (e *Engine) holidays(closed signals.Day) (days []signals.Day) {
	for d := closed - 7*(series.HalfYear+1); d <= closed; d++ {
		if e.rules.Worked(d) < 1 {
			days = append(days, d)
		}
	}
	return days
}

// People tells who of an account is in touch with us; false when nothing is
// known of it.
func (e *Engine) People(id string) (*relations.People, bool) {
	a := e.index.of(id)
	if a == nil {
		return nil, false
	}
	p := a.Contacts().Summary(e.closed)
	listed := e.yardstick.Listed([]byte(id))
	for i := range p.Persons {
		p.Persons[i].Key = account.KeyContactID(listed, []byte(p.Persons[i].ID)) != ""
	}
	p.Unmet = relations.Unmet(listed, p.Persons)
	return p, true
}

// InspectedWeeks is how many whole weeks the judged days are.
const InspectedWeeks = assessment.InspectedWeeks

type (
	// InspectedSeries is one series of an Inspection.
	InspectedSeries = assessment.InspectedSeries
	// HalfYear is a series by weeks.
	HalfYear = finding.HalfYear
	// PastWeek is a week of it before those that it is judged by.
	PastWeek = finding.PastWeek
	// RiskWeek is the risk of an account in a week.
	RiskWeek = assessment.RiskWeek
	// NamedRival is a competitor that an account told of.
	NamedRival = relations.NamedRival
	// GradedSince is the grade that the files gave an account from a day's close on.
	GradedSince = relations.GradedSince
	// People says who of an account is in touch with us.
	People = relations.People
	// Person is one of the People.
	Person = relations.Person
	// HandedOver is a person whom another succeeded.
	HandedOver = relations.HandedOver
)

// InspectedFeed is what is kept of one source.
type InspectedFeed = feeds.Inspected

// InspectFeeds tells of every source, by name, and the last closed day; false before the
// first.
func InspectFeeds(e *Engine) (list []InspectedFeed, closed signals.Day, ok bool) {
	return e.sources.Inspect(e.sourcesBefore(), e.closed), e.closed, e.started
}

// Survey counts one account, which it does not keep, into a Survey.
func Survey(e *Engine, s AccountState, into *survey.Survey) error {
	a, err := e.yardstick.Decode(s.ID, s.State)
	if err != nil {
		return fmt.Errorf("account %q: %w", s.ID, err)
	}
	p := survey.Partition{Signals: &e.signals, Sources: &e.sources, Judged: e.sourcesBefore(), Closed: e.closed}
	into.Add(&p, a, !e.rules.Aliases.Has(a.ID) && wasDormant(e, a))
	return nil
}
