package evidence

import (
	"firstsign/detector/series"
)

// Pattern is a rule beside the statistics: what somebody wrote down, not what
// was learned. It holds from the first hour, with no past to compare with, and
// says of itself that it is a rule.
//
// It is about interactions of one signal: enough of them within some days; or,
// with FollowedBy or Without, one after which something else did not come.
type Pattern struct {
	// Name stands in the message.
	Name string `yaml:"name"`
	// Signal whose interactions it is about. What they do, or what we do when the
	// signal's side is ours.
	Signal string `yaml:"signal"`
	// Of leaves only interactions of key contacts; empty is everybody.
	Of Whose `yaml:"of"`
	// Times that are enough within Days. Default 1.
	Times int `yaml:"times"`
	// Days: how far back Times are counted, plain days. With FollowedBy or Without
	// how long to wait, in days of exposure: a week has seven of them,
	// a holiday or a day on which the feed was dead none.
	Days int `yaml:"days"`
	// FollowedBy silence: no contact of any kind for Days, within as many days
	// after the interaction.
	FollowedBy Sequel `yaml:"followed_by"`
	// Without this signal for Days, which would have been the answer to it.
	Without string `yaml:"without"`
	// Own waits, with Without, for twice as long as the account's own answers take
	// where that is longer than Days, as far as the kept days tell.
	Own bool `yaml:"own"`
}

// Whose interactions a pattern is about.
type Whose string

// KeyContact are the contacts that the directory lists.
const KeyContact Whose = "key_contact"

// Sequel is what follows.
type Sequel string

// Silence is no contact of any kind.
const Silence Sequel = "silence"

const (
	// MaxPatterns is how many can be told apart in an account's state.
	MaxPatterns = 32
	// LongestCount is what the ring holds, in days.
	LongestCount = series.JudgedDays
	// LongestWait fits into the ring together with a long holiday, in days.
	LongestWait = 42
)

// Waits tells whether the pattern is about what did not come after.
func (p *Pattern) Waits() bool { return p.FollowedBy != "" || p.Without != "" }
