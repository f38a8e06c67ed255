package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"time"

	"firstsign/accounts"
	"firstsign/signals"
)

// DeclineKind is how an account declines.
type DeclineKind string

// The kinds of declines; a healthy account has none.
const (
	Silence   DeclineKind = "silence"   // from one day on nothing comes from them
	Drop      DeclineKind = "drop"      // from one day on less comes, for good
	Decay     DeclineKind = "decay"     // less every week
	Defection DeclineKind = "defection" // signs of the key person for weeks, then it leaves

	// Those of the cast.
	Downturn   DeclineKind = "downturn"   // it buys less every week, of us as of others
	Withdrawal DeclineKind = "withdrawal" // from one day on nothing comes from the key person
	Handover   DeclineKind = "handover"   // no decline: a colleague does what the key person did
)

// Decline is the truth about one account that declines.
type Decline struct {
	Kind DeclineKind
	From signals.Day // the first day that is not as it was
	// Leaves is the day of a defection from which nothing comes any more.
	Leaves signals.Day
	// To is what remains of the usual activity: of a drop at once, of a decay
	// after Weeks weeks.
	To    float64
	Weeks int
	// Contact is the key person of a defection: the account's first contact.
	Contact string

	script []scene // the signs of a defection beside what falls
	calm   bool    // no bad news by chance before it either
	gain   float64 // of the colleague in a hand-over
}

// scene is one thing that the key person does on its day, or that is done for
// the account as a whole.
type scene struct {
	day    signals.Day
	habit  int
	text   string
	target string // of a call forwarding
}

// drawDecline decides what becomes of an account. It always draws the same
// number of values, so that the share of declines does not change the habits.
func drawDecline(plan Plan, rng *rand.Rand) Decline {
	chance, kind, when, depth := rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()
	if chance >= plan.Declines || plan.Days < 60 {
		return Decline{}
	}
	d := Decline{From: plan.Start + signals.Day((0.5+0.35*when)*float64(plan.Days))}
	switch {
	case kind < 0.3:
		d.Kind = Silence
	case kind < 0.6:
		d.Kind, d.To = Drop, 0.2+0.3*depth
	case kind < 0.75:
		d.Kind, d.Leaves = Defection, d.From+7*defectionWeeks
	default:
		d.Kind, d.To, d.Weeks = Decay, 0.15+0.15*depth, 10+int(8*depth)
	}
	return d
}

// level is what remains of a habit on a day, 1 for all of it. who is the
// contact, -1 for none.
func (d *Decline) level(h, who int, day signals.Day) float64 {
	switch {
	case d.calm && habits[h].rare:
		return 0
	case d.Kind == "" || day < d.From:
		return 1
	case habits[h].ours && d.Kind != Handover:
		return d.effort(day)
	}
	passed := float64(day - d.From)
	switch d.Kind {
	case Silence:
		return 0
	case Drop:
		return d.To
	case Decay:
		return max(d.To, math.Pow(d.To, passed/float64(7*d.Weeks)))
	case Defection:
		return d.defection(h, who, day)
	}
	return d.remaining(h, who, passed)
}

// defection is level of an account whose key person turns away first; the
// others follow slowly, and then all are gone.
func (d *Decline) defection(h, who int, day signals.Day) float64 {
	done := float64(day-d.From) / float64(d.Leaves-d.From)
	switch {
	case day >= d.Leaves || habits[h].rare: // the bad news is in the script
		return 0
	case who == 0:
		return max(0.15, 1-1.7*done)
	case h == order:
		return 1 - 0.5*done
	}
	return 1 - 0.25*done
}

// effort is what remains of our own: we go on for a while and then give up.
func (d *Decline) effort(day signals.Day) float64 {
	gone := d.From
	switch d.Kind {
	case Drop, Decay, Downturn:
		return 1
	case Withdrawal: // we call all the more
		return 1.6
	case Defection:
		gone = d.Leaves
	}
	switch {
	case day < gone:
		return 1
	case day < gone+28:
		return 0.7
	}
	return 0.15
}

// walletLevel is what remains of our share of what the account buys.
func (d *Decline) walletLevel(day signals.Day) float64 {
	if d.Kind != Defection || day < d.From {
		return 1
	}
	return max(0.3, 1-0.7*float64(day-d.From)/float64(d.Leaves-d.From))
}

// chill is by how much the sentiment of a contact is worse.
func (d *Decline) chill(who int, day signals.Day) float64 {
	switch {
	case d.Kind == "" || d.Kind == Handover || d.Kind == Downturn || day < d.From:
		return 0
	case d.Kind != Defection:
		return 0.15
	case who == 0:
		return min(0.6, 0.02*float64(day-d.From))
	}
	return 0.1
}

// Story is one key account that leaves although nobody has complained loudly:
// its key person calls less, declines meetings, has his calls forwarded
// elsewhere, praises a competitor, and is gone.
type Story struct {
	Account accounts.Account
	Contact accounts.Contact
	From    signals.Day // his calls begin to fall
	Leaves  signals.Day // nothing comes any more
	// Forgotten is the id of another key account: it is well, and our side does not
	// come any more. Empty when there is none.
	Forgotten string
}

// forgottenBefore the end of the history our visits to an account end: about
// when that is half of what a key account is owed, the history ends.
const forgottenBefore = 24

// forget ends our visits to the first key account that is well, and returns its id.
func forget(clients []*client, from signals.Day) string {
	for _, c := range clients {
		if c.account.Grade == accounts.Key && c.decline.Kind == "" && c.part == "" {
			c.forgotten = from
			return c.account.ID
		}
	}
	return ""
}

// The weeks from the first sign to the last contact; in the story there are
// more, for its signs are to be seen one by one.
const (
	defectionWeeks = 6
	storyWeeks     = 8
)

// tell makes a client the one of the story.
func tell(c *client, leaves signals.Day) *Story {
	c.account.Name, c.account.ID = "星河通信技术（深圳）有限公司", storyAccount
	c.account.Grade = accounts.Key
	c.account.Contacts = []accounts.Contact{
		{ID: "chen-jianguo", Name: "陈建国", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Neutral},
		{ID: "liu-yan", Name: "刘燕", Key: true, Role: accounts.Purchaser, Power: 2, Stance: accounts.Supporter},
	}
	c.account.Rank, c.account.Potential, c.account.Sales, c.account.Margin = accounts.Main, 14e6, 7.2e6, 2.4e6
	c.share = c.account.Sales / c.account.Potential
	c.account.Renewal = time.Unix(int64(leaves+60)*24*60*60, 0).UTC()
	c.id, c.foreign = []byte(c.account.ID), false
	c.size, c.temper, c.growth, c.swing, c.mood = 2.8, 0.6, 0, 0.03, 0.35
	c.people = []person{{id: []byte("chen-jianguo"), share: 0.65}, {id: []byte("liu-yan"), share: 0.35}}
	from := leaves - 7*storyWeeks
	for i := range c.people { // their vacations lie well before
		c.people[i].plan(from-signals.Day(70-12*i), c.rng)
	}
	c.decline = Decline{Kind: Defection, From: from, Leaves: leaves, calm: true}
	c.decline.Contact = c.account.Contacts[0].ID
	for _, sign := range storySigns {
		sign.day = workingDay(leaves - sign.day)
		c.decline.script = append(c.decline.script, sign)
	}
	return &Story{Account: c.account, Contact: c.account.Contacts[0], From: from, Leaves: leaves}
}

// storySigns are what the key person of the story does and says, in days before
// it leaves. Most of it is text and telephone numbers, as sources have them:
// words.yaml says what they mean.
var storySigns = []scene{
	{day: 27, habit: declined},
	{day: 24, habit: message, text: "上次的故障处理得太慢了，我们等了三天。"},
	{day: 22, habit: answer},
	{day: 21, habit: forwarding, target: StoryVoicemail},
	{day: 20, habit: declined},
	{day: 18, habit: shortened},
	{day: 17, habit: forwarding, target: "+86 139 2650 7713"},
	{day: 15, habit: praise, text: "华信的方案我看了，响应比你们快，价格也合适。"},
	{day: 13, habit: postponed},
	{day: 9, habit: forwarding, target: StoryNumber + " 0142"},
	{day: 6, habit: message, text: "华信那边已经在试用，同事反映不错。"},
	{day: 5, habit: declined},
	{day: 4, habit: message, text: "如果你们给不到和华信一样的条件，我们下个月就换供应商。"},
}

// Whom the story is about beside the account: the competitor, how its numbers
// begin, and the name that the telephone system gives to voicemail.
const (
	StoryRival     = "华信"
	StoryNumber    = "+86 755 8866"
	StoryVoicemail = "语音信箱"
)

// turnAway gives a client that defects the signs of its key person, in days
// before it leaves.
func (c *client) turnAway() {
	c.decline.Contact = c.account.Contacts[0].ID
	for _, sign := range []struct {
		before signals.Day
		habit  int
	}{
		{27, declined}, {24, complaint}, {20, declined}, {17, forwarding}, {15, praise},
		{13, declined}, {9, forwarding}, {6, praise}, {5, declined},
	} {
		s := scene{day: workingDay(c.decline.Leaves - sign.before), habit: sign.habit}
		if sign.habit == complaint || sign.habit == praise {
			s.text = c.words(sign.habit)
		}
		c.decline.script = append(c.decline.script, s)
	}
}

const storyAccount = "shenzhen-xinghe"

// Truth is what a simulation knows about its portfolio and a detector must
// find out.
type Truth struct {
	Seed     uint64         `json:"seed"`
	Start    signals.Day    `json:"-"`
	Days     int            `json:"days"`
	Accounts []AccountTruth `json:"accounts"`
}

// AccountTruth is the truth about one account. Kind is empty for a healthy one.
type AccountTruth struct {
	Account string         `json:"account"`
	Name    string         `json:"name"`
	Grade   accounts.Grade `json:"grade"`
	Owner   string         `json:"owner"`
	Kind    DeclineKind    `json:"kind,omitempty"`
	From    string         `json:"from,omitempty"`   // first day of the decline
	Leaves  string         `json:"leaves,omitempty"` // of a defection: first day without a contact
	To      float64        `json:"to"`               // what remains of the usual activity
	Weeks   int            `json:"weeks,omitempty"`  // of a decay: until then
	Contact string         `json:"contact,omitempty"`
	Story   bool           `json:"story,omitempty"`
	Part    Part           `json:"part,omitempty"` // in the cast
}

// Truth of the simulation.
func (s *Simulation) Truth() *Truth {
	t := &Truth{Seed: s.plan.Seed, Start: s.plan.Start, Days: s.plan.Days}
	for i, c := range s.clients {
		a := AccountTruth{
			Account: c.account.ID, Name: c.account.Name, Grade: c.account.Grade, Owner: c.account.Owner, To: 1,
			Story: s.story != nil && i == 0, Part: c.part,
		}
		if c.forgotten != 0 {
			a.Part = Forgotten
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
