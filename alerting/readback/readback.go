package readback

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"firstsign/alerting"
	"firstsign/internal/backoff"
	"firstsign/signals"
)

// Log is a partition of the topic of alerts. kafka.Partition is one.
type Log interface {
	// Bounds returns the first offset that is kept and the one after the last.
	Bounds(ctx context.Context) (start, end int64, err error)
	// Read returns the records from an offset on, after about a second without any an
	// empty batch, and signals.ErrOutOfRange for an offset outside the log.
	Read(ctx context.Context, offset int64) (signals.Batch, error)
}

// Place keeps, together with the alerts, up to which offset of a log all answers are in
// the store.
type Place interface {
	// Mark leaves a mark and returns the offset; known is false when there is none.
	Mark(ctx context.Context, log, mark string) (next int64, known bool, err error)
	// ReadTo sets the offset, unless the mark is gone: then it changes nothing and returns
	// ErrWentBack.
	ReadTo(ctx context.Context, log, mark string, next int64) error
}

// ErrWentBack means that the store is not the one that was marked: it went back in time,
// or another reader has marked it.
var ErrWentBack = errors.New("the store went back in time, or another reads the answers")

// Metrics of a process's Readers.
type Metrics struct{ answers *prometheus.CounterVec }

// NewMetrics registers the metrics of reading back.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{promauto.With(reg).NewCounterVec(prometheus.CounterOpts{
		Name: "firstsign_answers_read_back_total", Help: "Answers on the topic of alerts that the alert store lacked, by what became of them.",
	}, []string{"result"})}
	m.answers.WithLabelValues("restored")
	m.answers.WithLabelValues("no_alert")
	return m
}

// Reader puts the answers of one partition of the topic of alerts into the store where
// they are missing.
type Reader struct {
	Name  string // of the log, in the store
	Log   Log
	Place Place
	Store alerting.AlertStore
	// Ours reports whether Firstsign wrote a record.
	Ours func(r *signals.Record) bool
	// Retention is how long closed alerts are kept.
	Retention  func() time.Duration
	Partitions int // of the detector; all must have caught up before an answer is given up
	Metrics    *Metrics
	Logger     *slog.Logger
	Now        func() time.Time

	begun bool
	saved int64 // the offset that the store had last
	at    int64 // what is read next
	held  []heldAnswer
	tried time.Time // when those were last looked for
}

// heldAnswer is an answer whose alert is not in the store. After the store went back, the
// detector brings the alert again.
type heldAnswer struct {
	*alerting.PublishedAnswer
	offset int64
	since  time.Time
}

// heldFor is how long an answer waits for its alert at least.
const heldFor = time.Hour

// tryEvery is how often their alerts are looked for.
const tryEvery = 5 * time.Second

const (
	// The pause after a failure doubles between these bounds.
	firstPause = time.Second
	lastPause  = 30 * time.Second
)

// Run reads until ctx ends, and then returns nil. What fails is retried.
func (r *Reader) Run(ctx context.Context) error {
	for wait := backoff.New(firstPause, lastPause); ctx.Err() == nil; {
		err := r.round(ctx)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, ErrWentBack): // the next round begins where the store is
			backoff.Sleep(ctx, firstPause)
		case err != nil:
			pause := wait.Next()
			r.Logger.Warn("answers are not read back, will be retried", "log", r.Name, "pause", pause, "error", err)
			backoff.Sleep(ctx, pause)
		default:
			wait.Reset()
		}
	}
	return nil
}

// round reads one batch. The mark is left before the store is compared with the batch:
// if it is still there afterwards, the store has kept all that it had then.
func (r *Reader) round(ctx context.Context) error {
	mark := rand.Text()
	if err := r.begin(ctx, mark); err != nil {
		return err
	}
	batch, err := r.Log.Read(ctx, r.at)
	if errors.Is(err, signals.ErrOutOfRange) {
		return r.reenter(ctx)
	}
	if err != nil {
		return err
	}
	if err := r.restore(ctx, batch.Records); err != nil {
		return err
	}
	next := batch.Next
	for _, h := range r.held {
		next = min(next, h.offset)
	}
	if next != r.saved {
		if err := r.Place.ReadTo(ctx, r.Name, mark, next); err != nil {
			return err
		}
		r.saved = next
	}
	r.at = batch.Next
	return nil
}

// begin leaves the mark and goes to where the store is, if that is not where we left it.
func (r *Reader) begin(ctx context.Context, mark string) error {
	stored, known, err := r.Place.Mark(ctx, r.Name, mark)
	if err != nil || r.begun && known && stored == r.saved {
		return err
	}
	if !known { // a new store, or one that never read answers
		if stored, _, err = r.Log.Bounds(ctx); err != nil {
			return err
		}
	}
	if r.begun {
		r.Logger.Warn("the alert store is not where we left it: answers are read again", "log", r.Name, "from", stored, "was", r.saved)
	}
	r.begun, r.at, r.held = true, stored, nil
	r.saved = -1 // until it is written
	if known {
		r.saved = stored
	}
	return nil
}

// reenter goes on where the log begins: retention removed what is wanted, or the topic was
// made anew.
func (r *Reader) reenter(ctx context.Context) error {
	start, end, err := r.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	r.Logger.Warn("answers between two offsets cannot be read back, the topic does not hold them", "log", r.Name, "from", r.at, "start", start, "end", end)
	r.at, r.held = start, nil
	return nil
}

// restore compares the answers of some records, and those that are held, with the store.
func (r *Reader) restore(ctx context.Context, records []signals.Record) error {
	now, all, held := r.Now(), []heldAnswer(nil), r.held
	if now.Sub(r.tried).Abs() >= tryEvery {
		r.tried, all, held = now, held, nil
	}
	for i := range records {
		rec := &records[i]
		if p := alerting.ReadAnswer(rec.Value); p != nil && r.ours(rec, p) {
			all = append(all, heldAnswer{p, rec.Offset, now})
		}
	}
	if len(all) == 0 {
		return nil
	}
	answers := make([]*alerting.PublishedAnswer, len(all))
	for i := range all {
		answers[i] = all[i].PublishedAnswer
	}
	restored, absent, err := alerting.RestoreAnswers(ctx, r.Store, answers)
	if err != nil {
		return err
	}
	for _, p := range restored {
		r.Metrics.answers.WithLabelValues("restored").Inc()
		r.Logger.Warn("an answer was missing in the alert store and is read back", "alert", p.Alert, "kind", p.Kind(), "time", p.Time())
	}
	missing := map[*alerting.PublishedAnswer]bool{}
	for _, p := range absent {
		missing[p] = true
	}
	caught := false
	if len(absent) > 0 {
		if caught, err = alerting.AllCaughtUp(ctx, r.Store, r.Partitions); err != nil {
			return err
		}
	}
	held = slices.Clone(held)
	for _, h := range all {
		if missing[h.PublishedAnswer] && !r.givesUp(h, caught) {
			held = append(held, h)
		}
	}
	r.held = held
	return nil
}

// ours reports whether Firstsign wrote an answer.
func (r *Reader) ours(rec *signals.Record, p *alerting.PublishedAnswer) bool {
	if r.Ours(rec) {
		return true
	}
	r.Logger.Warn("an answer on the topic of alerts bears no signature of ours, it is not read back", "alert", p.Alert, "log", r.Name, "offset", rec.Offset)
	return false
}

// givesUp reports whether the alert of an answer is not kept any more.
func (r *Reader) givesUp(h heldAnswer, caughtUp bool) bool {
	now := r.Now()
	if now.Sub(h.Time()) < r.Retention() && (!caughtUp || now.Sub(h.since) < heldFor) {
		return false
	}
	r.Metrics.answers.WithLabelValues("no_alert").Inc()
	r.Logger.Info("an answer is to an alert that is not kept any more", "alert", h.Alert, "kind", h.Kind(), "time", h.Time())
	return true
}
