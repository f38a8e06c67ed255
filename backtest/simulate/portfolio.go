package simulate

import (
	"cmp"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Plan describes what to simulate. The same plan gives the same interactions.
type Plan struct {
	Seed     uint64
	Accounts int
	Start    signals.Day
	// Days is the length of the history in which declines begin. The simulation has
	// no end: it goes on live after them.
	Days     int
	Location *time.Location // where days begin; nil is UTC
	// Declines is the share of accounts that leave or shrink. The story and the
	// personas come on top.
	Declines float64
	// Story includes one key account that leaves; see Story. StoryLeaves is the day
	// after its last contact. By default that is ten days after the history, so
	// that it becomes visible near the end.
	Story       bool
	StoryLeaves signals.Day
	// Listed are the accounts to simulate, as files list them: the first Accounts of
	// them. Accounts beyond them are made up.
	Listed []accounts.Account
	// Personas gives the accounts after the story's a Scenario each, and makes our
	// side send proposals to all accounts.
	Personas bool
}

// Portfolio simulates accounts with the habits of real ones: working weeks,
// holidays, busy and quiet periods, vacations, seasons and growth. Some accounts
// decline, and Truth says which.
//
// It is a history.Stream without an end, in order of time. It is not safe for
// concurrent use.
type Portfolio struct {
	plan       Plan
	zone       *signals.Zone
	commonRand *rand.Rand // for what moves all accounts together
	customers  []*customer
	story      *Story

	day   signals.Day // the next day to simulate
	queue []occurrence
	taken int
	line  history.Line
	id    []byte // of the line's interaction
	count int
}

// occurrence is one interaction that was simulated and not yet returned.
type occurrence struct {
	time     int64
	value    float64
	customer int32
	serial   int32 // within the customer; part of the id
	habit    int8
	person   int8 // index of the contact; -1 for none
	text     string
	target   string
}

// New makes the portfolio of a plan.
func New(plan Plan) *Portfolio {
	if plan.Location == nil {
		plan.Location = time.UTC
	}
	if plan.StoryLeaves == 0 {
		plan.StoryLeaves = plan.Start + signals.Day(plan.Days) + 10
	}
	s := &Portfolio{
		plan:       plan,
		zone:       signals.NewZone(plan.Location),
		commonRand: rand.New(rand.NewPCG(plan.Seed, math.MaxUint64)),
		day:        plan.Start,
	}
	s.line.File = "simulation"
	names := newNaming(plan.Seed, plan.Accounts)
	for i := range plan.Accounts {
		s.customers = append(s.customers, newCustomer(plan, i, names))
	}
	if plan.Personas {
		s.assignPersonas()
	}
	if plan.Story && plan.Accounts > 0 {
		s.story = embedStory(s.customers[0], plan.StoryLeaves)
		if plan.Personas { // the last proposal gets no answer
			s.customers[0].walletEvery = 14
			s.customers[0].planEvent(workingDay(plan.StoryLeaves-45), proposal)
		}
		s.story.NotVisited = endVisits(s.customers[1:], plan.Start+signals.Day(plan.Days)-visitsEndBefore)
	}
	for i, c := range s.customers {
		names.staff(&c.account, i)
	}
	return s
}

// Next returns the next interaction. It never fails. The line is valid until the
// next call.
func (s *Portfolio) Next() (*history.Line, error) {
	o := s.next()
	s.taken++
	s.count++
	s.line.Number = s.count
	s.fill(o)
	s.line.Value = signals.Append(s.line.Value[:0], &s.line.Interaction)
	return &s.line, nil
}

// Until is a Stream of the simulation that ends at t, Unix nanoseconds. The
// simulation can go on from there.
func (s *Portfolio) Until(t int64) history.Stream { return &until{s, t} }

// History is the simulation up to the end of the plan's days.
func (s *Portfolio) History() history.Stream {
	return s.Until(s.zone.Start(s.plan.Start + signals.Day(s.plan.Days)))
}

// until is a portfolio up to a time.
type until struct {
	s *Portfolio
	t int64 // Unix nanoseconds, not included
}

// Next implements history.Stream: io.EOF from t on.
func (u *until) Next() (*history.Line, error) {
	if u.s.next().time >= u.t {
		return nil, io.EOF
	}
	return u.s.Next()
}

// Accounts are the accounts of the portfolio, in the order in which they were made.
func (s *Portfolio) Accounts() []accounts.Account {
	list := make([]accounts.Account, len(s.customers))
	for i, c := range s.customers {
		list[i] = c.account
	}
	return list
}

// Story is the story that is included; nil without one.
func (s *Portfolio) Story() *Story { return s.story }

// next returns the next occurrence. It simulates days until there is one.
func (s *Portfolio) next() *occurrence {
	for s.taken == len(s.queue) {
		s.simulateDay()
	}
	return &s.queue[s.taken]
}

// simulateDay simulates one day of all customers.
func (s *Portfolio) simulateDay() {
	s.queue, s.taken = s.queue[:0], 0
	start := s.zone.Start(s.day)
	d := dayContext{day: s.day, start: start, common: math.Exp(0.05 * s.commonRand.NormFloat64())}
	d.national, d.abroad = workload(s.day)
	for i, c := range s.customers {
		from := len(s.queue)
		s.queue = c.simulateDay(&d, s.queue)
		for k := from; k < len(s.queue); k++ {
			s.queue[k].customer = int32(i)
		}
	}
	slices.SortFunc(s.queue, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.customer, b.customer), cmp.Compare(a.serial, b.serial))
	})
	s.day++
}

// fill makes the interaction of an occurrence.
func (s *Portfolio) fill(o *occurrence) {
	c, h, in := s.customers[o.customer], &habits[o.habit], &s.line.Interaction
	s.id = strconv.AppendInt(append(s.id[:0], 'a'), int64(o.customer), 36)
	s.id = strconv.AppendInt(append(s.id, '-'), int64(o.serial), 36)
	*in = signals.Interaction{
		Time: o.time, Value: o.value, Account: c.id, Signal: h.signal, ID: s.id, Source: h.source,
		Attributes: in.Attributes[:0],
	}
	if o.person >= 0 {
		in.Contact = c.people[o.person].id
	}
	if o.text != "" {
		in.Text = []byte(o.text)
	}
	if h.direction != nil {
		in.Attributes = append(in.Attributes, signals.Attribute{Key: directionKey, Value: h.direction})
	}
	if o.target != "" {
		in.Attributes = append(in.Attributes, signals.Attribute{Key: actionKey, Value: changedValue}, signals.Attribute{Key: targetKey, Value: []byte(o.target)})
	}
}

var (
	directionKey, actionKey, targetKey = []byte("direction"), []byte("action"), []byte("target")
	changedValue                       = []byte("changed")
)
