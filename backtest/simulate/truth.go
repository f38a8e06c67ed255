package simulate

import (
	"encoding/json"
	"fmt"
	"io"

	"firstsign/accounts"
	"firstsign/signals"
)

// Truth is what a simulation knows about its portfolio, and a detector has to find
// out.
type Truth struct {
	Seed     uint64         `json:"seed"`
	Start    signals.Day    `json:"-"`
	Days     int            `json:"days"`
	Accounts []AccountTruth `json:"accounts"`
}

// AccountTruth is the truth about one account. Kind is empty for a healthy one.
type AccountTruth struct {
	Account  string         `json:"account"`
	Name     string         `json:"name"`
	Grade    accounts.Grade `json:"grade"`
	Owner    string         `json:"owner"`
	Kind     DeclineKind    `json:"kind,omitempty"`
	From     string         `json:"from,omitempty"`   // first day of the decline
	Leaves   string         `json:"leaves,omitempty"` // of a defection: first day without contact
	To       float64        `json:"to"`               // remaining share of the usual activity
	Weeks    int            `json:"weeks,omitempty"`  // of a decay: weeks until To is reached
	Contact  string         `json:"contact,omitempty"`
	Story    bool           `json:"story,omitempty"`
	Scenario Scenario       `json:"part,omitempty"` // of a persona
}

// Truth of the portfolio.
func (s *Portfolio) Truth() *Truth {
	t := &Truth{Seed: s.plan.Seed, Start: s.plan.Start, Days: s.plan.Days}
	for i, c := range s.customers {
		a := AccountTruth{
			Account: c.account.ID, Name: c.account.Name, Grade: c.account.Grade, Owner: c.account.Owner, To: 1,
			Story: s.story != nil && i == 0, Scenario: c.scenario,
		}
		if c.visitsEnd != 0 {
			a.Scenario = NotVisited
		}
		if d := &c.decline; d.Kind != "" {
			a.Kind, a.From, a.To, a.Weeks, a.Contact = d.Kind, d.From.String(), d.To, d.Weeks, d.Contact
			if d.Kind == Defection {
				a.Leaves = d.Leaves.String()
			}
		}
		t.Accounts = append(t.Accounts, a)
	}
	return t
}

// Write writes the truth as JSON.
func (t *Truth) Write(w io.Writer) error {
	type plain Truth
	text, err := json.MarshalIndent(struct {
		Start string `json:"start"`
		*plain
	}{t.Start.String(), (*plain)(t)}, "", " ")
	if err != nil {
		return fmt.Errorf("write truth: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
