package detector

import (
	"fmt"
	"maps"
	"slices"

	"firstsign/detector/feeds"
	"firstsign/detector/finding"
	"firstsign/signals"
)

// misrouting is a source whose records are on the wrong partition: its
// producer does not hash keys as everybody else's does.
type misrouting struct {
	since, last signals.Day
}

// routedDays without such a record end it. One day would not do: weekends and
// holidays would make the same producer a new alert each Monday.
const routedDays = 7

// misroute notes a record on the wrong partition; the first of a source is a
// finding.
func (e *Engine) misroute(source []byte) {
	today := e.zone.Day(e.now)
	if m := e.misroutings[string(source)]; m != nil {
		m.last = today
		return
	}
	if len(e.misroutings) >= feeds.MaxSources {
		return // the others tell the operator enough
	}
	e.misroutings[string(source)] = &misrouting{since: today, last: today}
	e.findMisrouted(finding.Misrouted, string(source), today, e.zone.Start(today))
}

// forgetMisrouted ends what has not happened for routedDays up to a closed day.
func (e *Engine) forgetMisrouted(closed signals.Day) {
	for _, source := range slices.Sorted(maps.Keys(e.misroutings)) {
		if m := e.misroutings[source]; m.last <= closed-routedDays {
			e.findMisrouted(finding.Routed, source, m.since, e.zone.Start(closed+1))
			delete(e.misroutings, source)
		}
	}
}

// findMisrouted tells the operator, in words that do not depend on the
// partition, so that one producer is one alert.
func (e *Engine) findMisrouted(kind finding.Kind, source string, since signals.Day, at int64) {
	e.feedNews = append(e.feedNews, &finding.Finding{
		ID: fmt.Sprintf("misrouted:%s:%s", source, since), Kind: kind, Time: at, Source: source, Since: since, Rules: e.rules.Hash,
	})
	e.stats.Findings[kind]++
}
