package operations

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"firstsign/detector"
	"firstsign/detector/series"
	"firstsign/detector/survey"
	"firstsign/signals"
)

// FeedState is how a feed does, for people.
type FeedState string

// Late is the one state that the detector does not have: the feed has been silent for longer
// than ever in the days that are kept, and that is not enough to call it dead.
const Late FeedState = "late"

// FeedStates lists every state, the most urgent first.
var FeedStates = []FeedState{
	FeedState(detector.FeedIsDead), FeedState(detector.FeedIsLow), Late,
	FeedState(detector.FeedUnknown), FeedState(detector.FeedAlive), FeedState(detector.FeedIsRetired),
}

// failing tells whether accounts are not judged by the feed.
func (s FeedState) failing() bool { return s == FeedStates[0] || s == FeedStates[1] }

// Feed is one source of interactions.
type Feed struct {
	Source string    `json:"source"` // empty: records that name none
	State  FeedState `json:"state"`
	// Since is the first day of a failure. FailingIn are the partitions that have it; none:
	// all that know the source.
	Since     signals.Day `json:"since,omitzero"`
	FailingIn []int       `json:"failing_in,omitempty"`
	// Stale: the clock of every partition that knows the source stands still, so the state
	// is that of then.
	Stale bool `json:"clock_stopped,omitempty"`
	// Last is the newest day with a record or a heartbeat, of the days that are kept.
	Last signals.Day `json:"last_day,omitzero"`
	// UsualGap is the median of the days from one day with records to the next, and
	// LongestGap the longest.
	UsualGap   int `json:"usual_gap_days,omitempty"`
	LongestGap int `json:"longest_gap_days,omitempty"`
	// Accounts have a signal of this source. Alone are those whose contact comes from
	// nowhere else: they are blind while it fails.
	Accounts int          `json:"accounts"`
	Alone    int          `json:"accounts_without_another"`
	Signals  []FeedSignal `json:"signals"`
}

// FeedSignal is one signal that comes from a source.
type FeedSignal struct {
	Signal   string      `json:"signal"`
	Last     signals.Day `json:"last_day,omitzero"`
	UsualGap int         `json:"usual_gap_days,omitempty"`
	Accounts int         `json:"accounts"`
}

// fewDays with records are too few to call a pause unusually long.
const fewDays = 5

// lateness is the state of a source in a partition. Silence is counted to the partition's
// clock: while that stands still, nobody knows whether the source is silent.
func lateness(f *detector.InspectedFeed, clock signals.Day) FeedState {
	quiet := f.State == detector.FeedAlive || f.State == detector.FeedUnknown
	if quiet && f.Days >= fewDays && int(clock-f.Last) > f.Longest+1 {
		return Late
	}
	return FeedState(f.State)
}

// mergeFeeds makes one list of what the partitions know, the most urgent first. counted is
// nil when the accounts could not be counted.
func mergeFeeds(kept []Kept, day func(*Kept) signals.Day, now time.Time, counted *survey.Survey) []Feed {
	found, known := map[string]*Feed{}, map[string]int{}
	for i := range kept {
		k := &kept[i]
		for j := range k.Feeds {
			in := &k.Feeds[j]
			f := found[in.Source]
			if f == nil {
				f = &Feed{Source: in.Source, State: FeedState(detector.FeedIsRetired), Signals: []FeedSignal{}, Stale: true}
				found[in.Source] = f
			}
			known[in.Source]++
			f.Stale = f.Stale && now.Sub(k.Clock) > clockStopped
			f.add(in, lateness(in, day(k)), k.ID)
		}
	}
	for name, f := range found {
		if len(f.FailingIn) == known[name] {
			f.FailingIn = nil
		}
	}
	if counted != nil {
		count(found, counted)
	}
	return slices.SortedFunc(dereferenced(found), func(a, b Feed) int {
		return cmp.Or(cmp.Compare(a.State.rank(), b.State.rank()), cmp.Compare(b.Alone, a.Alone), cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Source, b.Source))
	})
}

func (s FeedState) rank() int { return slices.Index(FeedStates, s) }

// add takes in what one partition knows of a source. The worst state counts.
func (f *Feed) add(in *detector.InspectedFeed, state FeedState, partition int) {
	if state.rank() < f.State.rank() {
		f.State = state
	}
	if state.failing() {
		f.FailingIn = append(f.FailingIn, partition)
	}
	if in.Since != 0 && (f.Since == 0 || in.Since < f.Since) {
		f.Since = in.Since
	}
	f.Last = max(f.Last, in.Last)
	if f.UsualGap == 0 || in.Gap > 0 && in.Gap < f.UsualGap {
		f.UsualGap = in.Gap
	}
	f.LongestGap = max(f.LongestGap, in.Longest)
}

// count adds what the accounts say of sources.
func count(found map[string]*Feed, counted *survey.Survey) {
	for source, reach := range counted.Sources {
		if f := found[source]; f != nil {
			f.Accounts, f.Alone = reach.Accounts, reach.Alone
		}
	}
	for flow, t := range counted.Flows {
		f := found[flow.Source]
		if f == nil {
			continue
		}
		s := FeedSignal{Signal: flow.Signal, UsualGap: t.Gap(), Accounts: t.Accounts}
		if t.Last != series.NoDay {
			s.Last = t.Last
		}
		f.Signals = append(f.Signals, s)
	}
	for _, f := range found {
		slices.SortFunc(f.Signals, func(a, b FeedSignal) int { return cmp.Compare(a.Signal, b.Signal) })
	}
}

func dereferenced(found map[string]*Feed) func(func(Feed) bool) {
	return func(yield func(Feed) bool) {
		for _, name := range slices.Sorted(maps.Keys(found)) {
			if !yield(*found[name]) {
				return
			}
		}
	}
}
