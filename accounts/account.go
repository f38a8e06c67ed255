// Package accounts answers: who are the accounts, who matters in them, and
// who looks after them?
package accounts

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

// Account is what the files say of one account.
type Account struct {
	ID       string
	Name     string // as people know it; the ID when the file gives none
	Owner    string // the key-account manager; receives the alerts
	Grade    Grade  // Ordinary when the file gives none
	Contacts []Contact
}

// Contact is a key person of an account: its series are judged on their own.
type Contact struct {
	ID   string
	Name string // the ID when the file gives none
}

// Directory is all accounts by id. It is never changed after it was built: a
// reload builds a new one. A nil Directory knows nobody, which to the detector
// means: every account that has events counts, as Ordinary.
type Directory struct {
	byID map[string]*Account
	ids  []string // sorted
}
