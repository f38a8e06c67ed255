package message

import (
	"firstsign/detector"
	"firstsign/signals"
)

// translator says things in one language. Names are cleaned before they get here.
type translator interface {
	// reason is one series' part: what moved, from what to what, since when.
	// who is the contact's name, empty for the account's own series.
	reason(r *detector.Reason, who string) string
	// series names what moved: "Li Wei's calls".
	series(r *detector.Reason, who string) string
	// head is the same without the when, for a headline.
	head(r *detector.Reason, who string) string
	// often adds how often something happened to a head.
	often(what string, r *detector.Reason) string
	// asTold says of a head that it was told before, on a day.
	asTold(what string, d signals.Day) string
	// title is the headline of an event; what is the head of the first reason.
	title(f *Facts, what string) string
	// facts is the line of grade, severity, start and rarity.
	facts(f *Facts) string
	// verdict is the form of what a fall means, with a place for shareNoted; empty when
	// nobody knows.
	verdict(v detector.Verdict) string
	// shareNoted says how old our share is, within a verdict.
	shareNoted(d signals.Day) string
	// stake is the line of what the account is worth to us, and where we stand with it;
	// empty when the files do not say.
	stake(f *Facts) string
	// advice is what to do; who is the person to meet, empty when nobody is known.
	advice(steps []step, who string) string
	// feed is the body about a feed; ended what is said about an ended episode.
	feed(f *Facts) string
	ended(f *Facts) string
	// neglected is the headline of what we owe an account, in a digest.
	neglected(what string) string
	// clears says when an alert ends by itself.
	clears(r *detector.Reason) string
	more(n int) string
	// digest is its headline and what comes before the items. They are feeds,
	// accounts that drift, or with care also such as we neglect.
	digest(n int, feeds, care bool) (title, introduction string)
	// item is one alert in a digest.
	item(f *Facts, what string) string
	phrases() *phrases
	// finish is the last touch to a whole text.
	finish(s string) string
}

// phrases are sentences without parts.
type phrases struct {
	moved, ours   string // over the reasons: theirs, and what our side did
	complaints    string // over those that wait
	season        string // less than two years of history
	neglectClears string // when a neglect ends
	cut           string // in place of what a channel has no room for
}

func (l Language) translator() translator {
	if l == Chinese {
		return chinese{}
	}
	return english{}
}
