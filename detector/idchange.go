package detector

import (
	"fmt"

	"firstsign/detector/assessment"
	"firstsign/detector/episodes"
	"firstsign/detector/finding"
	"firstsign/detector/idchange"
	"firstsign/signals"
)

// AccountIDs is the name under which a change of many ids is told of, in the place of a
// source.
const AccountIDs = "account ids"

// idChange finds out, at the close of a day, whether the ids of many accounts were replaced.
func (e *Engine) idChange(day signals.Day, blind uint64) idchange.Change {
	return idchange.Judge(&idchange.Close{
		Day: day, Blind: blind, Calendar: &e.rules.Calendar, Signals: &e.signals,
		Accounts: e.forIDChange, Unlisted: e.strangers.New(), Before: *e.ids(),
	})
}

// ids is the change of ids as of the last close.
func (e *Engine) ids() *idchange.Change {
	if e.summary == nil {
		return &idchange.Change{}
	}
	return &e.summary.ids
}

// forIDChange yields the accounts that make up the portfolio.
func (e *Engine) forIDChange(yield func(idchange.Account) bool) {
	former := e.rules.Aliases != nil
	for _, a := range e.accounts {
		if a.Guest {
			continue
		}
		one := idchange.Account{Set: &a.Set, Alert: a.Episode.IsOpen(), Held: a.Episode.Stage == episodes.Replaced}
		if one.Former = former && e.rules.Aliases.Has(a.ID); !yield(one) {
			return
		}
	}
}

// tellIDChange hands out that a change of ids was found, or has ended. Partitions that find
// it on the same day are one alert.
func (e *Engine) tellIDChange(before, now *idchange.Change, at int64) {
	f := &finding.Finding{Time: at, Source: AccountIDs, Rules: e.rules.Hash}
	switch on := now.Found() && !now.Over; {
	case on && (!before.Found() || before.Over):
		f.Kind, f.Since = finding.IDsMigrated, now.Day
		f.IDs = &finding.IDChange{Ended: now.Ended, Began: now.Began, Unlisted: now.Unlisted}
	case !on && before.Found() && !before.Over:
		f.Kind, f.Since, f.NewLevel = finding.IDsSettled, before.Day, now.Over
	default:
		return
	}
	f.ID = fmt.Sprintf("ids:%s", f.Since)
	e.feedNews = append(e.feedNews, f)
	e.stats.Findings[f.Kind]++
}

// held tells whether an account is silent because its id was replaced, at the close of a
// day: then nothing is told of it. It is judged again once there is contact, or once the
// change has ended because the others have former ids.
func (g *judge) held(j *assessment.Assessment, d signals.Day) bool {
	a := j.Account()
	change := g.engine.ids()
	switch ep := &a.Episode; {
	case ep.Stage == episodes.Replaced && (j.LastContact() > ep.Since || !change.Found()):
		*ep = episodes.Episode{}
	case ep.Stage == episodes.Replaced:
		return true
	case change.Found() && !ep.IsOpen() && !a.Guest && change.Concerns(&a.Set, &g.engine.signals, d):
		*ep = episodes.Episode{Stage: episodes.Replaced, Since: d}
		return true
	}
	return false
}
