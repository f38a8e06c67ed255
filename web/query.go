package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"firstsign/alerting"
	"firstsign/detector"
	"firstsign/internal/identity"
	"firstsign/web/access"
)

// query is what the address of a list asks for.
type query struct {
	section string // of the first page; empty: all
	whose   access.Whose
	filter  alerting.Filter
	after   alerting.Cursor
	limit   int
}

// living is the state of every alert that is not closed.
const living = "living"

// Fields of an address. The first page has sections and pages of a fixed size; the
// API has a limit.
var (
	listFields = []string{"section", "state", "severity", "kind", "owner", "account", "whose", "after", doneField}
	apiFields  = []string{"state", "severity", "kind", "owner", "account", "after", "limit"}
)

// The bounds of a list.
const (
	defaultLimit = 100
	maxLimit     = 500
)

// parseQuery reads the query of an address. What it does not know is an error: a
// mistyped filter must not show everything.
func parseQuery(values url.Values, fields []string) (query, error) {
	q := query{limit: defaultLimit}
	for field, all := range values {
		if !slices.Contains(fields, field) {
			return q, fmt.Errorf("unknown field %q; there are: %s", field, strings.Join(fields, ", "))
		}
		if len(all) > 1 {
			return q, fmt.Errorf("%s is given %d times", field, len(all))
		}
		if err := q.set(field, strings.TrimSpace(all[0])); err != nil {
			return q, err
		}
	}
	return q, nil
}

// set reads one field. An empty one, as a form sends it, asks for nothing.
func (q *query) set(field, value string) error {
	if value == "" {
		return nil
	}
	switch field {
	case "state":
		q.filter.State, q.filter.Living = alerting.State(value), value == living
		if q.filter.Living {
			q.filter.State = ""
			return nil
		}
		return oneOf(field, alerting.State(value), append(slices.Clone(alerting.States), living))
	case "severity":
		q.filter.Severity = alerting.Severity(value)
		return oneOf(field, q.filter.Severity, alerting.Severities)
	case "kind":
		q.filter.Kinds = []detector.FindingKind{detector.FindingKind(value)}
		return oneOf(field, q.filter.Kinds[0], detector.FindingKinds)
	case "owner":
		q.filter.Owner = value
	case "account":
		q.filter.Account = identity.CleanString(value)
	case "whose":
		q.whose = access.Whose(value)
		return oneOf(field, q.whose, access.AllWhose)
	case "section":
		q.section = value
		return oneOf(field, value, sectionNames())
	case "after":
		q.after = alerting.Cursor(value)
		return q.after.Validate()
	case "limit":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > maxLimit {
			return fmt.Errorf("limit is %q; it must be 1 to %d", value, maxLimit)
		}
		q.limit = n
	}
	return nil
}

func oneOf[S ~string](field string, value S, all []S) error {
	if slices.Contains(all, value) {
		return nil
	}
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = string(a)
	}
	return fmt.Errorf("%s is %q; it must be one of %s", field, string(value), strings.Join(names, ", "))
}

// state is the field's value.
func (q *query) state() string {
	if q.filter.Living {
		return living
	}
	return string(q.filter.State)
}

// values are the address again, with another section and cursor.
func (q *query) values(section string, after alerting.Cursor) url.Values {
	v := url.Values{}
	for field, value := range map[string]string{
		"section": section, "whose": string(q.whose), "state": q.state(), "severity": string(q.filter.Severity),
		"owner": q.filter.Owner, "account": q.filter.Account, "after": string(after),
	} {
		if value != "" {
			v.Set(field, value)
		}
	}
	for _, k := range q.filter.Kinds {
		v.Set("kind", string(k))
	}
	return v
}

// filtered reports whether the address asks for some of the alerts of the reader's choice.
func (q *query) filtered() bool {
	v := q.values(q.section, "")
	v.Del("whose")
	return len(v) > 0
}

// Whose is what the form keeps.
func (q *query) Whose() string { return string(q.whose) }

// Owner is what the form's field of that name holds.
func (q *query) Owner() string { return q.filter.Owner }

// Account is what the form's field of that name holds.
func (q *query) Account() string { return q.filter.Account }
