package web

import (
	"context"
	"net/http"
	"strings"

	"firstsign/alerting"
	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/web/access"
	"firstsign/web/words"
)

// seenBy are the pages as a visitor may see them. Everything that they read goes through
// it: what is hidden looks like what is not there.
func (p *Pages) seenBy(v *access.Visitor) *Pages {
	seen := *p
	seen.visitor, seen.Store = v, v.Alerts(p.Store)
	if v.Everything {
		return &seen
	}
	if p.Accounts != nil {
		seen.Accounts = visibleAccounts{v, p.Accounts, p.Snapshot}
	}
	seen.Snapshot = func() *alerting.RoutingSnapshot {
		whole := p.Snapshot()
		if whole == nil {
			return nil
		}
		part := *whole
		part.Accounts = v.Accounts
		return &part
	}
	return &seen
}

// seenBy is the API as a visitor may see it.
func (a *api) seenBy(v *access.Visitor) *api {
	seen := *a
	if a.alerts != nil {
		seen.alerts = v.Alerts(a.alerts)
	}
	if a.accounts != nil && !v.Everything {
		seen.accounts = visibleAccounts{v, a.accounts, nil}
	}
	if a.pages != nil {
		seen.pages = a.pages.seenBy(v)
	}
	return &seen
}

// visibleAccounts are those that a visitor may see.
type visibleAccounts struct {
	visitor *access.Visitor
	all     Accounts
	whole   func() *alerting.RoutingSnapshot // nil: what only the files know is not asked for
}

// Inspect implements Accounts.
func (s visibleAccounts) Inspect(ctx context.Context, account string) (*detector.Inspection, error) {
	x, err := s.all.Inspect(ctx, account)
	switch {
	case err == nil && !s.visitor.Sees(x.Account): // the id may be a former one
	case err != nil && s.whole != nil && s.whole() != nil && s.whole().Accounts.Get(account) != nil && !s.visitor.Sees(account):
	default:
		return x, err
	}
	access.Refuse(ctx)
	return nil, ErrUnknownAccount
}

// InspectAll implements Accounts.
func (s visibleAccounts) InspectAll(ctx context.Context, ids []string) (map[string]*detector.Inspection, error) {
	found, err := s.all.InspectAll(ctx, ids)
	for id, x := range found {
		if !s.visitor.Sees(x.Account) {
			delete(found, id)
		}
	}
	return found, err
}

// Watched implements Accounts.
func (s visibleAccounts) Watched(ctx context.Context) (Watched, error) {
	w, err := s.all.Watched(ctx)
	w.Accounts = s.visitor.Accounts.Len()
	return w, err
}

// denied answers whoever may not see a page.
func (p *Pages) denied(w http.ResponseWriter, r *http.Request, code int) {
	v, language := access.VisitorOf(r), message.English
	if p != nil {
		if snapshot := p.Snapshot(); snapshot != nil {
			language = snapshot.Routing.Language
		}
	}
	say := words.AccessOf(language)
	s := &sheet{Answers: words.AnswersOf(language), Title: say.Title}
	text := say.NobodyIs
	switch {
	case code == http.StatusServiceUnavailable:
		text = say.NotNow
	case v.Login != "" && v.Role != "":
		text = say.NotYou(v.Login)
	case v.Login != "":
		text = say.NotListed(v.Login)
	case r.Method == http.MethodPost:
		text = say.NobodyAnswers
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		writeJSON(w, code, problem{text})
		return
	}
	s.fail(code, text)
	writePage(w, code, answersPage, s)
}
