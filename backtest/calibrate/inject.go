package calibrate

import (
	"cmp"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"firstsign/detector"
	"firstsign/signals"
	"firstsign/signals/history"
)

// Variant is a copy of an account, named acme~drop50, that changes on a day. The
// engine judges it against the portfolio and leaves it out of portfolio statistics.
type Variant struct {
	Account  string
	Scenario Scenario
	From     signals.Day // first day of the change
	Until    signals.Day // last day that is copied

	signal string // signal that becomes other, or that brings bad news
	other  string // signal that replaces it
}

// Guests are the variants' accounts, for backtest.Replay.
func Guests(variants []Variant) func(account []byte) []byte {
	hosts := make(map[string][]byte, len(variants))
	for i := range variants {
		if g := &variants[i]; g.Scenario != Unchanged {
			hosts[g.ID()] = []byte(g.Account)
		}
	}
	return func(account []byte) []byte { return hosts[string(account)] }
}

// copied says whether a variant of the account would have the id of another one:
// the history holds acme~drop50 beside acme. Such an account has no variants.
func (c *ActivityIndex) copied(account string) bool {
	return slices.ContainsFunc(scenarios, func(s Scenario) bool {
		_, there := c.byAccount[(&Variant{Account: account, Scenario: s}).ID()]
		return there
	})
}

// ID is the account id of the variant.
func (g *Variant) ID() string {
	if g.Scenario == Unchanged {
		return g.Account
	}
	return g.Account + "~" + string(g.Scenario)
}

// Injection is a history with variants beside the accounts they are copied from. It
// holds one line of the history at a time.
//
// A variant is made of its account's interactions in their order. Its random
// numbers depend on account, scenario and seed only. So it is the same whatever
// other variants there are.
type Injection struct {
	history  history.Stream
	zone     *signals.Zone
	rules    *detector.ByName
	variants map[string][]*liveVariant
	news     []*liveVariant // variants whose bad news is still to come, by time

	held *history.Line  // line of the history that is being copied
	left []*liveVariant // variants that have not copied it yet
	due  *history.Line  // line of the history that waits for earlier bad news
	line history.Line   // line of a variant
}

// Inject adds variants to a history. c tells how much scores vary.
func Inject(history history.Stream, c *ActivityIndex, rules *detector.Rules, variants []Variant, seed uint64) *Injection {
	j := &Injection{history: history, zone: signals.NewZone(rules.Location), rules: c.rules, variants: map[string][]*liveVariant{}}
	for i := range variants {
		if variants[i].Scenario == Unchanged {
			continue
		}
		g := newLiveVariant(variants[i], c, j.zone, seed)
		j.variants[g.Account] = append(j.variants[g.Account], g)
		if g.Scenario == BadNews {
			g.contact = keyPerson(rules, g.Account)
			j.news = append(j.news, g)
		}
	}
	slices.SortStableFunc(j.news, func(a, b *liveVariant) int {
		return cmp.Or(cmp.Compare(a.newsAt, b.newsAt), cmp.Compare(a.Account, b.Account))
	})
	return j
}

// keyPerson is the contact who brings bad news: the first key person of the
// directory.
func keyPerson(rules *detector.Rules, account string) []byte {
	if a := rules.Accounts.Get(account); a != nil && a.KeyPerson() != nil {
		return []byte(a.KeyPerson().ID)
	}
	return nil
}

// Next implements history.Stream.
func (j *Injection) Next() (*history.Line, error) {
	for len(j.left) > 0 {
		g := j.left[0]
		j.left = j.left[1:]
		if g.copy(j.held, &j.line, j.rules, j.zone) {
			return &j.line, nil
		}
	}
	line, err := j.due, error(nil)
	if j.due = nil; line == nil {
		line, err = j.history.Next()
	}
	switch {
	case err == io.EOF && len(j.news) > 0:
		return j.tell(), nil
	case err != nil:
		return line, err
	case len(j.news) > 0 && j.news[0].newsAt <= line.Interaction.Time:
		j.due = line
		return j.tell(), nil
	}
	j.held, j.left = line, j.variants[string(line.Interaction.Account)]
	return line, nil
}

// tell returns the next piece of bad news.
func (j *Injection) tell() *history.Line {
	g := j.news[0]
	j.news = j.news[1:]
	j.line.File, j.line.Number = "injection", 0
	j.line.Interaction = signals.Interaction{
		Time: g.newsAt, Value: 1, Account: g.id, Signal: []byte(g.signal), Contact: g.contact, Source: g.source,
		Attributes: []signals.Attribute{{Key: []byte("direction"), Value: []byte("inbound")}},
	}
	j.line.Value = signals.Append(j.line.Value[:0], &j.line.Interaction)
	return &j.line
}

// liveVariant is a Variant while it is copied.
type liveVariant struct {
	Variant
	id, suffix, becomes []byte
	start               int64 // of the first changed day, Unix nanoseconds
	rng                 *rand.Rand
	shift               map[string]float64 // subtracted from scores, by signal

	newsAt          int64
	contact, source []byte

	// Interactions at the same instant are kept or dropped together: the k-th of
	// one signal shares its fate with the k-th of every other, as an order does
	// with its spend.
	instant int64
	fates   []bool
	seen    map[string]int     // number at this instant, by signal
	owed    map[string]float64 // fraction carried over when halving, by signal
}

func newLiveVariant(g Variant, c *ActivityIndex, zone *signals.Zone, seed uint64) *liveVariant {
	h := fnv.New64a()
	_, _ = h.Write([]byte(g.ID()))
	n := &liveVariant{
		Variant: g, id: []byte(g.ID()), suffix: []byte("~" + string(g.Scenario)), becomes: []byte(g.other), start: zone.Start(g.From),
		rng: rand.New(rand.NewPCG(seed, h.Sum64())), instant: math.MinInt64, seen: map[string]int{}, owed: map[string]float64{},
	}
	n.newsAt = n.start + int64(12*60*60*1e9) // 12 hours after the day begins
	if g.Scenario == Sentiment {
		n.shift = map[string]float64{}
		if l := c.byAccount[g.Account]; l != nil {
			for i := range l.uses {
				if u := &l.uses[i]; u.signal.Kind == detector.Score {
					n.shift[u.signal.Name] = u.deviation() // in the direction that is bad news
					if u.signal.Worse == detector.Up {
						n.shift[u.signal.Name] *= -1
					}
				}
			}
		}
	}
	return n
}

// copy makes the variant's line from its account's. It returns false when the
// variant has none.
func (g *liveVariant) copy(from, to *history.Line, rules *detector.ByName, zone *signals.Zone) bool {
	in := &from.Interaction
	rule := rules.Find(in.Signal)
	if rule == nil || zone.Day(in.Time) > g.Until {
		return false
	}
	id := to.Interaction.ID[:0]
	to.File, to.Number = from.File, from.Number
	to.Interaction = *in
	if in.Time >= g.start && rule.Act(in) == detector.TheirAct && !g.alter(&to.Interaction, rule) {
		to.Interaction.ID = id
		return false
	}
	to.Interaction.Account = g.id
	if len(in.ID) > 0 { // with the account's id it would count as a duplicate
		id = append(append(id, in.ID...), g.suffix...)
	}
	to.Interaction.ID = id
	to.Value = signals.Append(to.Value[:0], &to.Interaction)
	return true
}

// alter changes an interaction of the account. It returns false when the
// interaction is left out.
func (g *liveVariant) alter(in *signals.Interaction, rule *detector.Signal) bool {
	switch g.Scenario {
	case Moved:
		if rule.Name == g.signal {
			in.Signal = g.becomes
		}
		return true
	case Sentiment:
		in.Value -= g.shift[rule.Name]
		return true
	case BadNews:
		return true
	case Halved:
		return g.everySecond(in, rule)
	}
	keep := g.Scenario.remainingShare(float64(in.Time-g.start) / (7 * 24 * 60 * 60 * 1e9))
	if rule.Kind == detector.Count && in.Value > 1 && g.seen[rule.Name] == 0 && in.Time != g.instant {
		// A count above 1 is a sum, such as a day's total. Each of its parts is
		// kept or dropped on its own.
		in.Value = float64(g.binomial(int(in.Value), keep))
		return in.Value > 0
	}
	return g.fate(in.Time, rule.Name, keep)
}

// fate tells whether one interaction is kept.
func (g *liveVariant) fate(at int64, signal string, keep float64) bool {
	if at != g.instant {
		g.instant, g.fates = at, g.fates[:0]
		clear(g.seen)
	}
	k := g.seen[signal]
	g.seen[signal]++
	for len(g.fates) <= k {
		g.fates = append(g.fates, g.rng.Float64() < keep)
	}
	return g.fates[k]
}

func (g *liveVariant) binomial(n int, p float64) (kept int) {
	for range min(n, maxTrials) {
		if g.rng.Float64() < p {
			kept++
		}
	}
	return kept + int(math.Round(p*float64(max(0, n-maxTrials))))
}

// maxTrials bounds the work for a value of a million. Beyond it the expected number
// is used.
const maxTrials = 1000

// everySecond keeps exactly half of each signal, without chance.
func (g *liveVariant) everySecond(in *signals.Interaction, rule *detector.Signal) bool {
	n := 1.0
	if rule.Kind == detector.Count {
		n = in.Value
	}
	owed := g.owed[rule.Name] + n/2
	kept := math.Floor(owed)
	g.owed[rule.Name] = owed - kept
	if rule.Kind == detector.Count {
		in.Value = kept
	}
	return kept > 0
}
