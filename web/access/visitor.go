package access

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting"
)

// Visitor is who asks, and what that person may see and do. It holds for one request.
type Visitor struct {
	Login  string // how the person signed in; empty for nobody
	Person string // as the account files spell it; empty for nobody
	Role   Role   // empty: sees nothing
	// Everything: every account, also those that only the state knows.
	Everything bool
	// Accounts are those of the files that the visitor may see. Nil when no account is
	// known, or none is visible.
	Accounts *accounts.Directory
	// Mine are those of them for which the person works. Teams are those in which the
	// person owns one, and further ones of the policy.
	Mine  *accounts.Directory
	Teams map[string]bool
	// assigned are accounts that are visible because an alert of theirs was assigned to the
	// person.
	assigned map[string]bool
	files    *accounts.Directory // all accounts, for the names of colleagues
}

type visitorKey struct{}

// VisitorOf is who sent a request that a Routes has let in. It is never nil: of any other
// request it is nobody, who sees nothing.
func VisitorOf(r *http.Request) *Visitor {
	if v, ok := r.Context().Value(visitorKey{}).(*Visitor); ok {
		return v
	}
	return &Visitor{}
}

func (v *Visitor) attach(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
}

// Sees reports whether the visitor may see an account, by its present id. An account that
// the files do not list is seen by those only who see everything.
func (v *Visitor) Sees(account string) bool {
	return v.Everything || v.assigned[account] || v.Accounts.Get(account) != nil
}

// SeesAlert reports whether the visitor may see an alert. Alerts about feeds name no
// account: everybody with a role sees them.
func (v *Visitor) SeesAlert(a *alerting.Alert) bool {
	return v.Role != "" && (a.Account == "" || v.Sees(a.Account))
}

// MayAnswer reports whether the visitor may answer alerts at all.
func (v *Visitor) MayAnswer() bool { return v.Person != "" && v.Role != "" && v.Role != Viewer }

// Answers reports whether the visitor may answer an alert. A feed concerns the accounts of
// all managers, so only an admin answers for it.
func (v *Visitor) Answers(a *alerting.Alert) bool {
	return v.MayAnswer() && v.SeesAlert(a) && (a.Account != "" || v.Role == Admin)
}

// Filter narrows a list of alerts to what the visitor may see.
func (v *Visitor) Filter(f alerting.Filter) alerting.Filter {
	if v.Everything && v.Role != "" {
		return f
	}
	visible := map[string]bool{}
	switch {
	case v.Role != "" && f.Account != "" && v.Sees(f.Account):
		return f
	case v.Role != "":
		visible[""] = true // feeds
		for _, id := range v.Accounts.IDs() {
			visible[id] = true
		}
		for id := range v.assigned {
			visible[id] = true
		}
	}
	if f.Accounts != nil {
		maps.DeleteFunc(visible, func(id string, _ bool) bool { return !f.Accounts[id] })
	}
	f.Accounts = visible
	return f
}

// Whose narrows what a visitor sees to what is the visitor's own.
type Whose string

// The values of Whose.
const (
	MineOnly Whose = "mine" // for which the visitor works, or of which an alert is assigned to the visitor
	TeamOnly Whose = "team" // and the accounts of the visitor's teams
	Visible  Whose = "all"
)

// AllWhose lists them.
var AllWhose = []Whose{MineOnly, TeamOnly, Visible}

// AccountsOf are the accounts of a Whose, with "" for feeds; nil for all that are visible.
func (v *Visitor) AccountsOf(w Whose) map[string]bool {
	if w != MineOnly && w != TeamOnly {
		return nil
	}
	chosen := map[string]bool{"": true}
	for _, id := range v.Mine.IDs() {
		chosen[id] = true
	}
	for id := range v.assigned {
		chosen[id] = true
	}
	if w == TeamOnly {
		for a := range v.Accounts.All() {
			if v.Teams[a.Team] {
				chosen[a.ID] = true
			}
		}
	}
	return chosen
}

// Colleagues are the people to whom an alert of an account can be assigned: those of the
// account, those who look after another account of its team, and the visitor.
func (v *Visitor) Colleagues(account *accounts.Account) []string {
	names := map[string]bool{}
	add := func(a *accounts.Account) {
		names[a.Superior] = true
		for _, name := range a.OurStaff() {
			names[name] = true
		}
	}
	add(account)
	for a := range v.files.All() {
		if a.Team != "" && a.Team == account.Team {
			add(a)
		}
	}
	names[v.Person] = v.Person != Local
	maps.DeleteFunc(names, func(name string, is bool) bool { return name == "" || !is })
	return slices.Sorted(maps.Keys(names))
}

// Alerts is what pages read of the store.
type Alerts interface {
	Get(ctx context.Context, id string) (*alerting.Alert, error)
	Page(ctx context.Context, f alerting.Filter, after alerting.Cursor, limit int) (alerting.Page, error)
}

// Alerts returns those of a store that the visitor may see. An alert that is hidden looks
// like one that is not there.
func (v *Visitor) Alerts(store Alerts) Alerts { return visibleAlerts{v, store} }

type visibleAlerts struct {
	visitor *Visitor
	store   Alerts
}

// Get implements Alerts.
func (s visibleAlerts) Get(ctx context.Context, id string) (*alerting.Alert, error) {
	a, err := s.store.Get(ctx, id)
	if err == nil && !s.visitor.SeesAlert(a) {
		Refuse(ctx)
		return nil, alerting.ErrNoAlert
	}
	return a, err
}

// Page implements Alerts.
func (s visibleAlerts) Page(ctx context.Context, f alerting.Filter, after alerting.Cursor, limit int) (alerting.Page, error) {
	return s.store.Page(ctx, s.visitor.Filter(f), after, limit)
}

// Refuse notes in the audit line that something is there and was refused.
func Refuse(ctx context.Context) {
	if e, ok := ctx.Value(auditKey{}).(*Entry); ok {
		e.Refused = true
	}
}
