package messagecheck

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"firstsign/alerting/message"
	"firstsign/detector"
	"firstsign/signals"
)

// silence is what a message says of a silence: nothing of a signal for some days.
type silence struct {
	signal, contact string // contact is a name; empty for anybody
	ours            bool
	days            int
	atLeast         bool        // longer than that many days
	after           signals.Day // counted since a day, by a rule; 0: since the last
	line            string
}

// nouns are the words for signals behind "no", in both languages.
var nouns = map[string]string{
	"contact": "contact", "calls": "call", "meetings": "meeting", "messages": "message", "visits": "visit",
	"orders": "order", "purchases": "spend", "sentiment": "sentiment", "share of wallet": "share_of_wallet",
	"任何往来": "contact", "通话": "call", "会面": "meeting", "消息": "message", "拜访": "visit", "订单": "order", "采购": "spend",
}

var (
	englishSilence = regexp.MustCompile(`(?:^|: |- )[Nn]o ([a-z ]+?)(?: from (us))?(?: (?:from|with|to) ([^,;(]+?))? for (more than )?([\d,]+) days?`)
	chineseSilence = regexp.MustCompile(`(?:^- |^|：)(我方)?对?([^，：（）\d]*?)已(超过)? ?([\d,]+) 天没有([^，（；]+)`)
)

// silences are those that a message speaks of, those of the headline first.
func (m *told) silences(l message.Language) (list []silence) {
	for line := range strings.Lines(m.texts[l].Body) {
		line = strings.TrimSpace(line)
		if l == message.English {
			if x := englishSilence.FindStringSubmatch(line); x != nil && nouns[x[1]] != "" {
				list = append(list, silence{nouns[x[1]], x[3], x[2] != "", number(x[5]), x[4] != "", m.ruleSince(line), line})
			}
			continue
		}
		if x := chineseSilence.FindStringSubmatch(line); x != nil && nouns[strings.TrimSpace(x[5])] != "" {
			list = append(list, silence{nouns[strings.TrimSpace(x[5])], strings.TrimSpace(x[2]), x[1] != "", number(x[4]), x[3] != "", m.ruleSince(line), line})
		}
	}
	return list
}

var afterComplaints = regexp.MustCompile(`after complaints|^投诉之后|：投诉之后|- 投诉之后`)

// ruleSince is the day since when a rule counts the silence of a line; 0 where no rule
// does.
func (m *told) ruleSince(line string) signals.Day {
	if !afterComplaints.MatchString(line) {
		return 0
	}
	for i := range m.finding.Reasons {
		if r := &m.finding.Reasons[i]; r.Term == detector.Rule && r.Without == detector.AnyContact {
			return r.Since
		}
	}
	return 0
}

// wait is what a message says of something that waits for us or for them.
type wait struct {
	since signals.Day
	days  int
	line  string
}

var (
	englishDay, chineseDay = `(\d+ [A-Z][a-z]{2} \d{4})`, `(\d+ ?年 ?\d+ ?月 ?\d+ ?日)`

	sinceFirst = map[message.Language]*regexp.Regexp{
		message.English: regexp.MustCompile(`omplaint since ` + englishDay + ` not resolved for ([\d,]+) days?`),
		message.Chinese: regexp.MustCompile(chineseDay + `的投诉已 ?([\d,]+) ?天`),
	}
	daysFirst = map[message.Language]*regexp.Regexp{
		message.English: regexp.MustCompile(`o answer to our proposal for ([\d,]+) days?, since ` + englishDay),
		message.Chinese: regexp.MustCompile(`我方方案已 ?([\d,]+) ?天没有答复，始于 ?` + chineseDay),
	}
)

// waits are those that a message speaks of.
func (m *told) waits(l message.Language) (list []wait) {
	for _, x := range sinceFirst[l].FindAllStringSubmatch(m.texts[l].Body, -1) {
		list = append(list, wait{day(x[1]), number(x[2]), x[0]})
	}
	for _, x := range daysFirst[l].FindAllStringSubmatch(m.texts[l].Body, -1) {
		list = append(list, wait{day(x[2]), number(x[1]), x[0]})
	}
	return list
}

// day reads a day as messages write it.
func day(s string) signals.Day {
	for _, layout := range []string{"2 Jan 2006", "2006年1月2日"} {
		if t, err := time.Parse(layout, s); err == nil {
			d, _ := signals.ParseDay(t.Format("2006-01-02"))
			return d
		}
	}
	return 0
}

func number(s string) int {
	n, _ := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	return n
}

// contactID is the id of the contact of a name; empty when there is none.
func (m *told) contactID(name string) string {
	name = strings.ReplaceAll(name, " ", "")
	for _, c := range m.account.Contacts {
		if strings.ReplaceAll(c.Name, " ", "") == name {
			return c.ID
		}
	}
	return ""
}

// says tells whether a text holds one of some phrases, in either language.
func (m *told) says(phrases ...string) bool {
	for _, text := range m.texts {
		for _, p := range phrases {
			if strings.Contains(text.Body, p) {
				return true
			}
		}
	}
	return false
}

var takenOver = map[message.Language]*regexp.Regexp{
	message.English: regexp.MustCompile(`- (.+) has taken over contact since (.+)`),
	message.Chinese: regexp.MustCompile(`- 自 ?(.+?)起由 ?(.+?) ?接手联系`),
}

// successors are the ids of those of whom a message says that they have taken over,
// with the day since when.
func (m *told) successors(l message.Language) (ids []string) {
	for _, x := range takenOver[l].FindAllStringSubmatch(m.texts[l].Body, -1) {
		name := x[1]
		if l == message.Chinese {
			name = x[2]
		}
		ids = append(ids, m.contactID(name))
	}
	return ids
}

// advice is the line of what to do; empty without one.
func (m *told) advice(l message.Language) string {
	for line := range strings.Lines(m.texts[l].Body) {
		if strings.HasPrefix(line, "What to do:") || strings.HasPrefix(line, "建议：") {
			return line
		}
	}
	return ""
}

var rarities = []struct {
	is    *regexp.Regexp
	units map[string]float64
}{
	{regexp.MustCompile(`(?:about|usually) once in ([\d,]+) (day|week|month|year)s?`), map[string]float64{"day": 1, "week": 7, "month": 30.44, "year": 365.25}},
	{regexp.MustCompile(`less than once in ([\d,]+) (year)s`), map[string]float64{"year": 365.25}},
	{regexp.MustCompile(`约 ?([\d,]+) ?(天|周|个月|年)才?会?(?:出现)?一次`), map[string]float64{"天": 1, "周": 7, "个月": 30.44, "年": 365.25}},
	{regexp.MustCompile(`客户 ?([\d,]+) ?(年)也难得`), map[string]float64{"年": 365.25}},
}

// rarest is the longest time in days of which a message says that something comes
// once in it.
func (m *told) rarest(l message.Language) (days float64) {
	for _, r := range rarities {
		for _, x := range r.is.FindAllStringSubmatch(m.texts[l].Body, -1) {
			days = max(days, float64(number(x[1]))*r.units[x[2]])
		}
	}
	return days
}

var notSeen = regexp.MustCompile(`- (.+?)(?:: |：).*(?:not seen in|never seen before|hardly ever seen before|此前从未出现|未曾出现|几乎从未)`)

// headline is what the headline says behind the account's name.
func (m *told) headline(l message.Language) string {
	_, what, _ := strings.Cut(m.texts[l].Title, map[message.Language]string{message.English: ": ", message.Chinese: "："}[l])
	return what
}

// age is how many days of history there are of an account.
func (m *told) age() float64 { return float64(m.day - m.record.first) }

func daysSince(day, then signals.Day) int { return int(day - then) }
