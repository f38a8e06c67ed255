package portfolio

import (
	"time"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/signals"
)

// Report is how the accounts that pass a filter stand together. Money is in Currency, for a
// year. Amounts of several currencies are never added: a file of accounts has one.
type Report struct {
	Read     time.Time              `json:"read"` // when all of it was counted
	Filter   Filter                 `json:"filter"`
	Currency string                 `json:"currency,omitempty"`
	Accounts int                    `json:"accounts"` // that pass the filter
	Grades   map[accounts.Grade]int `json:"grades"`
	All      Sum                    `json:"all"`
	// JudgedUpTo is the last closed day of the partition that is furthest behind. Dormant,
	// single_threaded and rivals are of that day or a later one; absent until the states
	// were read.
	JudgedUpTo *signals.Day `json:"judged_up_to,omitempty"`
	NoState    int          `json:"no_state"` // accounts of which no interaction has come; 0 until the states were read
	Dormant    int          `json:"dormant"`
	// Unlisted alerts are about accounts that no file lists any more. They count nowhere
	// else.
	Unlisted int `json:"unlisted_alerts"`

	Trend    Trend      `json:"trend"`
	Top      *Top       `json:"top_tenth,omitempty"` // absent where no value is known
	Map      Map        `json:"map"`
	TopList  *TopList   `json:"top_list,omitempty"` // absent where the files' grades hold
	Turnover []Turnover `json:"turnover"`           // in twelve weeks and in half a year, as far as the grades of then are known
	// GradesSince is from when on grades are known, where that is not half a year.
	GradesSince *signals.Day     `json:"grades_since,omitempty"`
	Care        NeglectedList    `json:"neglected"`
	Threads     SingleThreadList `json:"single_threaded"`
	Owners      []Group          `json:"owners"`
	Teams       []Group          `json:"teams,omitempty"` // absent where the files name none
	Cooling     []Cooling        `json:"cooling_together"`
	Rivals      *Rivals          `json:"rivals,omitempty"` // absent where there are no more signs than before
	Lacking     Lacking          `json:"lacking"`
	Surveyed    bool             `json:"surveyed"` // the states of accounts were read

	choices struct{ owners, teams []string } // for the form
	today   signals.Day
}

// Sum is what some accounts bring in a year, and what of it is at risk now.
type Sum struct {
	Accounts   int     `json:"accounts"`
	Value      float64 `json:"value"`
	AtRisk     float64 `json:"at_risk"`
	Endangered int     `json:"accounts_at_risk"` // that have an open alert about their behaviour
}

// Top is how much lies in the most valuable tenth of the accounts that have a value.
type Top struct {
	Tenth Sum `json:"tenth"`
	All   Sum `json:"all"` // accounts with a value
	// FourFifths is how many accounts have four fifths of the value together.
	FourFifths int `json:"four_fifths"`
}

// Risk is how an account stands now.
type Risk string

// What is worst comes first.
const (
	Critical    Risk = "critical"     // an open alert about its behaviour, which is critical
	Warning     Risk = "warning"      // another one
	CareOverdue Risk = "care_overdue" // only that we owe it care
	Calm        Risk = "calm"
	NotJudged   Risk = "not_judged" // dormant, or without any interaction
)

// Risks lists every one, the worst first.
var Risks = []Risk{Critical, Warning, CareOverdue, Calm, NotJudged}

// Map shows what accounts buy in total against the part of it that is ours.
type Map struct {
	// Circles are the most valuable accounts whose figures are known; and behind them so many
	// others that drift away, those with most at risk.
	Circles  []Circle `json:"circles"`
	Drifting int      `json:"drifting_beside"`

	Rest    map[Risk]int `json:"rest"`        // the others with figures
	Unknown int          `json:"no_figures"`  // accounts whose potential or sales are not known
	ByRisk  map[Risk]int `json:"by_risk"`     // all accounts that pass the filter
	Large   float64      `json:"large_from"`  // potential from which an account is large; 0: no bound is in force
	Strong  float64      `json:"strong_from"` // share from which our relation is strong
}

// Circle is an account on the map.
type Circle struct {
	Account   string  `json:"account"`
	Name      string  `json:"name"`
	Potential float64 `json:"potential"` // what it buys in total
	Share     float64 `json:"share"`     // of that from us, 0 to 1
	Value     float64 `json:"value"`
	AtRisk    float64 `json:"at_risk"`
	Risk      Risk    `json:"risk"`
}

// TopList is who enters and who leaves the list of key accounts: the grade by this year's
// money beside the one that the account files give.
type TopList struct {
	Key    int `json:"key_accounts"`
	Joined int `json:"joined"`
	Left   int `json:"left"`
	// WhoJoined and WhoLeft are the most valuable of them.
	WhoJoined []Listed `json:"who_joined"`
	WhoLeft   []Listed `json:"who_left"`
	Part      float64  `json:"part"`  // of the list that changes
	Limit     float64  `json:"limit"` // that may change at once, by grading.yaml
	// TooMuch: the part is above the limit. It is told of all accounts together only.
	TooMuch bool `json:"too_much"`
}

// Listed is an account in a list.
type Listed struct {
	Account string         `json:"account"`
	Name    string         `json:"name"`
	Grade   accounts.Grade `json:"grade"`
	Owner   string         `json:"owner,omitempty"`
	Value   float64        `json:"value"`
}

// NeglectedList are the accounts whose care is overdue, the most valuable first.
type NeglectedList struct {
	Total    int         `json:"total"`
	Accounts []Neglected `json:"accounts"`
}

// Neglected is an account that gets less care than we owe.
type Neglected struct {
	Listed
	Since    signals.Day `json:"since"`    // when the neglect was found
	Answered bool        `json:"answered"` // somebody takes care of it
	// Care is what is owed and was not done, by the state of now; empty where that cannot
	// be read.
	Care []detector.Reason `json:"care"`
}

// SingleThreadList are the accounts that are in touch with us through one person, the most
// valuable first.
type SingleThreadList struct {
	Total    int              `json:"total"`
	Accounts []SingleThreaded `json:"accounts"`
}

// SingleThreaded is an account that nearly all contact with goes through one person.
type SingleThreaded struct {
	Listed
	Contact string `json:"contact"`
	Person  string `json:"person"` // by name, where the files give one
	Quiet   bool   `json:"quiet"`  // and that person went quiet
}

// Group is how the accounts of one manager or team stand.
type Group struct {
	Name string `json:"name"` // empty: accounts without one
	Key  int    `json:"key_accounts"`
	Sum
	Alerts     int `json:"alerts"`       // that are not closed, about behaviour and care
	Unanswered int `json:"unanswered"`   // of those
	Overdue    int `json:"care_overdue"` // of those
	// Weeks is what was at risk at the ends of the last weeks of the trend, the oldest first.
	// There are fewer where none of the accounts was known before.
	Weeks []float64 `json:"at_risk_weeks"`
}

// Cooling is a manager with more accounts that began to drift away within four weeks than
// chance explains.
type Cooling struct {
	Owner    string   `json:"owner"`
	Accounts int      `json:"accounts"`
	Cooling  []Listed `json:"cooling"`
	Expected float64  `json:"expected"` // as many accounts of the same grades have, over all managers
	// Chance is how probable it is, for any of the managers, to have as many by chance.
	Chance float64 `json:"chance"`
}

// Rivals says that more accounts tell of a competitor than before.
type Rivals struct {
	Accounts []Listed `json:"accounts"` // the most valuable of them
	Now      int      `json:"now"`      // accounts with a sign in the last 28 days
	Before   int      `json:"before"`   // and in the 28 days before
	// Named are the competitors that they named, those of most accounts first, by a name of
	// words.yaml. Unnamed is how many of the accounts named none.
	Named   []RivalName `json:"named"`
	Unnamed int         `json:"unnamed"`
	Chance  float64     `json:"chance"` // how probable it is that by chance as many more began as ended
}

// RivalName is a competitor and how many accounts named it.
type RivalName struct {
	Name     string `json:"name"`
	Accounts int    `json:"accounts"`
}

// Lacking is what is missing for the whole picture.
type Lacking struct {
	Directory bool `json:"account_files"` // no file lists the accounts
	Value     int  `json:"value"`         // accounts without sales or margin
	Potential int  `json:"potential"`     // accounts without potential or sales
	Owner     int  `json:"owner"`
}
