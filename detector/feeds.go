package detector

import (
	"firstsign/detector/feeds"
	"firstsign/detector/finding"
)

// FeedState is what is known of a source; package feeds has the meaning of each word.
type FeedState = feeds.State

// The states of a source.
const (
	FeedAlive     = feeds.Alive
	FeedUnknown   = feeds.Unknown
	FeedIsLow     = feeds.Low
	FeedIsDead    = feeds.Dead
	FeedIsRetired = feeds.Retired
)

// FeedStates lists every state.
var FeedStates = feeds.States

// AllSources is the name under which all sources together are told of.
const AllSources = feeds.AllSources

// sourcesBefore is what was known of the sources at the last close; nil before the
// first.
func (e *Engine) sourcesBefore() *feeds.Judgement {
	if e.summary == nil {
		return nil
	}
	return &e.summary.sources
}

// feedFindings are the findings by what happened to a source.
var feedFindings = [...]finding.Kind{
	feeds.Died:      finding.FeedDead,
	feeds.BecameLow: finding.FeedLow,
	feeds.WentQuiet: finding.AllQuiet,
	feeds.Returned:  finding.FeedBack,
	feeds.GaveUp:    finding.FeedRetired,
}

// tellFeeds hands out what changed of the sources at a close.
func (e *Engine) tellFeeds(changes []feeds.Change, at int64) {
	for _, c := range changes {
		kind := feedFindings[c.Event]
		e.feedNews = append(e.feedNews, &finding.Finding{
			ID: feeds.FailureID(c.Source, c.Since), Kind: kind, Time: at, Source: c.Source, Since: c.Since, Moved: c.Moved, Rules: e.rules.Hash,
		})
		e.stats.Findings[kind]++
	}
}
