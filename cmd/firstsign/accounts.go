package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"firstsign/accounts"
	"firstsign/alerting/message"
	"firstsign/backtest"
	"firstsign/config"
	"firstsign/detector"
)

// accountsCommand is about who the accounts are.
type accountsCommand struct {
	Grade   gradeCommand   `cmd:"" help:"Quadrants of potential and share of wallet: who moves and why, how steady the top list is, 80/20, and on whom accounts hang. With a history: whom we neglect."`
	Publish publishCommand `cmd:"" help:"Write accounts to the topic that service.yaml names (kafka.accounts)."`
}

// gradeCommand looks at a portfolio.
type gradeCommand struct {
	configFlag
	optionalEvents
	JSON    bool   `help:"As JSON, with every account."`
	Write   string `placeholder:"FILE" help:"Write the directory's file of accounts with the new grades, and nothing else changed."`
	Publish bool   `help:"Write the new grades to the topic of accounts."`
}

// overview is what the command prints: what the files say, and what a history
// adds.
type overview struct {
	*accounts.Review
	// Owed is the care that every manager owes, by the grades that hold.
	Owed []load `json:"owed"`
	// Seen is what a history says of accounts; nil without one.
	Seen *seen `json:"seen,omitempty"`

	names    *accounts.Directory
	money    bool // what is large is given by hand
	language message.Language
}

// load is what one manager owes to the accounts in detector.CareDays.
type load struct {
	Owner    string `json:"owner"`
	Accounts int    `json:"accounts"`
	Key      int    `json:"key_accounts"`
	Visits   int    `json:"visits"`
	Contacts int    `json:"contacts"`
}

// loads by manager; accounts without one come last.
func loads(d *accounts.Directory, care *detector.Care) []load {
	of := map[string]*load{}
	for a := range d.All() {
		l := of[a.Owner]
		if l == nil {
			l = &load{Owner: a.Owner}
			of[a.Owner] = l
		}
		l.Accounts++
		if a.Grade == accounts.Key {
			l.Key++
		}
		l.Visits += care.Owed[a.Grade].Visits
		l.Contacts += care.Owed[a.Grade].Contacts
	}
	list := make([]load, 0, len(of))
	for _, owner := range slices.Sorted(maps.Keys(of)) {
		list = append(list, *of[owner])
	}
	if len(list) > 0 && list[0].Owner == "" {
		list = append(list[1:], list[0])
	}
	return list
}

// seen is what only a history knows.
type seen struct {
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

// Run looks.
func (c *gradeCommand) Run(ctx context.Context) error {
	cfg, err := loadWithAccounts(ctx, c.Config)
	if err != nil {
		return err
	}
	switch topic := cfg.Service.Kafka.Accounts; {
	case topic != "" && c.Write != "":
		return fmt.Errorf("--write is for files, and the accounts come from %s: --publish writes there", topic)
	case topic == "" && c.Publish:
		return errors.New("--publish is for a topic of accounts, and they come from a file: --write gives it back")
	}
	if err := writable(c.Write); err != nil {
		return err
	}
	p, err := c.read(ctx, cfg)
	if err != nil {
		return err
	}
	if c.Publish {
		if err := publishGrades(ctx, cfg); err != nil {
			return err
		}
	}
	if c.Write != "" {
		err := writeFile(c.Write, func(w io.Writer) error { return config.Regrade(w, c.Config, cfg.Accounts) })
		if err != nil {
			return err
		}
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(p)
	}
	if err := p.write(os.Stdout); err != nil || c.Write == "" {
		return err
	}
	fmt.Printf("\n%s has the new grades; put it in the place of the old file when you agree.\n", filepath.Base(c.Write))
	return nil
}

// read the accounts, and the history where there is one.
func (c *gradeCommand) read(ctx context.Context, cfg *config.Config) (p *overview, err error) {
	if cfg.Accounts == nil {
		return nil, errors.New("there is no file of accounts: accounts.csv or accounts.yaml")
	}
	p = &overview{Review: cfg.Grading.Review(cfg.Accounts), names: cfg.Accounts, money: cfg.Grading.Potential > 0, language: cfg.Routing.Language,
		Owed: loads(cfg.Accounts, &cfg.Detector.Care)}
	if history := c.flags(); history != nil {
		p.Seen, err = c.look(ctx, cfg, history)
	}
	return p, err
}

// look replays a history: what we did for the accounts, and with whom.
func (c *gradeCommand) look(ctx context.Context, cfg *config.Config, history *eventsFlags) (*seen, error) {
	end, err := history.gather(ctx, c.Config)
	if err != nil {
		return nil, err
	}
	defer end()
	survey, err := history.survey()
	if err != nil {
		return nil, err
	}
	warnDisorder(history.name(), survey, cfg.Detector.Lateness)
	r := backtest.Replay{Rules: cfg.Rules(), Partitions: history.partitions(0, cfg), First: survey.First, Keep: true}
	outcome, err := history.judge(ctx, &r, nil)
	if err != nil {
		return nil, err
	}
	complainOf(outcome)
	s := &seen{Neglected: []neglected{}, Threads: []oneThread{}, Unmet: []unmetPeople{}}
	found := outcome.Neglected()
	for a := range cfg.Accounts.All() {
		now, ok := outcome.Inspect(a.ID)
		if !ok {
			continue
		}
		s.Until = max(s.Until, now.Closed)
		if f := found[a.ID]; f != nil {
			n := neglected{ID: a.ID, Since: f.Since.String(), Care: missed(now.Care)}
			for i := range n.Care {
				n.Facts = append(n.Facts, message.ReasonText(cfg.Routing.Language, &n.Care[i], ""))
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
	return s, nil
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
