package operations

import (
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
	"firstsign/web/words"
)

// sheet is what the page of the operator shows.
type sheet struct {
	*words.Inbox // of the header
	words.Header
	W          *words.Operations
	Title      string
	FineFor    string // what is known to go well, where there is no problem
	Seen       string // by whom and when
	Others     string
	More       string // how many problems there are beside the first
	Problems   []problemRow
	Unread     []string
	Feeds      []feedRow
	FeedsNote  string
	FeedsMore  string
	Partitions []partitionRow
	Letters    []letterRow
	LettersOf  string
	NoLetters  string // why there are none
	NoState    string // why there is nothing of partitions and feeds
	Channels   []channelRow
	Facts      []fact // about the configuration
	Refused    string // why the newest files are not in force
	Parts      []fact
}

type fact struct{ Name, Value string }

type problemRow struct {
	Problem
	Link string // address of the section; empty: Page names it
}

type feedRow struct {
	Source, State, Class, Note, Last, Gap, Accounts string
	Signals                                         []string
}

type partitionRow struct {
	Number                                   int
	Owner, Doing, Judged, Clock, Lag, Commit string
	Still                                    bool
}

type letterRow struct {
	Reason, Text, Newest string
	Count, LastDay       int
	Samples              []string
	Replay               string
}

type channelRow struct {
	Name, Kind, Health, Oldest, Error string
	Notes                             []string // since when it refuses, and when it is tried again
	Waiting                           int
	Failing                           bool
}

// What of long lists the page shows.
const (
	feedsShown      = 100
	signalsShown    = 12
	partitionsShown = 200
	channelsShown   = 200
	errorShown      = 300 // characters
	refusedShown    = 4000
)

// servePage answers GET /operations.
func (o *Operations) servePage(f *Frame, page *template.Template, w http.ResponseWriter, r *http.Request) {
	snapshot := o.Snapshot()
	if snapshot == nil {
		f.JSON(w, http.StatusServiceUnavailable, unavailable{"the service is starting"})
		return
	}
	now := o.read(r.Context(), snapshot, stored, accounts, refused)
	if r.Context().Err() != nil {
		return // the client has gone
	}
	f.Write(w, http.StatusOK, page, now.sheet(o.Docs))
}

// sheet puts what was read into words.
func (r *reading) sheet(docs string) *sheet {
	w := r.words
	s := &sheet{
		Header: words.Header{Oversees: true}, // who reads it does
		Inbox:  words.InboxOf(r.language), W: w, Title: w.Fine, FineFor: r.fine(),
		NoLetters: w.NoLetters,
		Seen:      w.AsOf(r.Instance, r.timeText(r.Now)), Others: w.Only, LettersOf: w.LettersOf(len(r.letters.Read), r.letters.Kept, !r.letters.Before),
	}
	if len(r.Status.Others) > 0 {
		s.Others = w.Others(words.Names(r.language, r.Status.Others))
	}
	for _, p := range r.Problems {
		row := problemRow{Problem: p}
		if docs != "" && p.Page != "" {
			row.Link = strings.TrimSuffix(docs, "/") + "/" + p.Page
		}
		s.Problems = append(s.Problems, row)
	}
	if n := len(r.Problems); n > 0 {
		s.Title = r.Problems[0].Text
		if n > 1 {
			s.More = w.More(n - 1)
		}
	}
	if !r.has(refused) {
		s.NoLetters = w.LettersAway
	}
	if !r.has(stored) {
		s.NoState = w.NotNow
	}
	r.feedRows(s)
	for i := range r.partitions[:min(len(r.partitions), partitionsShown)] {
		s.Partitions = append(s.Partitions, r.partitionRow(&r.partitions[i]))
	}
	for i := range r.Refused {
		s.Letters = append(s.Letters, r.letterRow(&r.Refused[i]))
	}
	for i := range r.Status.Channels[:min(len(r.Status.Channels), channelsShown)] {
		s.Channels = append(s.Channels, r.channelRow(&r.Status.Channels[i]))
	}
	r.configuration(s)
	for _, name := range slices.Sorted(maps.Keys(r.Status.Parts)) {
		s.Parts = append(s.Parts, fact{name, r.Status.Parts[name]})
	}
	return s
}

// fine is what is known to go well, and of how many feeds it is not.
func (r *reading) fine() string {
	unseen := 0
	for i := range r.feeds {
		if r.feeds[i].State == FeedState(detector.FeedUnknown) {
			unseen++
		}
	}
	if unseen == 0 {
		return r.words.FineFor
	}
	return r.words.FineFor + " " + r.words.Unwatched(unseen, len(r.feeds))
}

// has tells whether a part of the page was read.
func (r *reading) has(part string) bool { return !slices.Contains(r.Unread, part) }

func (r *reading) feedRows(s *sheet) {
	w := r.words
	if !r.has(accounts) {
		s.FeedsNote = w.NotCounted
	}
	for i := range r.feeds[:min(len(r.feeds), feedsShown)] {
		f := &r.feeds[i]
		row := feedRow{Source: f.Source, State: w.States[string(f.State)], Note: w.StateNotes[string(f.State)], Last: r.dayText(f.Last), Gap: w.Every(f.UsualGap)}
		if f.Source == "" {
			row.Source = w.Nameless
		}
		switch {
		case f.State.failing():
			row.Class = "critical"
			row.Note = w.Since(message.DateText(r.language, f.Since))
			if len(f.FailingIn) > 0 {
				row.Note += ", " + w.InPartitions(numbers(r.language, f.FailingIn))
			}
		case f.State == Late:
			row.Class = "late"
		case f.Stale:
			row.State, row.Class, row.Note = w.NotKnown, "plain", w.NotKnownWhy
		case f.State == FeedState(detector.FeedAlive):
			row.Class = "key"
		default:
			row.Class = "plain"
		}
		switch {
		case r.counted == nil:
			row.Accounts = w.Unknown
		case f.State.failing():
			row.Accounts = w.BlindOf(f.Alone, f.Accounts)
		default:
			row.Accounts = w.Depends(f.Alone, f.Accounts)
		}
		for j := range f.Signals[:min(len(f.Signals), signalsShown)] {
			one := &f.Signals[j]
			row.Signals = append(row.Signals, fmt.Sprintf("%s: %s · %s · %s", one.Signal, r.dayText(one.Last), w.Every(one.UsualGap), message.NumberText(float64(one.Accounts))))
		}
		s.Feeds = append(s.Feeds, row)
	}
	if more := len(r.feeds) - feedsShown; more > 0 {
		s.FeedsMore = w.Rest(more)
	}
}

func (r *reading) partitionRow(p *Partition) partitionRow {
	w := r.words
	row := partitionRow{Number: p.ID, Owner: w.Elsewhere, Doing: w.AskOwner, Lag: w.AskOwner, Commit: w.AskOwner, Judged: w.None, Clock: w.None, Still: p.Still}
	if p.Judged != 0 {
		row.Judged = w.Judged(message.DateText(r.language, p.Judged), int(r.today-p.Judged))
	}
	if p.Clock != nil {
		row.Clock = r.ageText(*p.Clock)
	}
	switch {
	case p.Owner != "":
		row.Owner, row.Doing, row.Lag, row.Commit = w.Here, p.Words, w.Records(*p.Lag), w.NotLogged
		if p.Committed != nil {
			row.Commit = r.ageText(*p.Committed)
		}
	case p.Claims == 0:
		row.Owner = w.Unclaimed
	case p.Still:
		row.Owner = w.Nobody
	}
	return row
}

func (r *reading) letterRow(l *Refused) letterRow {
	w := r.words
	row := letterRow{Reason: string(l.Reason), Text: w.Reasons[l.Reason], Count: l.Count, LastDay: l.LastDay, Newest: r.ageText(l.Newest), Replay: fmt.Sprintf(w.Replay, l.Reason)}
	for _, one := range l.Samples {
		field := w.OtherField
		if one.Field != "" {
			field = w.Field(one.Field)
		}
		if one.Mapping != "" {
			field += " (" + one.Mapping + ")"
		}
		if one.Replayed {
			field += ", " + w.Put
		}
		row.Samples = append(row.Samples, w.Sample(r.timeText(one.Time), one.Topic, one.Partition, one.Offset, field))
	}
	return row
}

func (r *reading) channelRow(c *Channel) channelRow {
	w := r.words
	row := channelRow{Name: c.Name, Kind: c.Kind, Waiting: c.Waiting, Health: w.Works, Error: cut(c.Error, errorShown)}
	if row.Kind == row.Name {
		row.Kind = ""
	}
	if c.Oldest != nil && c.Waiting > 0 {
		row.Oldest = w.Age(r.Now.Sub(*c.Oldest))
	}
	if c.Failures > 0 {
		row.Failing, row.Health = true, w.Refuses
		if c.Since != nil {
			row.Notes = append(row.Notes, w.Failing(c.Failures, r.timeText(*c.Since)))
		}
		if c.Retry != nil {
			row.Notes = append(row.Notes, w.RetryIn(w.Age(max(0, c.Retry.Sub(r.Now)))))
		}
	}
	return row
}

func (r *reading) configuration(s *sheet) {
	w, c := r.words, &r.Configuration
	state := w.InForce
	if c.Refused != "" {
		state = w.NotInForce
		if c.RefusedAt != nil {
			state += " (" + r.timeText(*c.RefusedAt) + ")"
		}
		s.Refused = cut(c.Refused, refusedShown)
	}
	s.Facts = []fact{{w.Rules, c.Rules}, {w.NewestFiles, state}}
	if !c.Read.IsZero() {
		s.Facts = append(s.Facts, fact{w.Read, r.timeText(c.Read)})
	}
}

// cut a text that somebody else wrote.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// dayText is a day, and how long ago that is.
func (r *reading) dayText(d signals.Day) string {
	if d == 0 {
		return r.words.None
	}
	return r.words.Judged(message.DateText(r.language, d), int(r.today-d))
}

// timeText is a time of the deployment's time zone.
func (r *reading) timeText(t time.Time) string {
	if l := r.snapshot.Location; l != nil {
		t = t.In(l)
	} else {
		t = t.UTC()
	}
	return t.Format("2006-01-02 15:04 MST")
}

// ageText is a time, and how long ago that is.
func (r *reading) ageText(t time.Time) string {
	return r.timeText(t) + " (" + r.words.Before(max(0, r.Now.Sub(t))) + ")"
}
