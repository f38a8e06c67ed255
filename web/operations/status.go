package operations

import (
	"context"
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

// read reads the parts, and finds what is wrong.
func (o *Operations) read(ctx context.Context, snapshot *alerting.RoutingSnapshot, parts ...string) *reading {
	now := o.Now()
	r := &reading{snapshot: snapshot, language: snapshot.Routing.Language, words: words.OperationsOf(snapshot.Routing.Language), today: snapshot.Day(now)}
	var kept []Kept
	var alerts []*alerting.Alert
	var keptErr, lettersErr, surveyErr error
	var all sync.WaitGroup
	counting, stopCounting := context.WithCancel(ctx)
	defer stopCounting()
	within := func(ctx context.Context, part string, f func(context.Context)) {
		if !slices.Contains(parts, part) {
			return
		}
		d := patience
		if part == accounts {
			d = surveyPatience
		}
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			f(ctx)
		})
	}
	within(ctx, stored, func(ctx context.Context) {
		if kept, keptErr = o.Source.Kept(ctx); keptErr != nil {
			stopCounting() // the accounts are in the same store
		}
	})
	within(ctx, refused, func(ctx context.Context) { r.letters, lettersErr = o.Source.Letters(ctx) })
	within(counting, accounts, func(ctx context.Context) { r.counted, surveyErr = o.Source.Survey(ctx) })
	within(ctx, stored, func(ctx context.Context) {
		page, err := o.Alerts.Page(ctx, alerting.Filter{Living: true, Kinds: sourceAlerts}, "", samplesShown)
		if err == nil { // without the store, Kept fails as well
			alerts = page.Alerts
		}
	})
	all.Wait()
	p := o.Source.Process()
	r.Status = Status{
		Instance: p.Instance, Others: orEmpty(p.Others), Now: now.UTC(), Unread: []string{}, Ready: len(p.Unready) == 0, Parts: p.Parts, Stalls: orEmpty(p.Stalls),
		Refused: byReason(r.letters.Read, now), RefusedKept: r.letters.Kept, Channels: orEmpty(p.Channels), Configuration: p.Configuration,
	}
	for what, err := range map[string]error{stored: keptErr, accounts: surveyErr, refused: lettersErr} {
		if err != nil {
			r.Unread = append(r.Unread, what)
		}
	}
	slices.Sort(r.Unread)
	r.partitions = partitionsOf(kept, &p, now)
	r.feeds = mergeFeeds(kept, func(k *Kept) signals.Day { return snapshot.Day(k.Clock) }, now, r.counted)
	r.find(keptErr != nil, &p, alerts, now)
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
