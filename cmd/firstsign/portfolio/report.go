package portfolio

import (
	"maps"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/config"
	"firstsign/detector"
)

// Report describes a portfolio, by its files and by a history.
type Report struct {
	*accounts.Review
	// Owed is the care that every manager owes, by the grades in force.
	Owed []Care `json:"owed"`
	// Seen is what a history says of accounts; nil without one.
	Seen *History `json:"seen,omitempty"`

	names    *accounts.Directory
	money    bool // the bounds of large accounts are given by hand
	language message.Language
}

// New reports on the accounts of a configuration.
func New(cfg *config.Config) *Report {
	return &Report{
		Review: cfg.Grading.Review(cfg.Accounts), Owed: careOf(cfg.Accounts, &cfg.Detector.Care),
		names: cfg.Accounts, money: cfg.Grading.Potential > 0, language: cfg.Routing.Language,
	}
}

// AddHistory adds what a replayed history shows: what we did for the accounts, and with
// whom.
func (p *Report) AddHistory(outcome *backtest.Outcome) {
	s := &History{Neglected: []neglected{}, Dormant: []string{}, Threads: []oneThread{}, Unmet: []unmetPeople{}}
	p.Seen = s
	found := outcome.Neglected()
	for a := range p.names.All() {
		now, ok := outcome.Inspect(a.ID)
		if !ok {
			continue
		}
		s.Until = max(s.Until, now.Closed)
		if now.Dormant {
			s.Dormant = append(s.Dormant, a.ID)
		}
		if f := found[a.ID]; f != nil {
			n := neglected{ID: a.ID, Since: f.Since.String(), Care: missed(now.Care)}
			for i := range n.Care {
				n.Facts = append(n.Facts, message.ReasonText(p.language, &n.Care[i], ""))
			}
			s.Neglected = append(s.Neglected, n)
		}
		if a.Grade == accounts.Marginal {
			continue // in this grade one contact is enough
		}
		if now.People.Only != "" {
			s.Threads = append(s.Threads, oneThread{a.ID, now.People.Only, now.People.Effective})
		}
		if len(now.People.Unmet) > 0 {
			s.Unmet = append(s.Unmet, unmetPeople{a.ID, now.People.Unmet})
		}
	}
}

// Care is what one manager owes to the accounts in detector.CareDays.
type Care struct {
	Owner    string `json:"owner"`
	Accounts int    `json:"accounts"`
	Key      int    `json:"key_accounts"`
	Visits   int    `json:"visits"`
	Contacts int    `json:"contacts"`
}

// careOf by manager; accounts without one come last.
func careOf(d *accounts.Directory, care *detector.Care) []Care {
	of := map[string]*Care{}
	for a := range d.All() {
		l := of[a.Owner]
		if l == nil {
			l = &Care{Owner: a.Owner}
			of[a.Owner] = l
		}
		l.Accounts++
		if a.Grade == accounts.Key {
			l.Key++
		}
		l.Visits += care.Owed[a.Grade].Visits
		l.Contacts += care.Owed[a.Grade].Contacts
	}
	list := make([]Care, 0, len(of))
	for _, owner := range slices.Sorted(maps.Keys(of)) {
		list = append(list, *of[owner])
	}
	if len(list) > 0 && list[0].Owner == "" {
		list = append(list[1:], list[0])
	}
	return list
}

// History holds what only a history shows.
type History struct {
	Until     string        `json:"until"`
	Neglected []neglected   `json:"neglected"`
	Dormant   []string      `json:"dormant"` // judged no longer, until contact wakes them
	Threads   []oneThread   `json:"single_threaded"`
	Unmet     []unmetPeople `json:"unmet"`
}

// neglected is an account that gets less care than we owe.
type neglected struct {
	ID    string            `json:"id"`
	Since string            `json:"since"`
	Facts []string          `json:"facts"`
	Care  []detector.Reason `json:"care"`
}

// oneThread is an account with which we have only one contact.
type oneThread struct {
	ID        string  `json:"id"`
	Contact   string  `json:"contact"`
	Effective float64 `json:"effective_people"`
}

// unmetPeople are decision-makers of an account whom nobody meets.
type unmetPeople struct {
	ID       string   `json:"id"`
	Contacts []string `json:"contacts"`
}

// missed is care that was not given: less than is owed, and complaints that waited for
// too long.
func missed(care []detector.Reason) (list []detector.Reason) {
	for _, r := range care {
		switch {
		case r.Without == "" && r.To < r.From, r.Without != "" && r.Without != attended && r.From > 0 && r.To > r.From:
			list = append(list, r)
		}
	}
	return list
}

// attended is the signal of key events to which an account came. It need not come to any.
const attended = "event_attended"
