package operations

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"firstsign/signals"
)

// Refused are the refused records of one reason, of those that were read.
type Refused struct {
	Reason  signals.Reason `json:"reason"`
	Count   int            `json:"count"`
	LastDay int            `json:"last_24_hours"` // of them, not put back since
	Newest  time.Time      `json:"newest"`
	Samples []Sample       `json:"samples"` // the newest
}

// Sample says where a refused record is, and nothing of what it says.
type Sample struct {
	Time      time.Time `json:"time"`
	Topic     string    `json:"topic"`
	Partition int       `json:"partition"`
	Offset    int64     `json:"offset"`
	Field     string    `json:"field,omitempty"`   // that is wrong; empty: the record as a whole
	Mapping   string    `json:"mapping,omitempty"` // that makes nothing of it
	Replayed  bool      `json:"put_back,omitempty"`
}

// samplesShown of each reason.
const samplesShown = 3

// byReason counts letters, those with most in the last day first.
func byReason(letters []Letter, now time.Time) []Refused {
	found := map[signals.Reason]*Refused{}
	newest := slices.SortedStableFunc(slices.Values(letters), func(a, b Letter) int { return b.Time.Compare(a.Time) })
	for i := range newest {
		l := &newest[i]
		r := found[l.Reason]
		if r == nil {
			r = &Refused{Reason: l.Reason, Newest: l.Time}
			found[l.Reason] = r
		}
		r.Count++
		if now.Sub(l.Time) < 24*time.Hour && !l.Replayed {
			r.LastDay++
		}
		if len(r.Samples) < samplesShown {
			r.Samples = append(r.Samples, Sample{l.Time.UTC(), l.Topic, l.Partition, l.Offset, fieldOf(l), l.Mapping, l.Replayed})
		}
	}
	list := make([]Refused, 0, len(found))
	for _, reason := range slices.Sorted(maps.Keys(found)) {
		list = append(list, *found[reason])
	}
	slices.SortStableFunc(list, func(a, b Refused) int {
		return cmp.Or(cmp.Compare(b.LastDay, a.LastDay), cmp.Compare(b.Count, a.Count))
	})
	return list
}

// fields are all that a record of the topic has, and a record of Kafka. Other names are what
// a producer made up, and may hold anything.
var fields = []string{"time", "account", "signal", "value", "id", "contact", "source", "text", "attributes", "key", "specversion", "type", "data", "subject"}

// ofReason are the fields that a reason is about by itself.
var ofReason = map[signals.Reason]string{
	signals.EmptyKey: "key", signals.KeyMismatch: "key", signals.WrongPartition: "key",
	signals.UnknownSignal: "signal", signals.UnknownAccount: "account", signals.NoAccount: "account",
	signals.BadTime: "time", signals.TooOld: "time", signals.TooFarAhead: "time", signals.TickAhead: "time",
	signals.BadValue: "value", signals.UnknownWord: "attributes",
}

// named finds the field in a detail: in quotes at its beginning, or before the colon of a
// mapping's.
var named = regexp.MustCompile(`^(?:mapping [^:]*: )?(?:item \d+: )?"?([a-z]+)"?(?: at |:| is | has |$)`)

// fieldOf is the field that is wrong. A detail may quote the record, so only a name of
// fields leaves it.
func fieldOf(l *Letter) string {
	if field := ofReason[l.Reason]; field != "" {
		return field
	}
	if m := named.FindStringSubmatch(strings.ToLower(l.Detail)); m != nil && slices.Contains(fields, m[1]) {
		return m[1]
	}
	return ""
}
