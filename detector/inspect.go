package detector

import (
	"cmp"
	"slices"

	"firstsign/detector/account"
	"firstsign/detector/episodes"
	"firstsign/detector/evidence"
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/detector/relations"
	"firstsign/detector/series"
	"firstsign/signals"
)

// Inspection is all that the state says of one account, for people.
type Inspection struct {
	Account  string            `json:"account"`
	Grade    string            `json:"grade,omitempty"`
	First    signals.Day       `json:"-"`
	Since    string            `json:"first_day"`
	Closed   string            `json:"last_closed_day"`
	Dormant  bool              `json:"dormant,omitempty"` // it has become quiet and is judged no longer
	Risk     float64           `json:"risk"`
	Evidence float64           `json:"evidence"`
	Episode  *InspectedEpisode `json:"episode,omitempty"`
	Reasons  []finding.Reason  `json:"reasons"`
	Series   []InspectedSeries `json:"series"`
	Sources  map[string]string `json:"sources"` // state of each source it comes from
	Verdict  evidence.Verdict  `json:"verdict,omitempty"`
	Care     []finding.Reason  `json:"care,omitempty"` // what we owe it, and did
	People   *relations.People `json:"people"`
	Marks    []finding.Reason  `json:"marks,omitempty"` // what the files changed
	// Quiet are the half months that are quiet each year, by the month and day on
	// which they begin: what each is of a usual one. Nil while two years are not known.
	Quiet map[string]float64 `json:"quiet_each_year,omitempty"`
	// Said is what people called its last alert that they labelled, and Rarer how
	// many times rarer its thresholds are by false alarms; 1 without any.
	Said  signals.Label `json:"said,omitempty"`
	Rarer float64       `json:"thresholds_rarer"`
}

// InspectedEpisode is a stretch of raised risk.
type InspectedEpisode struct {
	Stage     string `json:"stage"` // pending, open or accepted
	Since     string `json:"since"`
	QuietDays int    `json:"quiet_days"`
}

// InspectedSeries is one series: what was counted on each day, how much of a
// normal day each was, and what is usual.
type InspectedSeries struct {
	Signal  string        `json:"signal"`
	Kind    series.Kind   `json:"kind"`
	Contact string        `json:"contact,omitempty"`
	Side    series.Side   `json:"side"`
	Source  string        `json:"source"`
	Before  string        `json:"source_before,omitempty"` // the other one that it came from
	First   string        `json:"first_day"`
	Last    string        `json:"last_day,omitempty"` // of contact, when it is still kept
	Usual   float64       `json:"usual"`              // per week; of a score its mean
	Term    evidence.Kind `json:"term,omitempty"`     // the strongest evidence
	Nats    float64       `json:"evidence"`
	Days    []float64     `json:"days"`     // the last closed days, oldest first
	Normal  []float64     `json:"exposure"` // beside them
}

// Inspect tells all that the state says of an account; false when there is
// none.
func (e *Engine) Inspect(id string) (*Inspection, bool) {
	a := e.index[id]
	if a == nil {
		return nil, false
	}
	x := &Inspection{
		Account: a.ID, Grade: string(e.given(a)), First: a.First, Since: a.First.String(), Closed: a.Closed.String(),
		Evidence: float64(a.Evidence), Risk: e.rules.Exceedance.Years(float64(a.Evidence)), Reasons: []finding.Reason{}, Sources: map[string]string{},
	}
	if ep := a.Episode; ep.Stage != episodes.Calm {
		x.Episode = &InspectedEpisode{Stage: "pending", Since: ep.Since.String(), QuietDays: int(ep.Quiet)}
		switch ep.Stage {
		case episodes.Raised:
			x.Episode.Stage = "open"
		case episodes.Accepted:
			x.Episode.Stage = "accepted"
		}
	}
	x.People, _ = e.People(id)
	x.Quiet = a.Year.Quiet()
	x.Marks = append(e.markWords(a, true), e.markWords(a, false)...)
	if e.today == nil {
		return x, true
	}
	j := e.assess(a)
	j.weigh(e.closed+series.ForwardDays, false, func(s *series.Series) {
		x.Series = append(x.Series, j.inspectSeries(s))
		for _, id := range []uint16{s.Source, s.Other} {
			source := e.sources.Name(id)
			x.Sources[source] = string(feeds.Unknown)
			if f := e.today.sources.Find(source); f != nil {
				x.Sources[source] = string(f.State)
			}
		}
	})
	for _, h := range j.succeeded() {
		x.People.HandedOver = append(x.People.HandedOver, relations.HandedOver{From: a.KeyContact(h.person), To: a.Contacts()[h.To].ID, Part: h.Part})
	}
	x.Dormant = j.dormant
	j.matchClosed(e.closed)
	j.evidenceOf()
	x.Reasons = append(x.Reasons, j.words()...)
	if x.Episode != nil {
		x.Verdict = j.verdict(evidence.FairlyStrong)
	}
	x.Care, x.Rarer = e.careOf(a, j.read, true), a.Opinion().EasedOn(e.closed)
	if a.Opinion() != nil {
		x.Said = a.Opinion().Last
	}
	slices.SortFunc(x.Series, func(a, b InspectedSeries) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Side, b.Side))
	})
	return x, true
}

// inspectSeries tells of the series that was judged last.
func (j *assessment) inspectSeries(s *series.Series) InspectedSeries {
	v := &j.view
	r := &j.signals.Rules[s.Key.Signal]
	x := InspectedSeries{
		Signal: r.Name, Kind: r.Kind, Side: series.Theirs, Source: j.sources.Name(s.Source), First: s.First.String(),
		Days: make([]float64, 0, series.JudgedDays), Normal: make([]float64, 0, series.JudgedDays),
	}
	if s.Key.Ours {
		x.Side = series.Ours
	}
	if s.Other != s.Source {
		x.Before = j.sources.Name(s.Other)
	}
	x.Contact = j.account.KeyContact(s.Key.Contact)
	if last := v.Last(); last > 0 {
		x.Last = (v.Lo + signals.Day(last)).String()
	}
	for i := 1; i < series.ViewDays; i++ {
		n := v.N[i]
		if s.Level != nil && v.Seen>>i&1 == 1 {
			n /= float64(max(1, s.Level.Seen.At(series.Slot(v.Lo+signals.Day(i)))))
		}
		x.Days = append(x.Days, n*r.Resolution)
		x.Normal = append(x.Normal, v.X[i])
	}
	if s.Level != nil {
		x.Usual = float64(s.Level.Mean) * r.Resolution
	} else {
		total, exposure := float64(s.Baseline.Total)+v.Counted(1, series.ViewDays), float64(s.Baseline.Exposure)+float64(s.Baseline.Silent)+v.Exposure(1, series.ViewDays)
		x.Usual = evidence.PerWeek(total*r.Resolution, exposure)
	}
	if t, ok := j.strongest(s, r, v, 0); ok && t.Evidence > 0 && !s.Key.Ours {
		x.Term, x.Nats = t.Kind, t.Evidence
	}
	return x
}

// People tells who of an account is in touch with us; false when nothing is
// known of it.
func (e *Engine) People(id string) (*relations.People, bool) {
	a := e.index[id]
	if a == nil {
		return nil, false
	}
	p := a.Contacts().Summary(e.closed)
	listed := e.listed([]byte(id))
	for i := range p.Persons {
		p.Persons[i].Key = account.KeyContactID(listed, []byte(p.Persons[i].ID)) != ""
	}
	p.Unmet = relations.Unmet(listed, p.Persons)
	return p, true
}

type (
	// People says who of an account is in touch with us.
	People = relations.People
	// Person is one of the People.
	Person = relations.Person
	// HandedOver is a person whom another succeeded.
	HandedOver = relations.HandedOver
)
