package backtest

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// Change is what the second configuration does to an alert of the first.
type Change string

// The changes. Same is an alert that is told on the same day.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Earlier Change = "earlier"
	Later   Change = "later"
	Same    Change = "same"
)

// Difference is one alert under two configurations. Alerts that are the same are
// counted and not kept.
type Difference struct {
	Change Change `json:"change"`
	Days   int    `json:"days,omitempty"` // by which the alert moved
	// Before is the alert under the first configuration; nil when it was added.
	// After is the one under the second; nil when it was removed.
	Before *Episode `json:"before,omitempty"`
	After  *Episode `json:"after,omitempty"`
	// Result of the alert to show; empty for a feed, and when nothing was judged.
	Result Result `json:"result,omitempty"`
}

// Shown is the alert to show: the one of the second configuration, if there is one.
func (d *Difference) Shown() *Episode {
	if d.After != nil {
		return d.After
	}
	return d.Before
}

// Comparison is what a change of configuration does to the alerts of one history.
type Comparison struct {
	Rules       [2]string      `json:"rules"`  // hashes of the two configurations
	Alerts      [2]int         `json:"alerts"` // of accounts and feeds
	Feeds       [2]int         `json:"feeds"`  // about feeds only
	Counts      map[Change]int `json:"counts"`
	Differences []Difference   `json:"differences"` // by day, account and source
	// Unchanged are the days on which alerts were told that are the same.
	Unchanged []signals.Day `json:"-"`
	// Judgement is whether the alerts were right; nil when nothing was judged.
	Judgement *Judgement `json:"judgement,omitempty"`
}

// Judgement is how many alerts of two configurations were right, as a Report counts them.
type Judgement struct {
	From       signals.Day       `json:"from"`
	To         signals.Day       `json:"to"`
	LossesSeen int               `json:"losses_seen"` // with contact in the history
	Losses     []Loss            `json:"losses,omitempty"`
	Results    [2]map[Result]int `json:"results"` // of alerts about accounts
}

// Judge adds which alerts were right. contacts recorded the same history.
func (c *Comparison) Judge(before, after Judged, contacts *ContactLog, losses []Loss) {
	t := newEvaluation(contacts, losses)
	c.Judgement = &Judgement{From: contacts.First, To: contacts.Last, LossesSeen: len(t.losses), Losses: losses}
	var of [2]map[AlertResult]Result // without the result
	for i, j := range []Judged{before, after} {
		list := t.alertResults(j.Episodes(signals.NewZone(j.Rules.Location)))
		c.Judgement.Results[i], of[i] = CountResults(list), map[AlertResult]Result{}
		for _, a := range list {
			of[i][AlertResult{Account: a.Account, Told: a.Told}] = a.Result
		}
	}
	for i := range c.Differences {
		d := &c.Differences[i]
		which := 1
		if d.After == nil {
			which = 0
		}
		d.Result = of[which][AlertResult{Account: d.Shown().Account, Told: d.Shown().Told}]
	}
}

// sameAlert is how many days apart two alerts about one account may be and still
// count as the same.
const sameAlert = 28

// Judged is the outcome of a history under one configuration.
type Judged struct {
	*Outcome
	Rules *detector.Rules
}

// Compare matches the alerts of one history under two configurations, account by
// account. Two alerts are the same when their episodes overlap, or when they were
// told within four weeks of each other.
func Compare(before, after Judged) *Comparison {
	old, now := before.bySubject(), after.bySubject()
	c := &Comparison{Rules: [2]string{before.Rules.Hash, after.Rules.Hash}, Counts: map[Change]int{Added: 0, Removed: 0, Earlier: 0, Later: 0, Same: 0}, Differences: []Difference{}}
	subjects := maps.Clone(old)
	maps.Copy(subjects, now)
	for subject := range subjects {
		c.match(old[subject], now[subject])
		if subject.account == "" {
			c.Feeds[0] += len(old[subject])
			c.Feeds[1] += len(now[subject])
		}
	}
	slices.Sort(c.Unchanged)
	slices.SortFunc(c.Differences, func(a, b Difference) int {
		x, y := a.Shown(), b.Shown()
		return cmp.Or(cmp.Compare(x.Told, y.Told), cmp.Compare(x.Account, y.Account), cmp.Compare(x.Source, y.Source), cmp.Compare(a.Change, b.Change))
	})
	return c
}

// subject is the account or the feed that an alert is about.
type subject struct{ account, source string }

func (j Judged) bySubject() map[subject][]Episode {
	of := map[subject][]Episode{}
	for _, e := range j.Episodes(signals.NewZone(j.Rules.Location)) {
		s := subject{e.Account, e.Source}
		of[s] = append(of[s], e)
	}
	return of
}

// match pairs the episodes of one account, in order of time.
func (c *Comparison) match(old, now []Episode) {
	c.Alerts[0] += len(old)
	c.Alerts[1] += len(now)
	for len(old) > 0 || len(now) > 0 {
		switch {
		case len(now) == 0 || len(old) > 0 && old[0].Told < now[0].Told && !sameEpisode(&old[0], &now[0]):
			c.note(&old[0], nil)
			old = old[1:]
		case len(old) == 0 || !sameEpisode(&old[0], &now[0]):
			c.note(nil, &now[0])
			now = now[1:]
		default:
			c.note(&old[0], &now[0])
			old, now = old[1:], now[1:]
		}
	}
}

// sameEpisode tells whether two episodes are about the same thing.
func sameEpisode(a, b *Episode) bool {
	if a.Told > b.Told {
		a, b = b, a
	}
	return b.Told-a.Told <= sameAlert || a.Ended == 0 || a.Ended >= b.Told
}

func (c *Comparison) note(old, now *Episode) {
	d := Difference{Before: old, After: now}
	switch {
	case old == nil:
		d.Change = Added
	case now == nil:
		d.Change = Removed
	case now.Told < old.Told:
		d.Change, d.Days = Earlier, int(old.Told-now.Told)
	case now.Told > old.Told:
		d.Change, d.Days = Later, int(now.Told-old.Told)
	default:
		c.Counts[Same]++
		c.Unchanged = append(c.Unchanged, now.Told)
		return
	}
	c.Counts[d.Change]++
	c.Differences = append(c.Differences, d)
}

// WriteJSON writes all numbers.
func (c *Comparison) WriteJSON(w io.Writer) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode comparison: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// WriteText writes a summary and a line for every difference.
func (c *Comparison) WriteText(w io.Writer, l message.Language) error {
	out := bufio.NewWriter(w) // keeps the first error
	feeds := ""
	if c.Feeds != [2]int{} {
		feeds = fmt.Sprintf(", of them about feeds %d -> %d", c.Feeds[0], c.Feeds[1])
	}
	fmt.Fprintf(out, "rules %s -> %s: %d alerts -> %d%s\n", c.Rules[0], c.Rules[1], c.Alerts[0], c.Alerts[1], feeds)
	switch {
	case c.Rules[0] == c.Rules[1]:
		fmt.Fprintln(out, "The two configurations give the detector the same rules.")
	case len(c.Differences) == 0:
		fmt.Fprintln(out, "The rules differ, but the alerts on this history are the same.")
	default:
		fmt.Fprintf(out, "%d added, %d removed, %d earlier, %d later, %d the same\n",
			c.Counts[Added], c.Counts[Removed], c.Counts[Earlier], c.Counts[Later], c.Counts[Same])
	}
	for i := range c.Differences {
		d := &c.Differences[i]
		e := d.Shown()
		days := ""
		if d.Before != nil && d.After != nil {
			days = fmt.Sprintf(", was %s: %s", d.Before.Told, plural.Count(d.Days, "day"))
		}
		fmt.Fprintf(out, "%-8s %s  %s%s%s\n", d.Change, e.Told, e.title(), days, e.because(l))
	}
	return out.Flush()
}

// title names the account or the feed of an alert.
func (e *Episode) title() string {
	if e.Account == "" {
		return "feed " + e.Source
	}
	if e.Grade == "" {
		return e.Account
	}
	return fmt.Sprintf("%s (%s)", e.Account, e.Grade)
}

// because is the strongest reason in words, after a colon.
func (e *Episode) because(l message.Language) string {
	for _, r := range e.Signs() {
		return ": " + message.ReasonText(l, r, r.Contact)
	}
	return ""
}
