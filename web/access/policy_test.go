package access

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"firstsign/accounts"
	"firstsign/alerting"
)

// portfolio has two teams, below two superiors of whom one reports to the other.
var portfolio = accounts.NewDirectory([]accounts.Account{
	{ID: "a1", Owner: "anna", StandIn: "bert", Superior: "chen", Team: "north"},
	{ID: "a2", Owner: "anna", Superior: "chen", Team: "north"},
	{ID: "b1", Owner: "bert", Superior: "chen", Team: "north"},
	{ID: "c1", Owner: "chen", ProjectManager: "pia", Expert: "emil", Superior: "gao", Team: "heads"},
	{ID: "d1", Owner: "dora", ProjectManager: "pia", Superior: "gao", Team: "south"},
	{ID: "e1", Owner: "dora", Team: "south"},
	{ID: "x1"},
})

// policy is a valid one.
func policy(t *testing.T, p Policy) *Policy {
	t.Helper()
	if problems := p.Validate(); problems != nil {
		t.Fatal(problems)
	}
	return &p
}

func guardOf(p *Policy, login string) *Guard {
	return NewGuard(func(*http.Request) string { return login }, func() *Policy { return p }, func() *accounts.Directory { return portfolio })
}

func TestWhoSeesWhat(t *testing.T) {
	people := map[string]Person{
		"anna": {Role: Manager, Logins: []string{"anna@example.com"}}, "bert": {Role: Manager, Sees: Team},
		"chen": {Role: Superior}, "gao": {Role: Superior}, "vera": {Role: Viewer}, "wang": {Role: Viewer, Teams: []string{"south"}},
		"lin": {Role: Manager, Teams: []string{"heads"}}, "root": {Role: Admin}, "all": {Role: Manager, Sees: Portfolio},
		"pia": {Role: Manager}, "emil": {Role: Viewer, Sees: Own},
	}
	const none, every = "", "a1 a2 b1 c1 d1 e1 x1"
	for _, c := range []struct {
		login, sees, mine string
		role              Role
		policy            Policy
	}{
		{"anna", "a1 a2", "a1 a2", Manager, Policy{}},
		{"anna@example.com", "a1 a2", "a1 a2", Manager, Policy{}},
		{"ANNA", none, none, "", Policy{}},
		{"bert", "a1 a2 b1", "a1 b1", Manager, Policy{}},
		{"chen", "a1 a2 b1 c1", "c1", Superior, Policy{}},
		{"gao", "a1 a2 b1 c1 d1 e1", none, Superior, Policy{}},
		{"vera", every, none, Viewer, Policy{}},
		{"wang", "d1 e1", none, Viewer, Policy{}},
		{"lin", "c1", none, Manager, Policy{}},
		{"pia", "c1 d1", "c1 d1", Manager, Policy{}},
		{"pia", "c1 d1", "c1 d1", Manager, Policy{ManagersSee: Team}}, // the teams are those of owners
		{"emil", "c1", "c1", Viewer, Policy{}},
		{"root", every, none, Admin, Policy{}},
		{"all", every, none, Manager, Policy{}},
		{"anna", "a1 a2 b1", "a1 a2", Manager, Policy{ManagersSee: Team}},
		{"dora", none, none, "", Policy{}},
		{"dora", "d1 e1", "d1 e1", Manager, Policy{Others: Manager}},
		{"", none, none, "", Policy{Others: Manager}},
	} {
		c.policy.People = people
		v, err := guardOf(policy(t, c.policy), c.login).Visitor(httptest.NewRequest(http.MethodGet, "/", nil))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(v.Accounts.IDs(), " "); got != c.sees || strings.Join(v.Mine.IDs(), " ") != c.mine || v.Role != c.role {
			t.Errorf("%s: sees %q, mine %q, role %q; want %+v", c.login, got, v.Mine.IDs(), v.Role, c)
		}
		for _, id := range append(slices.Clone(portfolio.IDs()), "unlisted") {
			want := slices.Contains(strings.Fields(c.sees), id) || id == "unlisted" && c.sees == every
			if v.Sees(id) != want || v.SeesAlert(&alerting.Alert{Account: id}) != want {
				t.Errorf("%s sees %s: %t", c.login, id, v.Sees(id))
			}
			if may := want && c.role != Viewer; v.Answers(&alerting.Alert{Account: id}) != may {
				t.Errorf("%s answers %s: %t", c.login, id, !may)
			}
			f := v.Filter(alerting.Filter{})
			if f.Passes(&alerting.Alert{Account: id}) != want {
				t.Errorf("%s finds %s in lists: %t", c.login, id, !want)
			}
		}
		if feed := (&alerting.Alert{Source: "pbx"}); v.SeesAlert(feed) != (c.role != "") || v.Answers(feed) != (c.role == Admin) {
			t.Errorf("%s: feeds", c.login)
		}
	}
}

// Who is spelled in another way than in the files is told.
func TestStrangers(t *testing.T) {
	p := policy(t, Policy{People: map[string]Person{
		"ana": {Role: Manager}, "anna": {Role: Manager}, "gao": {Role: Superior}, "bert": {Role: Manager}, "vera": {Role: Viewer},
		"root": {Role: Admin}, "lin": {Role: Manager, Teams: []string{"north"}}, "pia": {Role: Manager}, "emil": {Role: Manager}, "Chen": {Role: Superior},
	}})
	if got := strings.Join(p.Strangers(portfolio), " "); got != "Chen ana" {
		t.Errorf("strangers: %s", got)
	}
}

// Without a policy whoever passes the login sees everything, and answers when there is a login.
func TestWithoutAPolicy(t *testing.T) {
	for login, may := range map[string]bool{"": false, "anna": true} {
		v, err := guardOf(nil, login).Visitor(httptest.NewRequest(http.MethodGet, "/", nil))
		if err != nil || !v.Sees("unlisted") || v.MayAnswer() != may || v.Answers(&alerting.Alert{Source: "pbx"}) != may {
			t.Errorf("%q: %+v %v", login, v, err)
		}
	}
}

// Only the proxy's own addresses are believed, and nothing that somebody slipped past it.
func TestProxy(t *testing.T) {
	p := policy(t, Policy{Proxy: Proxy{Header: "x-forwarded-email", From: []string{"10.0.3.0/24", "127.0.0.1", "fd00::7"}}, Others: Manager})
	for _, c := range []struct {
		from   string
		header []string
		want   string
	}{
		{"10.0.3.9:4", []string{"anna"}, "anna"},
		{"[::ffff:10.0.3.9]:4", []string{"anna"}, "anna"},
		{"[fd00::7]:4", []string{" anna "}, "anna"},
		{"127.0.0.1:4", []string{"anna"}, "anna"},
		{"10.0.4.9:4", []string{"anna"}, ""},
		{"127.0.0.2:4", []string{"anna"}, ""},
		{"[fd00::8]:4", []string{"anna"}, ""},
		{"@", []string{"anna"}, ""},
		{"10.0.3.9:4", []string{Local}, ""},
		{"10.0.3.9:4", nil, ""},
		{"10.0.3.9:4", []string{""}, ""},
		{"10.0.3.9:4", []string{"anna", "bert"}, ""},
		{"10.0.3.9:4", []string{"an\x00na"}, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		r.Header["X-Forwarded-Email"] = c.header
		v, err := guardOf(p, Local).Visitor(r) // what the machine itself may do, the proxy's requests may not
		if err != nil || v.Person != c.want {
			t.Errorf("%s %q: %q %v", c.from, c.header, v.Person, err)
		}
	}
}

func TestPolicyFaults(t *testing.T) {
	for _, c := range []struct {
		policy Policy
		want   string
	}{
		{Policy{}, "people: nobody may see anything"},
		{Policy{People: map[string]Person{"anna": {Role: "manger"}}}, `people.anna.role: "manger" is none of viewer, manager, superior, admin (did you mean "manager"?)`},
		{Policy{People: map[string]Person{"anna": {}}}, `people.anna.role: "" is none`},
		{Policy{People: map[string]Person{"anna": {Role: Manager, Sees: "every"}}}, `people.anna.sees: "every" is none of own, team, all`},
		{Policy{People: map[string]Person{"anna": {Role: Admin, Sees: Own}}}, "people.anna.role: an admin sees everything"},
		{Policy{People: map[string]Person{"anna": {Role: Manager, Logins: []string{"a"}}, "bert": {Role: Manager, Logins: []string{"a"}}}}, `people.bert.logins[0]: "a" is empty or the login of "anna" already`},
		{Policy{People: map[string]Person{"anna": {Role: Manager, Logins: []string{"bert"}}, "bert": {Role: Manager}}}, `people.anna.logins[0]`},
		{Policy{Others: Admin}, `others: "admin" is none of`},
		{Policy{Others: Manager, ManagersSee: "some"}, `managers_see: "some" is none of`},
		{Policy{Others: Manager, Proxy: Proxy{Header: "X-User"}}, "proxy: needs from"},
		{Policy{Others: Manager, Proxy: Proxy{From: []string{"10.0.0.1"}}}, `proxy.header: "" is no header`},
		{Policy{Others: Manager, Proxy: Proxy{Header: "authorization", From: []string{"10.0.0.1"}}}, `proxy.header`},
		{Policy{Others: Manager, Proxy: Proxy{Header: "X-User", From: []string{"proxy"}}}, `proxy.from[0]: "proxy" is neither`},
		{Policy{Others: Manager, Proxy: Proxy{Header: "X-User", From: []string{"0.0.0.0/0"}}}, `proxy.from[0]: "0.0.0.0/0" is every address`},
	} {
		problems := c.policy.Validate()
		if len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), c.want) {
			t.Errorf("%+v: %v, want %s", c.policy, problems, c.want)
		}
	}
}

// Each route lets those pass whom it is for.
func TestRoutes(t *testing.T) {
	p := policy(t, Policy{People: map[string]Person{"anna": {Role: Manager}, "vera": {Role: Viewer}, "root": {Role: Admin}}})
	for who, want := range map[Who]string{
		Everybody: "anna vera root zoe ", LinkHolders: "anna vera root zoe ", Readers: "anna vera root", Answerers: "anna root", Overseers: "vera root",
	} {
		var passed []string
		for _, login := range []string{"anna", "vera", "root", "zoe", ""} {
			s := NewRoutes(guardOf(p, login), nil, slog.New(slog.DiscardHandler), func(w http.ResponseWriter, _ *http.Request, code int) { w.WriteHeader(code) })
			s.Handle("GET /", who, "", func(w http.ResponseWriter, _ *http.Request) {})
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			switch w.Code {
			case http.StatusOK:
				passed = append(passed, login)
			case http.StatusForbidden:
			default:
				t.Errorf("%d", w.Code)
			}
		}
		if got := strings.Join(passed, " "); got != want {
			t.Errorf("%d: %q pass, want %q", who, got, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a route that is for nobody is registered")
		}
	}()
	NewRoutes(guardOf(p, ""), nil, nil, nil).Handle("GET /", 0, "", nil)
}

// What is assigned to somebody is visible to that person, whoever owns the account.
func TestAssignedIsVisible(t *testing.T) {
	g := guardOf(policy(t, Policy{People: map[string]Person{"anna": {Role: Manager}}}), "anna")
	g.ShowAssigned(func(_ context.Context, person string) (map[string]bool, error) {
		return map[string]bool{"d1": person == "anna"}, nil
	})
	v, err := g.Visitor(httptest.NewRequest(http.MethodGet, "/", nil))
	if err != nil || !v.Sees("d1") || v.Sees("e1") || v.Accounts.Get("d1") == nil || v.Mine.Get("d1") != nil {
		t.Errorf("%+v %v", v, err)
	}
}
