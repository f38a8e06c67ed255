package redis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/redis/go-redis/v9"

	"firstsign/alerting"
)

// find returns how many alerts of some lists have one of the given letters, and the
// first places behind a cursor, by list and class and not in order. No letters
// stand for all. An account has few alerts, so all places of its list are returned, those
// before the cursor as well: one call for each of a manager's accounts.
//
// KEYS as in watched
// ARGV cursor, limit, letters of state, of severity, of kind, lists
var find = redis.NewScript(watched + `
if not indexed() then return {'UNINDEXED'} end
local function passes(class)
  for i = 1, 3 do
    if ARGV[2 + i] ~= '' and not string.find(ARGV[2 + i], string.sub(class, i, i), 1, true) then return false end
  end
  return true
end
local limit, total, found = tonumber(ARGV[2]), 0, {}
for i = 6, #ARGV do
  local list = ARGV[i]
  local from, stop = '[' .. list, '(' .. list .. '\255'
  local few = string.sub(list, 1, 1) == 'a'
  if few then
    for _, m in ipairs(redis.call('ZRANGEBYLEX', INDEX, from, stop)) do
      if passes(string.sub(m, #list + 1, #list + 3)) then
        total = total + 1
        if limit > 0 then found[#found + 1] = string.sub(m, #list + 4) end
      end
    end
  end
  while not few do
    local first = redis.call('ZRANGEBYLEX', INDEX, from, stop, 'LIMIT', 0, 1)[1]
    if not first then break end
    local class = string.sub(first, #list + 1, #list + 3)
    local range = list .. class
    local beyond = '(' .. range .. '\255'
    if passes(class) then
      total = total + redis.call('ZLEXCOUNT', INDEX, '[' .. range, beyond)
      if limit > 0 then
        for _, m in ipairs(redis.call('ZRANGEBYLEX', INDEX, '(' .. range .. ARGV[1], beyond, 'LIMIT', 0, limit)) do
          found[#found + 1] = string.sub(m, #range + 1)
        end
      end
    end
    from = '[' .. range .. '\255'
  end
end
return {'OK', total, found}
`)

// errUnindexed means that the index does not hold all alerts.
var errUnindexed = errors.New("the index of alerts is not complete; it is being made anew")

// Page implements alerting.AlertStore.
func (s *Store) Page(ctx context.Context, f alerting.Filter, after alerting.Cursor, limit int) (alerting.Page, error) {
	if err := after.Validate(); err != nil {
		return alerting.Page{}, err
	}
	if !indexable(f) {
		all, err := s.everything(ctx, f)
		if err != nil {
			return alerting.Page{}, fmt.Errorf("list alerts: %w", err)
		}
		return f.PageOf(all, after, limit), nil
	}
	total, places, err := s.find(ctx, f, after, limit)
	if err != nil {
		return alerting.Page{}, fmt.Errorf("list alerts: %w", err)
	}
	slices.Sort(places)
	p := alerting.Page{Total: total}
	if limit > 0 && len(places) > limit {
		places = places[:limit]
		p.Next = places[limit-1]
	}
	if p.Alerts, err = s.readPlaces(ctx, places); err != nil {
		return alerting.Page{}, fmt.Errorf("list alerts: %w", err)
	}
	// Somebody may have changed an alert between the two reads.
	p.Alerts = alerting.MostAtRisk(slices.DeleteFunc(p.Alerts, func(a *alerting.Alert) bool { return !f.Passes(a) }))
	return p, nil
}

// indexable reports whether the index alone can tell what passes the filter. Two
// names, or a time, need the alerts themselves; an account has few.
func indexable(f alerting.Filter) bool {
	names := 0
	for _, name := range []string{f.Account, f.Owner, f.Concerns, f.Assignee} {
		if name != "" {
			names++
		}
	}
	if f.Accounts != nil {
		names++
	}
	return names <= 1 && f.ClosedSince.IsZero()
}

// everything reads all alerts of the shortest list that holds what passes the
// filter.
func (s *Store) everything(ctx context.Context, f alerting.Filter) ([]*alerting.Alert, error) {
	of := alerting.Filter{Account: f.Account}
	if f.Account == "" {
		of = alerting.Filter{State: f.State, Severity: f.Severity, Kinds: f.Kinds, Living: f.Living, Answered: f.Answered, Owner: f.Owner}
		if f.Owner == "" {
			of.Concerns = f.Concerns
		}
		if f.Owner == "" && f.Concerns == "" {
			of.Assignee = f.Assignee
		}
		if f.Owner == "" && f.Concerns == "" && f.Assignee == "" {
			of.Accounts = f.Accounts
		}
	}
	_, places, err := s.find(ctx, of, "", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	return s.readPlaces(ctx, places)
}

func (s *Store) readPlaces(ctx context.Context, places []alerting.Cursor) ([]*alerting.Alert, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.ID()
	}
	return s.readAll(ctx, ids)
}

// find looks into the index, and makes it anew when it is not complete. It returns
// one place more than the limit in each range, so that the caller sees whether
// there is a next page.
func (s *Store) find(ctx context.Context, f alerting.Filter, after alerting.Cursor, limit int) (total int, places []alerting.Cursor, err error) {
	if limit > 0 {
		limit++
	}
	for some := range slices.Chunk(listsOf(f), listsAtOnce) {
		args := []any{string(after), limit, stateFilter(f), severityFilter(f), kindFilter(f)}
		for _, list := range some {
			args = append(args, list)
		}
		n, more, err := s.findIn(ctx, args)
		if err != nil {
			return 0, nil, err
		}
		total, places = total+n, append(places, more...)
	}
	return total, slices.DeleteFunc(places, func(p alerting.Cursor) bool { return p <= after }), nil
}

// listsAtOnce bounds the lists of one call, which other clients of Redis wait for.
const listsAtOnce = 500

// listsOf are the lists that hold what the filter's names let pass. No alert is in two of
// them.
func listsOf(f alerting.Filter) (lists []string) {
	switch {
	case f.Account != "":
		return []string{listOf('a', f.Account)}
	case f.Owner != "":
		return []string{listOf('o', f.Owner)}
	case f.Concerns != "":
		return []string{listOf('o', f.Concerns), listOf('p', f.Concerns)}
	case f.Assignee != "":
		return []string{listOf('t', f.Assignee)}
	case f.Accounts != nil:
		for account := range f.Accounts {
			lists = append(lists, listOf('a', account))
		}
		return lists
	}
	return []string{allList}
}

// findIn asks the script find once, and makes the index anew when it is not complete.
func (s *Store) findIn(ctx context.Context, args []any) (total int, places []alerting.Cursor, err error) {
	for range 3 {
		reply, err := find.Run(ctx, s.client, s.all(), args...).Slice()
		switch {
		case err != nil:
			return 0, nil, err
		case len(reply) == 3 && reply[0] == "OK":
			n, _ := reply[1].(int64)
			found, _ := reply[2].([]any)
			for _, place := range found {
				text, _ := place.(string)
				places = append(places, alerting.Cursor(text))
			}
			return int(n), places, nil
		case len(reply) == 4: // damaged
			return 0, nil, s.Check(ctx)
		}
		if _, err := s.Index(ctx); err != nil {
			return 0, nil, err
		}
	}
	return 0, nil, errUnindexed
}

func stateFilter(f alerting.Filter) string {
	switch {
	case f.State != "" && f.OnlyLiving() && f.State == alerting.Closed, f.Answered && f.State == alerting.Open:
		return "!" // nothing passes
	case f.State != "":
		return string(letter(stateLetters, f.State))
	case f.Answered:
		return string([]byte{stateLetters[alerting.Acknowledged], stateLetters[alerting.Snoozed]})
	case f.Living:
		return string([]byte{stateLetters[alerting.Open], stateLetters[alerting.Acknowledged], stateLetters[alerting.Snoozed]})
	}
	return ""
}

func severityFilter(f alerting.Filter) string {
	if f.Severity == "" {
		return ""
	}
	return string(letter(severityLetters, f.Severity))
}

func kindFilter(f alerting.Filter) string {
	var letters []byte
	for _, k := range f.Kinds {
		letters = append(letters, letter(kindLetters, k))
	}
	return string(letters)
}
