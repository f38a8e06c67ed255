package detector

import (
	"fmt"

	"firstsign/detector/finding"
	"firstsign/signals"
)

// misroute notes a record on the wrong partition; the first of a source is a finding.
// What belongs elsewhere is the account: the key may be another spelling of it.
func (e *Engine) misroute(in *signals.Interaction, key []byte) *signals.Reject {
	if today := e.zone.Day(e.now); e.misrouted.Note(in.Source, today) {
		e.findMisrouted(finding.Misrouted, string(in.Source), today, e.zone.Start(today))
	}
	why := "the producer must use the murmur2 partitioner"
	if string(key) != string(in.Account) {
		why = fmt.Sprintf("its producer writes the key %.80q and must write the account; firstsign replay puts the record there", key)
	}
	where := signals.PartitionOf(in.Account, e.partitions)
	return &signals.Reject{Reason: signals.WrongPartition, Detail: fmt.Sprintf("%.80q belongs on partition %d; %s", in.Account, where, why)}
}

// findMisrouted tells the operator, in words that do not depend on the
// partition, so that one producer is one alert.
func (e *Engine) findMisrouted(kind finding.Kind, source string, since signals.Day, at int64) {
	e.feedNews = append(e.feedNews, &finding.Finding{
		ID: fmt.Sprintf("misrouted:%s:%s", source, since), Kind: kind, Time: at, Source: source, Since: since, Rules: e.rules.Hash,
	})
	e.stats.Findings[kind]++
}
