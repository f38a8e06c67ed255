// Package accounts answers: who are the accounts, who matters in them, and
// who looks after them?
package accounts

import (
	"cmp"
	"time"
)

// Grade is an account's quadrant of potential (what it buys in total) and
// relation (our share of it), or problem.
type Grade string

// The grades.
const (
	Key       Grade = "key"
	Potential Grade = "potential"
	Ordinary  Grade = "ordinary"
	Marginal  Grade = "marginal"
	Problem   Grade = "problem"
)

// Grades lists every grade, most valuable first.
var Grades = []Grade{Key, Potential, Ordinary, Marginal, Problem}

// Rank is what we are to the account among its suppliers. The set is ordered:
// a lower one than before is a demotion.
type Rank string

// The ranks, lowest first.
const (
	General   Rank = "general"   // one of many
	Main      Rank = "main"      // one of the few it buys most from
	Partner   Rank = "partner"   // plans together with us
	Strategic Rank = "strategic" // cannot do without us
)

// Ranks lists every rank, lowest first.
var Ranks = []Rank{General, Main, Partner, Strategic}

// Role is what a person does in the account's decisions.
type Role string

// The roles in the decision chain.
const (
	DecisionMaker Role = "decision_maker"
	Influencer    Role = "influencer"
	Screener      Role = "technical_screener"
	Purchaser     Role = "purchaser"
	User          Role = "user"
	OpinionLeader Role = "opinion_leader"
)

// Roles lists every role, the most decisive first.
var Roles = []Role{DecisionMaker, Influencer, Screener, Purchaser, User, OpinionLeader}

// Stance is how a person stands to us. The set is ordered: a lower one than
// before is bad news.
type Stance string

// The stances, worst first.
const (
	Leaning   Stance = "leaning" // to a competitor
	Opponent  Stance = "opponent"
	Neutral   Stance = "neutral"
	Supporter Stance = "supporter"
)

// Stances lists every stance, worst first.
var Stances = []Stance{Leaning, Opponent, Neutral, Supporter}

// Account is what the files say of one account. Of money, 0 is not known.
type Account struct {
	ID       string
	Name     string // as people know it; the ID when the file gives none
	Industry string
	Owner    string // the key-account manager; receives the alerts
	StandIn  string // takes the owner's place
	Superior string // of the owner; hears as well when the neglect is ours
	// Two more of the department that looks after it. They see the account, and are told
	// of what is assigned to them.
	ProjectManager string
	Expert         string
	Team           string
	Grade          Grade // Ordinary when the file gives none and the money says nothing

	Potential   float64 // what it buys in total in a year, from anybody
	Sales       float64 // what it buys from us in a year
	SalesBefore float64 // the same, a year earlier
	Margin      float64 // our gross margin on that, in money
	CostToServe float64 // what serving it costs us in a year
	Complaints  int     // in a year; 0 is none, or not known

	Renewal   time.Time // the day its contract ends, at 0:00 UTC; zero is not known
	Rank      Rank      // what we are among its suppliers; empty is not known
	Stage     string    // of the purchase that is under way, in the words of the sales department
	Proposals int       // that are open

	Contacts []Contact
	Aliases  []string // former ids, whose interactions are this account's

	given      Grade   // what the file says, empty when it says nothing
	marginPart float64 // of sales, where the margin is not known; 0 stands for DefaultMargin
}

// DefaultMargin is the part of sales that counts as gross margin where nothing
// better is known: about what distributors and service companies report.
const DefaultMargin = 0.25

// Value is what the account brings us in a year, in money: its gross margin,
// or the part of its sales that usually is. 0 when neither is known, and for an
// account that brings a loss.
func (a *Account) Value() float64 {
	if a.Margin != 0 {
		return max(0, a.Margin)
	}
	return a.Sales * cmp.Or(a.marginPart, DefaultMargin)
}

// Contact returns the person with an id, nil when the files do not name the account or the
// person.
func (a *Account) Contact(id string) *Contact {
	if a != nil {
		for i := range a.Contacts {
			if a.Contacts[i].ID == id {
				return &a.Contacts[i]
			}
		}
	}
	return nil
}

// OurStaff are the people on our side who work for the account, the owner first. Those whom
// the files do not name are empty, and one person may be several.
func (a *Account) OurStaff() []string {
	return []string{a.Owner, a.StandIn, a.ProjectManager, a.Expert}
}

// ServedBy reports whether somebody is one of OurStaff.
func (a *Account) ServedBy(name string) bool {
	return name != "" && (a.Owner == name || a.StandIn == name || a.ProjectManager == name || a.Expert == name)
}

// PersonName is the name of a person, or the id where the files give none.
func (a *Account) PersonName(id string) string {
	if c := a.Contact(id); c != nil {
		return cmp.Or(c.Name, id)
	}
	return id
}

// KeyPerson is the first of its key persons by id, nil when it has none.
func (a *Account) KeyPerson() *Contact {
	for i := range a.Contacts {
		if a.Contacts[i].Key {
			return &a.Contacts[i]
		}
	}
	return nil
}

// Contact is a person of an account.
type Contact struct {
	ID     string
	Name   string // the ID when the file gives none
	Role   Role   // empty is not known
	Power  int    // over the decision, 1 to 5; 0 is not known
	Stance Stance // empty is not known
	Key    bool   // a key person: its series are judged on their own
}

// Directory is all accounts by id. It is never changed after it was built: a
// reload builds a new one. A nil Directory knows nobody, which to the detector
// means: every account that has events counts, as Ordinary.
type Directory struct {
	byID map[string]*Account
	ids  []string // sorted
	// currency of all amounts: a sign or a code; empty when the file names none
	currency string
}
