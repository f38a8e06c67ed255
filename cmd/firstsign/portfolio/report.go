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

// Report is a portfolio at a glance: what the files say, and what a history
// adds.
type Report struct {
	*accounts.Review
	// Owed is the care that every manager owes, by the grades that hold.
	Owed []Care `json:"owed"`
	// Seen is what a history says of accounts; nil without one.
	Seen *History `json:"seen,omitempty"`

	names    *accounts.Directory
	money    bool // what is large is given by hand
	language message.Language
}

// New looks at the accounts of a configuration.
func New(cfg *config.Config) *Report {
	return &Report{
		Review: cfg.Grading.Review(cfg.Accounts), Owed: careOf(cfg.Accounts, &cfg.Detector.Care),
		names: cfg.Accounts, money: cfg.Grading.Potential > 0, language: cfg.Routing.Language,
	}
}

// AddHistory adds what a replayed history says: what we did for the accounts,
// and with whom.
func (p *Report) AddHistory(outcome *backtest.Outcome) {
	s := &History{Neglected: []neglected{}, Threads: []oneThread{}, Unmet: []unmetPeople{}}
	p.Seen = s
	found := outcome.Neglected()
	for a := range p.names.All() {
		now, ok := outcome.Inspect(a.ID)
		if !ok {
			continue
		}
		s.Until = max(s.Until, now.Closed)
		if f := found[a.ID]; f != nil {
			n := neglected{ID: a.ID, Since: f.Since.String(), Care: missed(now.Care)}
			for i := range n.Care {
				n.Facts = append(n.Facts, message.ReasonText(p.language, &n.Care[i], ""))
			}
			s.Neglected = append(s.Neglected, n)
		}
		if a.Grade == accounts.Marginal {
			continue // nobody is owed more than one contact there
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

// History is what only a history knows.
type History struct {
	Until     string        `json:"until"`
	Neglected []neglected   `json:"neglected"`
	Threads   []oneThread   `json:"single_threaded"`
	Unmet     []unmetPeople `json:"unmet"`
}

// neglected is an account to which we do not do what we owe.
type neglected struct {
	ID    string            `json:"id"`
	Since string            `json:"since"`
	Facts []string          `json:"facts"`
	Care  []detector.Reason `json:"care"`
}

// oneThread is an account with which we are in touch through one person.
type oneThread struct {
	ID        string  `json:"id"`
	Contact   string  `json:"contact"`
	Effective float64 `json:"effective_people"`
}

// unmetPeople of an account have a say in what it buys, and nobody meets them.
type unmetPeople struct {
	ID       string   `json:"id"`
	Contacts []string `json:"contacts"`
}

// missed is the care that was not done: less than is owed, and complaints that
// waited for longer than they may.
func missed(care []detector.Reason) (list []detector.Reason) {
	for _, r := range care {
		switch {
		case r.Without == "" && r.To < r.From, r.Without != "" && r.Without != attended && r.From > 0 && r.To > r.From:
			list = append(list, r)
		}
	}
	return list
}

// attended is the signal of key events that an account came to, which it need
// not.
const attended = "event_attended"
