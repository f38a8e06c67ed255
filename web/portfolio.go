package web

import (
	"context"
	"log/slog"
	"net/http"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/web/access"
	"firstsign/web/portfolio"
	"firstsign/web/words"
)

var portfolioPage = pageOf("portfolio", portfolio.HTML)

// portfolioSheet is what the page of the portfolio shows.
type portfolioSheet struct {
	*portfolio.Page
	words.Header
	Trouble string // why there is nothing to see
}

// servePortfolio answers GET.
func (p *Pages) servePortfolio(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	access.EntryOf(r).Target = r.URL.RawQuery
	snapshot := p.Snapshot()
	if snapshot == nil {
		serveIndex(w, r) // not ready yet
		return
	}
	now, code := readingOf(snapshot, p.Now()), http.StatusOK
	say := words.PortfolioOf(now.language)
	s := &portfolioSheet{Page: &portfolio.Page{Portfolio: say}, Header: words.Header{Oversees: p.visitor.Everything}}
	filter, err := portfolio.ParseFilter(r.URL.Query())
	if err != nil {
		s.Title, s.Trouble, code = say.WrongAddress, err.Error(), http.StatusBadRequest
		writePage(w, code, portfolioPage, s)
		return
	}
	report, err := p.report(r.Context(), filter, now)
	switch {
	case r.Context().Err() != nil:
		return // the client has gone
	case err != nil:
		log.Error("the portfolio cannot be shown", "error", err)
		s.Title, s.Trouble, code = say.NotNow, say.SeeLog, http.StatusServiceUnavailable
	default:
		s.Page = portfolio.PageOf(report, now.language, now.today, money)
		if watched, err := p.Accounts.Watched(r.Context()); err == nil {
			now.judged(&s.Header, say.Inbox, &watched)
		}
	}
	writePage(w, code, portfolioPage, s)
}

// report counts how the accounts stand now.
func (p *Pages) report(ctx context.Context, f portfolio.Filter, now *reading) (*portfolio.Report, error) {
	if v := p.visitor; !v.Everything {
		f.Visible = func(a *accounts.Account) bool { return v.Sees(a.ID) }
	}
	return p.Portfolio.Report(ctx, f, &portfolio.Reader{
		Now: now.now, Today: now.today, Kept: now.snapshot.Routing.Retention(), Inspect: p.Accounts.InspectAll,
		Owing: func(x *detector.Inspection) []detector.Reason { return owing(x, false) },
	})
}

// servePortfolio answers with the same for programs.
func (a *api) servePortfolio(w http.ResponseWriter, r *http.Request) {
	access.EntryOf(r).Target = r.URL.RawQuery
	filter, err := portfolio.ParseFilter(r.URL.Query())
	if err != nil {
		writeJSON(w, http.StatusBadRequest, problem{err.Error()})
		return
	}
	snapshot := a.pages.Snapshot()
	if snapshot == nil {
		writeJSON(w, http.StatusServiceUnavailable, problem{"no configuration is in force yet"})
		return
	}
	report, err := a.pages.report(r.Context(), filter, readingOf(snapshot, a.pages.Now()))
	if err != nil {
		a.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, report)
}
