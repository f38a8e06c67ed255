package portfolio

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"firstsign/accounts"
)

// Filter chooses accounts. The zero Filter takes all.
type Filter struct {
	Owner string         `json:"owner,omitempty"`
	Team  string         `json:"team,omitempty"`
	Grade accounts.Grade `json:"grade,omitempty"`
	// Visible says which accounts the reader may see; nil: all of them.
	Visible func(*accounts.Account) bool `json:"-"`
}

// Fields are those of an address, in the order of the form.
var Fields = []string{"owner", "team", "grade"}

// ParseFilter reads the query of an address. What it does not know is an error: a mistyped
// filter must not show everything. An empty field, as a form sends it, asks for nothing.
func ParseFilter(values url.Values) (f Filter, err error) {
	for field, all := range values {
		if len(all) > 1 {
			return f, fmt.Errorf("%s is given %d times", field, len(all))
		}
		switch value := strings.TrimSpace(all[0]); field {
		case "owner":
			f.Owner = value
		case "team":
			f.Team = value
		case "grade":
			if f.Grade = accounts.Grade(value); value != "" && !slices.Contains(accounts.Grades, f.Grade) {
				return f, fmt.Errorf("grade is %q; it must be one of %s", value, gradeNames())
			}
		default:
			return f, fmt.Errorf("unknown field %q; there are: %s", field, strings.Join(Fields, ", "))
		}
	}
	return f, nil
}

func gradeNames() string {
	names := make([]string, len(accounts.Grades))
	for i, g := range accounts.Grades {
		names[i] = string(g)
	}
	return strings.Join(names, ", ")
}

// Any says whether the address asks for something.
func (f *Filter) Any() bool { return f.Owner != "" || f.Team != "" || f.Grade != "" }

// takesAll says whether every account passes.
func (f *Filter) takesAll() bool { return !f.Any() && f.Visible == nil }

// passes says whether an account is asked for, and may be seen.
func (f *Filter) passes(a *accounts.Account) bool {
	return (f.Owner == "" || a.Owner == f.Owner) && (f.Team == "" || a.Team == f.Team) && (f.Grade == "" || a.Grade == f.Grade) && f.mayBeSeen(a)
}

func (f *Filter) mayBeSeen(a *accounts.Account) bool { return f.Visible == nil || f.Visible(a) }

// query is the filter as the query of an address.
func (f *Filter) query() string {
	v := url.Values{}
	for name, is := range map[string]string{"owner": f.Owner, "team": f.Team, "grade": string(f.Grade)} {
		if is != "" {
			v.Set(name, is)
		}
	}
	return "?" + v.Encode()
}
