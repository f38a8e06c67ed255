package alerting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
)

// namesEarlier reports whether the message of a finding names the account's earlier
// alert. A digest does not.
func namesEarlier(f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) bool {
	return (f.Kind == detector.Raised || f.Kind == detector.Neglected) && !late(f, snapshot, now)
}

// late reports whether a finding is too old for a message of its own.
func late(f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) bool {
	return now.Sub(time.Unix(0, f.Time)) > snapshot.Routing.NotifyHorizon
}

// StoredFinding is a finding in the store, and its alert after it was entered.
type StoredFinding struct {
	Finding *detector.Finding
	Alert   *Alert
	IsNew   bool
	// Severity is that of the alert then; later findings of the same call may change it.
	Severity Severity
}

// Unpublished reports whether a partition publishes its line: no other partition
// brought it first, and it is not in the topic yet.
func (s *StoredFinding) Unpublished(partition int) bool {
	i := s.Alert.indexOf(s.Finding.Kind, time.Unix(0, s.Finding.Time))
	return i >= 0 && s.Alert.History[i].Partition == partition && !s.Alert.History[i].Published
}

// StoreFinding writes a partition's finding into the store and reports whether it
// was new there. The same finding again changes nothing.
func StoreFinding(ctx context.Context, store AlertStore, partition int, f *detector.Finding, snapshot *RoutingSnapshot, now time.Time) (a *Alert, isNew bool, err error) {
	stored, err := StoreFindings(ctx, store, partition, []*detector.Finding{f}, snapshot, now)
	if err != nil {
		return nil, false, err
	}
	return stored[0].Alert, stored[0].IsNew, nil
}

// StoreFindings does what StoreFinding does to the first findings of a list, as many as
// may be stored at once. It returns those; there is at least one.
func StoreFindings(ctx context.Context, store AlertStore, partition int, findings []*detector.Finding, snapshot *RoutingSnapshot, now time.Time) ([]StoredFinding, error) {
	findings = findings[:together(findings, snapshot, now)]
	stored, of := make([]StoredFinding, len(findings)), map[string][]int{}
	then := make([]*EarlierAlert, len(findings))
	for i, f := range findings {
		stored[i].Finding = f
		of[f.ID] = append(of[f.ID], i)
		if !namesEarlier(f, snapshot, now) {
			continue
		}
		var err error
		if then[i], err = findEarlier(ctx, store, f); err != nil {
			return nil, err
		}
	}
	err := UpdateAll(ctx, store, idsOf(findings), func(a *Alert) (changed bool) {
		for _, i := range of[a.ID] {
			f, before := findings[i], a.newestRaise()
			stored[i].Alert, stored[i].IsNew = a, a.applyFinding(f, now, late(f, snapshot, now))
			if !stored[i].IsNew {
				continue
			}
			changed = true
			a.Earlier = cmp.Or(a.Earlier, then[i])
			a.noteRepeat(before, f, snapshot)
			a.History[a.indexOf(f.Kind, time.Unix(0, f.Time))].Partition = partition
			snapshot.stamp(a)
			stored[i].Severity = a.Severity
		}
		return changed
	})
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("store findings: %w", err)
	}
	return stored, nil
}

// newestRaise is what a message would say of the newest raise; nil before the first.
func (a *Alert) newestRaise() *message.Facts {
	if e := a.lastRaise(); e != nil {
		return a.facts(e.Kind, nil)
	}
	return nil
}

// noteRepeat notes whether a raise says in its headline what the one before said.
func (a *Alert) noteRepeat(before *message.Facts, f *detector.Finding, snapshot *RoutingSnapshot) {
	if before == nil || !f.Kind.Raises() || a.RaisedLast().UnixNano() != f.Time {
		return // something came late, and is not the newest
	}
	a.AsTold = 0
	if message.SayTheSame(before, a.facts(f.Kind, nil)) {
		a.AsTold = snapshot.Day(before.Raised)
	}
}

// together is how many of the first findings may be stored at once: a message names the
// account's earlier alert, which must be in the store by then.
func together(findings []*detector.Finding, snapshot *RoutingSnapshot, now time.Time) int {
	accounts := map[string]bool{}
	for i, f := range findings {
		if i > 0 && f.Kind == detector.Erased || accounts[f.Account] && namesEarlier(f, snapshot, now) {
			return i
		}
		accounts[f.Account] = true
	}
	return len(findings)
}

// idsOf are the alerts of findings, each once.
func idsOf(findings []*detector.Finding) (ids []string) {
	seen := map[string]bool{}
	for _, f := range findings {
		if !seen[f.ID] && f.Kind != detector.Erased { // an erasure is no alert
			seen[f.ID] = true
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// MarkPublished notes that the lines of findings are in the topic.
func MarkPublished(ctx context.Context, store AlertStore, findings []*detector.Finding) error {
	of := map[string][]*detector.Finding{}
	for _, f := range findings {
		of[f.ID] = append(of[f.ID], f)
	}
	return UpdateAll(ctx, store, idsOf(findings), func(a *Alert) (changed bool) {
		for _, f := range of[a.ID] {
			changed = a.markPublished(f.Kind, time.Unix(0, f.Time)) || changed
		}
		return changed
	})
}
