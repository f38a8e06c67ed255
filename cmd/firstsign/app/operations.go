package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"firstsign/alerting/delivery"
	"firstsign/config"
	"firstsign/detector"
	state "firstsign/detector/redis"
	"firstsign/detector/survey"
	"firstsign/internal/stall"
	"firstsign/signals"
	"firstsign/web"
	"firstsign/web/operations"
	"firstsign/web/tuning"
)

// operationsSource is where the pages of operators get what they say.
type operationsSource struct {
	*App
	ready []web.Reporter
}

// newestLetters of each partition of the dead letters are read for a page.
const newestLetters = 300

// Process implements operations.Source.
func (s operationsSource) Process() operations.Process {
	p := operations.Process{
		Instance: s.instance, Others: s.peers.others(), Parts: map[string]string{}, Owned: map[int]operations.Owned{},
		Configuration: s.configuration(),
	}
	for _, r := range s.ready {
		parts, ready := r.Ready()
		for name, text := range parts {
			p.Parts[name] = text
			if !ready && !working(text) {
				p.Unready = append(p.Unready, name)
			}
		}
	}
	slices.Sort(p.Unready)
	now := s.stalled()
	for _, r := range stall.Reasons {
		if err := now[r]; err != nil {
			text := err.Error()
			if _, is := errors.AsType[*stall.Error](err); !is {
				text = r.Words() + ": " + text
			}
			p.Stalls = append(p.Stalls, operations.Stall{Reason: string(r), Text: text})
		}
	}
	s.owned.mu.Lock()
	for id, own := range s.owned.partitions {
		words := p.Parts[fmt.Sprintf("partition %d", id)]
		p.Owned[id] = operations.Owned{Words: words, Ready: working(words), Lag: own.log.Lag(), Committed: own.at}
	}
	s.owned.mu.Unlock()
	p.Channels = s.channels()
	return p
}

// working tells whether a part that is not ready as a whole says so of this one.
func working(text string) bool {
	for _, word := range []string{"ready", "live", "replaying"} {
		if strings.HasPrefix(text, word) && !strings.Contains(text, ";") {
			return true
		}
	}
	return false
}

// channels are those of the routing in force, and how they do.
func (s operationsSource) channels() (list []operations.Channel) {
	health := map[string]delivery.ChannelHealth{}
	if n := s.notifier.Load(); n != nil {
		for _, h := range n.Channels() {
			health[h.Name] = h
		}
	}
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	add := func(name, kind string, h delivery.ChannelHealth) {
		one := operations.Channel{Name: name, Kind: kind, Waiting: h.Waits, Oldest: at(h.Oldest), Failures: h.Failures, Since: at(h.Since), Retry: at(h.Until)}
		if h.Err != nil {
			one.Error = h.Err.Error()
		}
		list = append(list, one)
	}
	for name, channel := range s.snapshot.Load().Channels {
		add(name, channel.Service(), health[name])
		delete(health, name)
	}
	for name, h := range health { // messages wait for a channel that is not in force
		add(name, "", h)
	}
	slices.SortFunc(list, func(a, b operations.Channel) int {
		return cmp.Or(cmp.Compare(b.Failures, a.Failures), cmp.Compare(b.Waiting, a.Waiting), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// configuration is what is in force.
func (s operationsSource) configuration() operations.Configuration {
	c := operations.Configuration{}
	if rules := s.rules.Load(); rules != nil {
		c.Rules = rules.Hash
	}
	if now := s.config.Load(); now != nil {
		c.Calendar = now.Calendar.Ending(s.today())
	}
	if w := s.watcher.Load(); w != nil {
		stands := w.Standing()
		c.Read, c.Restart = stands.Read.UTC(), stands.Restart
		c.Refused = strings.ReplaceAll(stands.Refused, filepath.Clean(s.directory)+string(filepath.Separator), "") // where it lies is nobody's business
		if c.Refused != "" {
			at := stands.RefusedAt.UTC()
			c.RefusedAt = &at
		}
	}
	return c
}

// Kept implements operations.Source.
func (s operationsSource) Kept(ctx context.Context) (list []operations.Kept, err error) {
	err = s.eachPartition(ctx, func(p int, e *detector.Engine, kept operations.Kept) error {
		list = append(list, kept)
		return nil
	})
	return list, err
}

// eachPartition calls f with what is stored of each partition beside its accounts.
func (a *App) eachPartition(ctx context.Context, f func(int, *detector.Engine, operations.Kept) error) error {
	first, err := a.Store.Kept(ctx, 0)
	if err != nil {
		return err
	}
	for p := range first.Partitions {
		_, meta, err := a.Store.Inspect(ctx, p)
		if err != nil {
			return err
		}
		e := detector.NewEngine(p, first.Partitions, a.rules.Load())
		if err := e.Restore(meta.Position, meta.Portfolio); err != nil {
			return fmt.Errorf("partition %d: %w", p, err)
		}
		kept := operations.Kept{ID: p, Claims: meta.Epoch}
		if pos := meta.Position; pos != nil {
			kept.Next = pos.Next
			if pos.Clock > 0 {
				kept.Clock = time.Unix(0, pos.Clock)
			}
		}
		var judged bool
		if kept.Feeds, kept.Closed, judged = detector.InspectFeeds(e); !judged {
			kept.Closed = 0
		}
		if err := f(p, e, kept); err != nil {
			return err
		}
	}
	return nil
}

// surveyFor is how long a count of all accounts is good enough, while no day closes and no
// account comes: it reads all of them.
const surveyFor = time.Minute

// surveys keeps the newest count.
type surveys struct {
	mu     sync.Mutex
	at     time.Time
	of     []state.Kept // when it was counted
	newest *survey.Survey
}

// Survey implements operations.Source.
func (s operationsSource) Survey(ctx context.Context) (*survey.Survey, error) {
	s.surveys.mu.Lock()
	defer s.surveys.mu.Unlock()
	now := s.Now()
	kept, err := s.kept(ctx)
	if err != nil {
		return nil, err
	}
	if s.surveys.newest != nil && now.Sub(s.surveys.at).Abs() < surveyFor && slices.Equal(kept, s.surveys.of) {
		return s.surveys.newest, nil
	}
	counted := survey.New()
	err = s.eachPartition(ctx, func(p int, e *detector.Engine, _ operations.Kept) error {
		seen := map[string]bool{}
		return s.Store.Accounts(ctx, p, func(one detector.AccountState) error {
			if seen[one.ID] { // the store may hand out an account twice
				return nil
			}
			seen[one.ID] = true
			return detector.Survey(e, one, counted)
		})
	})
	if err != nil {
		return nil, err
	}
	s.surveys.at, s.surveys.of, s.surveys.newest = now, kept, counted
	return counted, nil
}

// Letters implements operations.Source.
func (s operationsSource) Letters(ctx context.Context) (l operations.Letters, err error) {
	found, err := s.Kafka.NewestDeadLetters(ctx, newestLetters)
	if err != nil {
		return l, err
	}
	l.Kept, l.Before = found.Kept, found.Older
	for i := range found.Letters {
		one := &found.Letters[i]
		l.Read = append(l.Read, operations.Letter{
			Time: time.Unix(0, one.Record.Time), Reason: one.Reason, Detail: one.Detail, Topic: one.Topic, Partition: one.Partition,
			Offset: one.Record.Offset, Mapping: one.Mapping, Replayed: one.Replayed && !one.Cut && one.Reason != signals.AbortedTransaction,
		})
	}
	return l, nil
}

// Rules implements tuning.Source.
func (s operationsSource) Rules() tuning.Rules {
	c := s.config.Load()
	r := tuning.Rules{Hash: s.rules.Load().Hash, Budget: c.Detector.Budget, Thresholds: c.Detector.Grades}
	if s.directory != "" {
		places := config.PlacesOf(s.directory, c)
		r.BudgetAt, r.At = places.Budget, places.Thresholds
	}
	if f := c.Calibration; f != nil {
		r.Calibrated = &tuning.Calibrated{From: f.FittedOn.From, To: f.FittedOn.To, Accounts: f.FittedOn.Accounts}
	}
	return r
}
