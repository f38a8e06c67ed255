package simulate

import (
	"firstsign/accounts"
	"firstsign/signals"
)

// Story is one key account that leaves although nobody complained loudly. Its key
// person calls less, declines meetings, forwards his calls elsewhere, praises a
// competitor, and is gone.
type Story struct {
	Account accounts.Account
	Contact accounts.Contact
	From    signals.Day // the first day with fewer calls
	Leaves  signals.Day // the first day without contact
	// NotVisited is the id of another key account, which is healthy but no longer
	// visited. It is empty when there is none.
	NotVisited string
}

// embedStory makes a customer the account of the story.
func embedStory(c *customer, leaves signals.Day) *Story {
	c.account.Name, c.account.ID = "星河通信技术（深圳）有限公司", storyAccount
	c.account.Grade = accounts.Key
	c.account.Contacts = []accounts.Contact{
		{ID: "chen-jianguo", Name: "陈建国", Key: true, Role: accounts.DecisionMaker, Power: 5, Stance: accounts.Neutral},
		{ID: "liu-yan", Name: "刘燕", Key: true, Role: accounts.Purchaser, Power: 2, Stance: accounts.Supporter},
	}
	c.account.Rank, c.account.Potential, c.account.Sales, c.account.Margin = accounts.Main, 14e6, 7.2e6, 2.4e6
	c.walletShare = c.account.Sales / c.account.Potential
	c.account.Renewal = midnight(leaves + 60)
	c.id, c.foreign = []byte(c.account.ID), false
	c.size, c.variability, c.growth, c.seasonSwing, c.sentiment = 2.8, 0.6, 0, 0.03, 0.35
	c.people = []person{{id: []byte("chen-jianguo"), share: 0.65}, {id: []byte("liu-yan"), share: 0.35}}
	from := leaves - 7*storyWeeks
	for i := range c.people { // their vacations are well before the story
		c.people[i].plan(from-signals.Day(70-12*i), c.rng)
	}
	c.decline = Decline{Kind: Defection, From: from, Leaves: leaves, noBadNews: true}
	c.decline.Contact = c.account.Contacts[0].ID
	for _, sign := range storySigns {
		sign.day = workingDay(leaves - sign.day)
		c.decline.planned = append(c.decline.planned, sign)
	}
	return &Story{Account: c.account, Contact: c.account.Contacts[0], From: from, Leaves: leaves}
}

// storySigns are what the key person of the story does and says. Days count back
// from the day on which it leaves. Most of it is text and telephone numbers, as
// sources deliver them; words.yaml gives them a meaning.
var storySigns = []plannedEvent{
	{day: 27, habit: declined},
	{day: 24, habit: message, text: "上次的故障处理得太慢了，我们等了三天。"},
	{day: 22, habit: answer},
	{day: 21, habit: forwarding, target: StoryVoicemail},
	{day: 20, habit: declined},
	{day: 18, habit: shortened},
	{day: 17, habit: forwarding, target: "+86 139 2650 7713"},
	{day: 15, habit: praise, text: "华信的方案我看了，响应比你们快，价格也合适。"},
	{day: 13, habit: postponed},
	{day: 9, habit: forwarding, target: StoryCompetitorNumber + " 0142"},
	{day: 6, habit: message, text: "华信那边已经在试用，同事反映不错。"},
	{day: 5, habit: declined},
	{day: 4, habit: message, text: "如果你们给不到和华信一样的条件，我们下个月就换供应商。"},
}

// The competitor of the story, how its telephone numbers begin, and the name that
// the telephone system gives to voicemail.
const (
	StoryCompetitor       = "华信"
	StoryCompetitorNumber = "+86 755 8866"
	StoryVoicemail        = "语音信箱"
)

const storyAccount = "shenzhen-xinghe"
