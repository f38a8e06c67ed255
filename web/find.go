package web

import (
	"cmp"
	_ "embed"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"firstsign/accounts"
	"firstsign/internal/identity"
	"firstsign/web/access"
	"firstsign/web/words"
)

// foundShown is how many accounts a search shows.
const foundShown = 50

//go:embed find.html
var findHTML string

var findPage = pageOf("find", findHTML)

// findSheet is what a search found.
type findSheet struct {
	*words.Account
	words.Header
	Title string
	Rows  []foundRow
	More  bool // there are more than are shown
}

// foundRow is an account of the files.
type foundRow struct {
	Name, Address, Worth string
	Facts                []string
}

// serveFind looks for accounts by a part of their name, id or owner. A single one is opened,
// and so is an id that only the state knows.
func (p *Pages) serveFind(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	snapshot := p.Snapshot()
	if snapshot == nil {
		serveIndex(w, r) // not ready yet
		return
	}
	now := readingOf(snapshot, p.Now())
	s := &findSheet{Account: words.AccountOf(now.language), Header: words.Header{Find: strings.TrimSpace(r.URL.Query().Get("q")), Oversees: p.visitor.Everything}}
	access.EntryOf(r).Target = s.Find
	found := search(snapshot.Accounts, s.Find)
	switch id := identity.CleanString(s.Find); {
	case s.Find == "":
	case len(found) == 1:
		http.Redirect(w, r, accountPath(found[0].ID), http.StatusSeeOther)
		return
	case len(found) == 0:
		x, err := p.Accounts.Inspect(r.Context(), id)
		if x != nil {
			http.Redirect(w, r, accountPath(id), http.StatusSeeOther)
			return
		}
		if err != nil && !errors.Is(err, ErrUnknownAccount) && r.Context().Err() == nil {
			log.Error("an account cannot be looked for", "error", err)
		}
	}
	s.Title = s.Found(len(found))
	if s.More = len(found) > foundShown; s.More {
		found = found[:foundShown]
	}
	for _, a := range found {
		row := foundRow{Name: a.Name, Address: accountPath(a.ID), Facts: facts(s.Grades[a.Grade], a.Owner, a.Industry, a.ID)}
		if v := a.Value(); v >= 1 {
			row.Worth = money(snapshot.Accounts.Currency(), v)
		}
		s.Rows = append(s.Rows, row)
	}
	writePage(w, http.StatusOK, findPage, s)
}

// search returns the accounts whose name or id holds a text, in any case, or which somebody of
// that name works for. Those whose name or id begins with it come first, then those that bring
// most. An id alone is enough where it is one.
func search(d *accounts.Directory, text string) (found []*accounts.Account) {
	if text == "" {
		return nil
	}
	if a := d.Get(identity.CleanString(text)); a != nil {
		return []*accounts.Account{a}
	}
	text = strings.ToLower(text)
	isText := func(name string) bool { return strings.ToLower(name) == text }
	rank := map[*accounts.Account]int{}
	for a := range d.All() {
		name, id := strings.ToLower(a.Name), strings.ToLower(a.ID)
		if strings.Contains(name, text) || strings.Contains(id, text) || slices.ContainsFunc(a.OurStaff(), isText) {
			found = append(found, a)
			if !strings.HasPrefix(name, text) && !strings.HasPrefix(id, text) {
				rank[a] = 1
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *accounts.Account) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(b.Value(), a.Value()), cmp.Compare(a.Name, b.Name))
	})
	return found
}
