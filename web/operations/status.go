package operations

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector/survey"
	"firstsign/signals"
	"firstsign/web/words"
)

// Status is the body of /api/v1/status: is anything wrong, and what must be done?
type Status struct {
	Wrong    bool      `json:"wrong"`
	Problems []Problem `json:"problems"` // the urgent ones first
	// Instance is the one that answers. What it says of parts, channels and configuration
	// is its own. Others are the instances that were met in the last minute.
	Instance string    `json:"instance"`
	Others   []string  `json:"other_instances"`
	Now      time.Time `json:"read_at"`
	// Unread are the parts of this answer that could not be read now: state, accounts or
	// refused_records.
	Unread        []string          `json:"unread"`
	Ready         bool              `json:"ready"`
	Parts         map[string]string `json:"parts"` // as /-/ready says them
	Stalls        []Stall           `json:"stalls"`
	Refused       []Refused         `json:"refused_records"`
	RefusedKept   int64             `json:"refused_records_kept"`
	Channels      []Channel         `json:"channels"`
	Configuration Configuration     `json:"configuration"`
}

// FeedsAnswer is the body of /api/v1/feeds.
type FeedsAnswer struct {
	Feeds []Feed `json:"feeds"` // the most urgent first, at most 1000
	Total int    `json:"total"`
}

// PartitionsAnswer is the body of /api/v1/partitions.
type PartitionsAnswer struct {
	Instance   string      `json:"instance"` // the one that answers
	Others     []string    `json:"other_instances"`
	Partitions []Partition `json:"partitions"`
}

// feedsAnswered bounds what a producer that invents sources can make an answer hold.
const feedsAnswered = 1000

// How long the parts of a page may take. What takes longer is left out, and the page says so.
const (
	patience       = 4 * time.Second
	surveyPatience = 20 * time.Second
)

// reading is all that was read for one answer.
type reading struct {
	Status
	words      *words.Operations
	language   message.Language
	snapshot   *alerting.RoutingSnapshot
	partitions []Partition
	feeds      []Feed
	counted    *survey.Survey // nil: the accounts could not be counted
	letters    Letters
	today      signals.Day
}

// The parts of an answer that are read.
const (
	stored   = "state"
	accounts = "accounts"
	refused  = "refused_records"
)

// gathered is what was read from the source, and why parts of it could not be.
type gathered struct {
	kept    []Kept
	letters Letters
	counted *survey.Survey
	alerts  []*alerting.Alert
	failed  map[string]error // by part
}

// gather reads some parts at the same time.
func (o *Operations) gather(ctx context.Context, parts []string) *gathered {
	g := &gathered{failed: map[string]error{}}
	var keptErr, lettersErr, countErr error
	counting, stopCounting := context.WithCancel(ctx)
	defer stopCounting()
	var all sync.WaitGroup
	within := func(ctx context.Context, d time.Duration, part string, f func(context.Context)) {
		if !slices.Contains(parts, part) {
			return
		}
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			f(ctx)
		})
	}
	within(ctx, patience, stored, func(ctx context.Context) {
		if g.kept, keptErr = o.Source.Kept(ctx); keptErr != nil {
			stopCounting() // the accounts are in the same store
		}
	})
	within(ctx, patience, refused, func(ctx context.Context) { g.letters, lettersErr = o.Source.Letters(ctx) })
	within(counting, surveyPatience, accounts, func(ctx context.Context) { g.counted, countErr = o.Source.Survey(ctx) })
	within(ctx, patience, stored, func(ctx context.Context) {
		page, err := o.Alerts.Page(ctx, alerting.Filter{Living: true, Kinds: sourceAlerts}, "", samplesShown)
		if err == nil { // without the store, Kept fails as well
			g.alerts = page.Alerts
		}
	})
	all.Wait()
	for part, err := range map[string]error{stored: keptErr, accounts: countErr, refused: lettersErr} {
		if err != nil {
			g.failed[part] = err
		}
	}
	return g
}

// read reads the parts, and finds what is wrong.
func (o *Operations) read(ctx context.Context, snapshot *alerting.RoutingSnapshot, parts ...string) *reading {
	now, language := o.Now(), snapshot.Routing.Language
	g, p := o.gather(ctx, parts), o.Source.Process()
	r := &reading{
		snapshot: snapshot, language: language, words: words.OperationsOf(language), today: snapshot.Day(now), counted: g.counted, letters: g.letters,
		partitions: partitionsOf(g.kept, &p, now),
		feeds:      mergeFeeds(g.kept, func(k *Kept) signals.Day { return snapshot.Day(k.Clock) }, now, g.counted),
		Status: Status{
			Instance: p.Instance, Others: orEmpty(p.Others), Now: now.UTC(), Unread: orEmpty(slices.Sorted(maps.Keys(g.failed))), Ready: len(p.Unready) == 0, Parts: p.Parts,
			Stalls: orEmpty(p.Stalls), Refused: byReason(g.letters.Read, now), RefusedKept: g.letters.Kept, Channels: orEmpty(p.Channels), Configuration: p.Configuration,
		},
	}
	r.find(g.failed[stored] != nil, &p, g.alerts, now)
	return r
}

// find finds what is wrong.
func (r *reading) find(stateless bool, p *Process, alerts []*alerting.Alert, now time.Time) {
	f := &finder{w: r.words, lang: r.language, list: []Problem{}}
	f.process(p)
	if stateless && len(f.list) == 0 {
		f.add(true, stalls, "FirstsignRedisAway", r.words.NoState)
	}
	f.partitions(r.partitions, now)
	f.failing(r.feeds, r.counted != nil)
	f.channels(p.Channels, now)
	f.configuration(&p.Configuration)
	f.alerts(alerts)
	f.letters(r.Refused, r.letters.Before)
	f.late(r.feeds)
	r.Problems = f.urgentFirst()
	r.Wrong = len(r.Problems) > 0
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// serveStatus answers /api/v1/status.
func (o *Operations) serveStatus(f *Frame, w http.ResponseWriter, r *http.Request) {
	if now := o.readFor(f, w, r, nil, stored, accounts, refused); now != nil {
		f.JSON(w, http.StatusOK, &now.Status)
	}
}

// serveFeeds answers /api/v1/feeds.
func (o *Operations) serveFeeds(f *Frame, w http.ResponseWriter, r *http.Request) {
	if now := o.readFor(f, w, r, []string{stored, accounts}, stored, accounts); now != nil {
		f.JSON(w, http.StatusOK, FeedsAnswer{now.feeds[:min(len(now.feeds), feedsAnswered)], len(now.feeds)})
	}
}

// servePartitions answers /api/v1/partitions.
func (o *Operations) servePartitions(f *Frame, w http.ResponseWriter, r *http.Request) {
	if now := o.readFor(f, w, r, []string{stored}, stored); now != nil {
		f.JSON(w, http.StatusOK, PartitionsAnswer{now.Instance, now.Others, now.partitions})
	}
}

// unavailable is the body of an answer that cannot be given now.
type unavailable struct {
	Error string `json:"error"`
}

// readFor reads the parts of an answer to a program. Where one of the needed ones cannot be
// read, or there is no configuration yet, it has answered and returns nil.
func (o *Operations) readFor(f *Frame, w http.ResponseWriter, r *http.Request, needed []string, parts ...string) *reading {
	snapshot := o.Snapshot()
	if snapshot == nil {
		f.JSON(w, http.StatusServiceUnavailable, unavailable{"the service is starting"})
		return nil
	}
	now := o.read(r.Context(), snapshot, parts...)
	for _, part := range now.Unread {
		if slices.Contains(needed, part) {
			f.JSON(w, http.StatusServiceUnavailable, unavailable{"this cannot be read now; /api/v1/status says what is wrong"})
			return nil
		}
	}
	return now
}
