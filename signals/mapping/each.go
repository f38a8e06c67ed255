package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/traits"

	"firstsign/signals"
)

// What one record of several items may become. A record of 1 MiB can hold
// 500,000 items, and each may repeat a long text of the record.
const (
	maxItems     = 10_000
	maxItemBytes = 32 << 20
	// ownLetters is how many items of one record are refused one by one. A dead
	// letter holds the whole record, so those after them share one.
	ownLetters = 20
)

// Items are places in the list that a mapping goes over, from 0, as numbers and
// spans between commas: 3,7-12. Empty is all of them.
type Items string

// has tells whether an item is one of them.
func (s Items) has(index int) bool {
	if s == "" {
		return true
	}
	for part := range strings.SplitSeq(string(s), ",") {
		from, to, span := strings.Cut(part, "-")
		if !span {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err == nil && err2 == nil && first <= index && index <= last {
			return true
		}
	}
	return false
}

// with one more, which is after all others.
func (s Items) with(index int) Items {
	if s == "" {
		return Items(strconv.Itoa(index))
	}
	head, last := s[:strings.LastIndex(string(s), ",")+1], s[strings.LastIndex(string(s), ",")+1:]
	from, to, span := strings.Cut(string(last), "-")
	if !span {
		to = from
	}
	if to != strconv.Itoa(index-1) {
		return s + "," + Items(strconv.Itoa(index))
	}
	return head + Items(from+"-"+strconv.Itoa(index))
}

// items makes an interaction of each item of a record. What is wrong with one
// keeps the others from nothing.
func (m *Mapper) items(of *mapping, msg *message, only Items) {
	msg.item, msg.index = nil, 0
	if !of.when.perItem() {
		if wanted, reject := of.wants(msg); !wanted {
			m.add(of, reject)
			return
		}
	}
	list, size, reject := of.list(msg)
	switch {
	case reject != nil:
		m.add(of, reject)
		return
	case size == 0:
		m.add(of, nil).Empty = true
		return
	}
	defer func() { msg.item = nil }() // the next mapping may have none
	clear(m.named)
	refused, from := 0, len(m.values)
	var rest *Result // of items that share a letter
	for i := range size {
		if !only.has(i) {
			continue
		}
		msg.item, msg.index = list.Get(types.Int(i)), i
		at := len(m.results)
		reject := m.item(of, msg, m.add(of, nil), from)
		if reject == nil {
			continue
		}
		reject = ofItem(i, reject)
		if refused++; refused <= ownLetters {
			m.results[at].refuse(reject)
			m.results[at].Items = m.results[at].Items.with(i)
			continue
		}
		m.results = m.results[:at]
		if rest == nil {
			rest = &Result{Mapping: of.config.Name}
			rest.refuse(reject)
		}
		rest.Items = rest.Items.with(i)
	}
	if rest != nil {
		rest.Reject.Detail += fmt.Sprintf("; so or otherwise with %d more of its items", refused-ownLetters-1)
		m.results = append(m.results, *rest)
	}
}

// ofItem says which item was refused.
func ofItem(index int, why *signals.Reject) *signals.Reject {
	detail := why.Detail
	if why.Reason != signals.Unmappable {
		detail = why.Error()
	}
	return &signals.Reject{Reason: signals.Unmappable, Detail: fmt.Sprintf("item %d: %s", index, detail)}
}

// list that a mapping goes over.
func (of *mapping) list(msg *message) (traits.Lister, int, *signals.Reject) {
	v, missing, err := of.each.eval(msg)
	if v == nil {
		return nil, 0, of.each.absent(missing, err)
	}
	list, ok := v.(traits.Lister)
	if !ok {
		return nil, 0, of.each.unfit(v, "a list")
	}
	size, _ := list.Size().(types.Int)
	if size > maxItems {
		return nil, 0, of.each.failed(fmt.Errorf("%d items, the limit is %d", size, maxItems))
	}
	return list, int(size), nil
}

// item of a record becomes an interaction. Two that have the same name and say
// different things would be taken for repeats: the second is refused.
func (m *Mapper) item(of *mapping, msg *message, result *Result, from int) *signals.Reject {
	if len(m.values)-from > maxItemBytes {
		return &signals.Reject{Reason: signals.Unmappable, Detail: fmt.Sprintf("the items before it make %d MiB, the limit for a record", maxItemBytes>>20)}
	}
	build := m.wanted
	if of.when.perItem() {
		build = m.make
	}
	if reject := build(of, msg, result); reject != nil {
		return reject
	}
	if result.Value == nil || len(m.in.ID) == 0 {
		return nil
	}
	name := fmt.Sprintf("%q %q %q %q", m.in.Account, m.in.Signal, m.in.Source, m.in.ID)
	if other, ok := m.named[name]; ok && string(m.results[other].Value) != string(result.Value) {
		result.Value, result.Account = nil, nil
		return of.id.failed(fmt.Errorf("%.80q is that of an item before it, which says something else: add index to the id", m.in.ID))
	}
	if m.named == nil {
		m.named = map[string]int{}
	}
	m.named[name] = len(m.results) - 1
	return nil
}
