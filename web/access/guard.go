package access

import (
	"context"
	"net/http"
	"sync"

	"firstsign/accounts"
	"firstsign/alerting"
)

// Guard finds out who asks, and what that person may see. It may be used concurrently.
type Guard struct {
	signIn func(*http.Request) string
	policy func() *Policy
	files  func() *accounts.Directory
	// assigned returns the accounts with an alert that is assigned to a person; nil: none.
	assigned func(ctx context.Context, person string) (map[string]bool, error)

	mu    sync.Mutex
	views map[string]*view // by person; of one policy and one directory
	of    *Policy
	in    *accounts.Directory
}

// view is what the files and the policy let one person see.
type view struct {
	accounts, mine *accounts.Directory
	teams          map[string]bool
}

// maxViews bounds the memory. Most people see some hundred accounts, a view of which takes some kilobytes.
const maxViews = 1000

// NewGuard returns a guard of a server. signIn says who sends a request, where no proxy
// does; see Config.Person. policy and files return what is in force. Without a policy
// whoever passes the login sees everything.
func NewGuard(signIn func(*http.Request) string, policy func() *Policy, files func() *accounts.Directory) *Guard {
	if signIn == nil {
		signIn = func(*http.Request) string { return "" }
	}
	if policy == nil {
		policy = func() *Policy { return nil }
	}
	if files == nil {
		files = func() *accounts.Directory { return nil }
	}
	return &Guard{signIn: signIn, policy: policy, files: files}
}

// ShowAssigned makes the accounts visible whose alerts are assigned to a person.
func (g *Guard) ShowAssigned(of func(ctx context.Context, person string) (map[string]bool, error)) {
	g.assigned = of
}

// assignedAtMost bounds the alerts that are looked at: nobody works on more at a time.
const assignedAtMost = 500

// AssignedIn looks for them in a store: the accounts with an alert that is not closed.
func AssignedIn(store Alerts) func(ctx context.Context, person string) (map[string]bool, error) {
	return func(ctx context.Context, person string) (map[string]bool, error) {
		page, err := store.Page(ctx, alerting.Filter{Living: true, Assignee: person}, "", assignedAtMost)
		found := map[string]bool{}
		for _, a := range page.Alerts {
			if a.Account != "" {
				found[a.Account] = true
			}
		}
		return found, err
	}
}

// Proxied reports whether a trusted proxy has signed in whoever sends a request.
func (g *Guard) Proxied(r *http.Request) bool { return g.policy().proxied(r) != "" }

// login is how the sender of a request signed in; empty for nobody. A password was checked
// before, see Door.
func (g *Guard) login(r *http.Request, policy *Policy) string {
	if login := policy.proxied(r); login != "" {
		return login
	}
	login := g.signIn(r)
	if login == Local && policy != nil && len(policy.trusted) > 0 {
		return "" // the proxy runs at the same machine and forgot to say who it is
	}
	return login
}

// Visitor is who sends a request.
func (g *Guard) Visitor(r *http.Request) (*Visitor, error) {
	policy, files := g.policy(), g.files()
	login := g.login(r, policy)
	if policy == nil {
		v := &Visitor{Login: login, Person: login, Role: Viewer, Everything: true, Accounts: files, files: files}
		if login != "" {
			v.Role = Admin
		}
		w := g.view(policy, files, login, &Person{Role: v.Role})
		v.Mine, v.Teams = w.mine, w.teams
		if g.assigned != nil && login != "" && login != Local {
			var err error
			v.assigned, err = g.assigned(r.Context(), login)
			return v, err
		}
		return v, nil
	}
	name, person := policy.of(login)
	if person.Role == "" {
		return &Visitor{Login: login}, nil
	}
	w := g.view(policy, files, name, &person)
	v := &Visitor{
		Login: login, Person: name, Role: person.Role, Everything: policy.scope(&person) == Portfolio,
		Accounts: w.accounts, Mine: w.mine, Teams: w.teams, files: files,
	}
	if g.assigned == nil {
		return v, nil
	}
	var err error
	if v.assigned, err = g.assigned(r.Context(), name); err != nil {
		return nil, err
	}
	if len(v.assigned) > 0 && !v.Everything {
		v.Accounts = files.Only(func(a *accounts.Account) bool { return w.accounts.Get(a.ID) != nil || v.assigned[a.ID] })
	}
	return v, nil
}

// view finds what a person may see, or remembers it while neither policy nor files change.
func (g *Guard) view(policy *Policy, files *accounts.Directory, name string, person *Person) *view {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.views == nil || g.of != policy || g.in != files || len(g.views) >= maxViews {
		g.of, g.in, g.views = policy, files, map[string]*view{}
	}
	w := g.views[name]
	if w == nil {
		w = look(policy, files, name, person)
		g.views[name] = w
	}
	return w
}

// look reads from the account files what a person may see.
func look(policy *Policy, files *accounts.Directory, name string, person *Person) *view {
	w := &view{accounts: files, teams: map[string]bool{}}
	isMine := func(a *accounts.Account) bool { return a.ServedBy(name) }
	for a := range files.All() {
		if a.Owner == name && a.Team != "" {
			w.teams[a.Team] = true
		}
	}
	w.mine = files.Only(isMine)
	if policy == nil {
		return w
	}
	teams := map[string]bool{}
	for _, team := range person.Teams {
		teams[team], w.teams[team] = true, true
	}
	scope := policy.scope(person)
	if scope == Portfolio {
		return w
	}
	if scope == Team {
		teams = w.teams
	}
	var below map[string]bool
	if person.Role == Superior {
		below = reports(files, name)
	}
	w.accounts = files.Only(func(a *accounts.Account) bool {
		return isMine(a) || teams[a.Team] || below[a.Owner] || person.Role == Superior && a.Superior == name
	})
	return w
}

// reports are the owners below a superior, at any depth: those of whose accounts one names
// the superior, and in turn those below them.
func reports(files *accounts.Directory, name string) map[string]bool {
	directly := map[string][]string{}
	for a := range files.All() {
		if a.Superior != "" && a.Owner != "" && a.Owner != a.Superior {
			directly[a.Superior] = append(directly[a.Superior], a.Owner)
		}
	}
	below := map[string]bool{}
	for next := []string{name}; len(next) > 0; {
		owners := directly[next[0]]
		next = next[1:]
		for _, owner := range owners {
			if !below[owner] && owner != name {
				below[owner] = true
				next = append(next, owner)
			}
		}
	}
	return below
}
