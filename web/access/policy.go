package access

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"firstsign/accounts"
	"firstsign/alerting"
	"firstsign/internal/fault"
)

// Role is what a person may do.
type Role string

// The roles.
const (
	Viewer   Role = "viewer"   // reads, and answers nothing
	Manager  Role = "manager"  // reads and answers the alerts of own accounts
	Superior Role = "superior" // the same for the accounts of all managers below
	Admin    Role = "admin"    // everything, alerts about feeds as well
)

// Roles lists every role of a person.
var Roles = []Role{Viewer, Manager, Superior, Admin}

// Scope is which accounts somebody sees.
type Scope string

// The scopes.
const (
	Own       Scope = "own"  // for which the person works (see accounts.Account.OurStaff); of a superior, those of all below
	Team      Scope = "team" // and all accounts of the teams in which the person owns one
	Portfolio Scope = "all"
)

// Scopes lists every scope.
var Scopes = []Scope{Own, Team, Portfolio}

// Policy is access.yaml: who may see what in the pages and the API. Without the file
// whoever passes the login sees everything.
type Policy struct {
	// Proxy is a server in front that signs people in and names them in a header.
	Proxy Proxy `yaml:"proxy"`
	// People by name, spelled as the account files spell owners, stand-ins, project managers, experts and superiors.
	People map[string]Person `yaml:"people"`
	// Others is the role of somebody who signed in and is not listed, under the name of
	// the login: viewer, manager or superior. Default none: they see nothing.
	Others Role `yaml:"others"`
	// ManagersSee is which accounts managers see: own, team or all. Default own.
	ManagersSee Scope `yaml:"managers_see"`

	logins  map[string]string // person by login
	trusted []netip.Prefix
}

// Proxy is believed only from its own addresses. A header from elsewhere is ignored.
type Proxy struct {
	// Header holds the login, as X-Forwarded-Email or X-Forwarded-User of oauth2-proxy.
	Header string `yaml:"header"`
	// From lists the addresses or networks that the proxy connects from. Whoever can
	// connect from there can sign in as anybody.
	From []string `yaml:"from"`
}

// Person is what one person may see and do.
type Person struct {
	Role Role `yaml:"role"`
	// Sees overrides which accounts the role shows: own, team or all. A viewer and an
	// admin see all by default.
	Sees Scope `yaml:"sees"`
	// Teams are further teams whose accounts the person sees.
	Teams []string `yaml:"teams"`
	// Logins are the names by which the person signs in, where they differ from the
	// person's own: the user of basic_auth_users, or what the proxy's header holds.
	Logins []string `yaml:"logins"`
}

// Validate returns all that is wrong with the policy, and prepares it for use.
func (p *Policy) Validate() (problems []alerting.Problem) {
	note := func(field, text string, args ...any) {
		problems = append(problems, alerting.Problem{Field: field, Text: fmt.Sprintf(text, args...)})
	}
	p.logins, p.trusted = map[string]string{}, nil
	for _, name := range slices.Sorted(maps.Keys(p.People)) {
		p.logins[name] = name
	}
	for _, name := range slices.Sorted(maps.Keys(p.People)) {
		at, person := "people."+name, p.People[name]
		checkOneOf(note, at+".role", person.Role, Roles)
		if person.Sees != "" {
			checkOneOf(note, at+".sees", person.Sees, Scopes)
		}
		if person.Role == Admin && (person.Sees != "" && person.Sees != Portfolio || len(person.Teams) > 0) {
			note(at+".role", "an admin sees everything; leave sees and teams out, or choose another role")
		}
		for i, login := range person.Logins {
			if other, taken := p.logins[login]; login == "" || taken {
				note(fmt.Sprintf("%s.logins[%d]", at, i), "%q is empty or the login of %q already", login, other)
				continue
			}
			p.logins[login] = name
		}
	}
	if p.Others != "" {
		checkOneOf(note, "others", p.Others, []Role{Viewer, Manager, Superior})
	}
	if p.ManagersSee != "" {
		checkOneOf(note, "managers_see", p.ManagersSee, Scopes)
	}
	if len(p.People) == 0 && p.Others == "" {
		note("people", "nobody may see anything: list people, or give others a role")
	}
	p.checkProxy(note)
	return problems
}

func checkOneOf[S ~string](note func(string, string, ...any), field string, value S, set []S) {
	if slices.Contains(set, value) {
		return
	}
	names := make([]string, len(set))
	for i, s := range set {
		names[i] = string(s)
	}
	note(field, "%q is none of %s%s", string(value), strings.Join(names, ", "), fault.DidYouMean(string(value), names))
}

// neverNames are headers that every browser may set, or that mean something else.
var neverNames = []string{"Authorization", "Cookie", "Host", "Origin", "Referer", "User-Agent"}

func (p *Policy) checkProxy(note func(field, text string, args ...any)) {
	if p.Proxy.Header == "" && len(p.Proxy.From) == 0 {
		return
	}
	if h := p.Proxy.Header; h == "" || strings.ContainsFunc(h, func(r rune) bool {
		return r != '-' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	}) || slices.Contains(neverNames, http.CanonicalHeaderKey(h)) {
		note("proxy.header", "%q is no header that holds a login; oauth2-proxy sends X-Forwarded-Email", h)
	}
	if len(p.Proxy.From) == 0 {
		note("proxy", "needs from: the addresses that the proxy connects from, like [127.0.0.1]")
	}
	for i, text := range p.Proxy.From {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				note(fmt.Sprintf("proxy.from[%d]", i), "%q is neither an address nor a network, like 10.0.3.7 or 10.0.3.0/24", text)
				continue
			}
			network = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		if network.Bits() == 0 {
			note(fmt.Sprintf("proxy.from[%d]", i), "%q is every address: anybody could sign in as anybody", text)
			continue
		}
		p.trusted = append(p.trusted, network.Masked())
	}
}

// proxied is the login that a trusted proxy names; empty for every other request. A
// header that is given twice, which somebody may have slipped past the proxy, names nobody.
func (p *Policy) proxied(r *http.Request) string {
	if p == nil || len(p.trusted) == 0 {
		return ""
	}
	addr, err := netip.ParseAddr(sourceOf(r))
	if err != nil {
		return ""
	}
	addr = addr.Unmap().WithZone("")
	if !slices.ContainsFunc(p.trusted, func(n netip.Prefix) bool { return n.Contains(addr) }) {
		return ""
	}
	values := r.Header.Values(p.Proxy.Header)
	if len(values) != 1 || strings.ContainsFunc(values[0], unicode.IsControl) {
		return ""
	}
	login := strings.TrimSpace(values[0])
	if login == Local {
		return "" // that is who sits at the machine
	}
	return login
}

// of is who signed in, and the person's entry.
func (p *Policy) of(login string) (name string, person Person) {
	if login == "" {
		return "", Person{}
	}
	if name, ok := p.logins[login]; ok {
		return name, p.People[name]
	}
	return login, Person{Role: p.Others}
}

// Strangers are managers and superiors whom no account of the files names, in order: they see
// nothing, perhaps because the name is spelled in another way.
func (p *Policy) Strangers(files *accounts.Directory) (names []string) {
	known := map[string]bool{}
	for a := range files.All() {
		known[a.Superior] = true
		for _, name := range a.OurStaff() {
			known[name] = true
		}
	}
	for name, person := range p.People {
		if scope := p.scope(&person); !known[name] && scope != Portfolio && len(person.Teams) == 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// scope is which accounts a person sees.
func (p *Policy) scope(person *Person) Scope {
	switch {
	case person.Sees != "":
		return person.Sees
	case person.Role == Admin, person.Role == Viewer && len(person.Teams) == 0:
		return Portfolio
	case person.Role == Manager && p.ManagersSee != "":
		return p.ManagersSee
	}
	return Own
}
