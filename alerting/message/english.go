package message

import (
	"fmt"
	"math"
	"strings"

	"firstsign/accounts"
	"firstsign/detector"
	"firstsign/internal/plural"
	"firstsign/signals"
)

type english struct{}

var englishPhrases = phrases{
	moved:      "What changed:",
	ours:       "What our side did:",
	season:     "Less than two years of history: it may still be a yearly pattern.",
	complaints: "Complaints:",

	neglectClears: "It closes by itself once we have done all that we owe for a week.",

	cut: "… (too long for this channel, cut here)",
}

func (english) phrases() *phrases { return &englishPhrases }

func (english) finish(s string) string { return s }

var englishGrades = map[accounts.Grade]string{
	accounts.Key: "Key account", accounts.Potential: "Potential account", accounts.Ordinary: "Ordinary account",
	accounts.Marginal: "Marginal account", accounts.Problem: "Problem account",
}

func englishSeverity(critical bool) string {
	if critical {
		return "critical"
	}
	return "warning"
}

func englishDate(d signals.Day) string {
	year, month, day := d.Date()
	return fmt.Sprintf("%d %s %d", day, month.String()[:3], year)
}

func englishSpan(days float64) string {
	s := spanOf(days)
	return count(s.n, [...]string{"day", "week", "month", "year"}[s.unit])
}

// count is a number of things, with thousands set apart: "1,200 years".
func count(n int, noun string) string { return number(float64(n), 0) + " " + plural.Noun(n, noun) }

// every is how often something happens: "every day", "every 6 days".
func every(days float64) string {
	return "every " + strings.TrimPrefix(englishSpan(days), "1 ")
}

// times is how often something happened: "once", "3 times".
func times(x float64) string {
	switch x {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return number(x, 1) + " times"
}

// series names what moved: "Li Wei's calls", "our calls with Li Wei", "calls".
func (english) series(r *detector.Reason, who string) string {
	noun := wordOf(r.Signal).en
	switch {
	case r.Side == detector.Ours && who != "":
		return "our " + noun + " " + toward(r) + " " + who
	case r.Side == detector.Ours:
		return "our " + noun
	case who != "":
		return who + "'s " + noun
	}
	return noun
}

// none says that there were none: "no calls from Li Wei".
func (english) none(r *detector.Reason, who string) string {
	noun, _ := noneOf(r.Signal)
	s := "no " + noun
	switch {
	case r.Side == detector.Ours && who != "":
		return s + " from us " + toward(r) + " " + who
	case r.Side == detector.Ours:
		return s + " from us"
	case who == "":
		return s
	}
	return s + " " + wordOf(r.Signal).by + " " + who
}

// toward joins their person to what we do.
func toward(r *detector.Reason) string {
	if wordOf(r.Signal).by == "with" {
		return "with"
	}
	return "to"
}

func (e english) head(r *detector.Reason, who string) string {
	from, to := pair(r.From, r.To)
	switch {
	case r.Term == detector.Norm:
		return e.norm(r)
	case r.Term == detector.Only, r.Term == detector.Handover, r.Term == detector.Mark:
		return e.person(r, who)
	case r.Term == detector.Rule && r.Without != "":
		return e.unanswered(r, who)
	case r.Term == detector.Rule:
		return e.deed(r, who)
	case r.Term == detector.Gap:
		return e.silent(r, who)
	case r.Term == detector.Incident:
		return e.deed(r, who)
	case r.Term == detector.Shift:
		return fmt.Sprintf("%s %s from %s to %s", e.series(r, who), direction(r), from, to)
	case r.To <= 0:
		return e.silent(r, who)
	}
	if r.Peers {
		return fmt.Sprintf("%s: %s a week, usually %s", e.series(r, who), to, from)
	}
	return fmt.Sprintf("%s fell from %s to %s a week", e.series(r, who), from, to)
}

// silent says for how long there were none, up to the day of the message.
func (e english) silent(r *detector.Reason, who string) string {
	days := count(silentDays(r), "day")
	if r.Older {
		days = "more than " + days
	}
	return e.none(r, who) + " for " + days
}

// unanswered says what did not follow: "no answer to our proposal for 22 days".
func (e english) unanswered(r *detector.Reason, who string) string {
	noun, _ := noneOf(r.Without)
	s := fmt.Sprintf("no %s for %s", noun, count(int(r.To), "day"))
	if r.Signal == "proposal" && r.Without == "proposal_answer" {
		return s
	}
	return s + " after " + e.series(r, who)
}

func (english) deed(r *detector.Reason, who string) string {
	switch {
	case r.Side == detector.Ours:
		who = "our side"
	case who == "":
		who = "they"
	}
	text := who + ": " + clean(r.Signal)
	if deed := wordOf(r.Signal).deed; deed != "" {
		text = who + " " + deed
	}
	if r.Rival != "" {
		text += " (named: " + clean(r.Rival) + ")"
	}
	return text
}

func (english) often(what string, r *detector.Reason) string {
	what += " " + times(r.To)
	if r.Term == detector.Rule {
		what += " (rule)"
	}
	return what
}

func (english) asTold(what string, d signals.Day) string {
	return what + ", as was told on " + englishDate(d)
}

func (e english) reason(r *detector.Reason, who string) string {
	text := e.plainly(r, who)
	switch {
	case r.Term == detector.Rule:
		return text + " (rule, not learned: " + clean(r.Rule) + ")"
	case r.Peers:
		return text + ", compared with its peers"
	}
	return text
}

// plainly is a reason without the note on peers or rules.
func (e english) plainly(r *detector.Reason, who string) string {
	head := e.head(r, who)
	usual, _ := pair(r.From, r.To)
	switch {
	case r.Term == detector.Norm:
		return head
	case r.Term == detector.Only, r.Term == detector.Handover, r.Term == detector.Mark:
		return head
	case r.Term == detector.Rule && r.Without != "":
		if r.From > 0 {
			return fmt.Sprintf("%s, since %s; usually it takes %s", head, englishDate(r.Since), count(max(1, int(math.Round(r.From))), "day"))
		}
		return fmt.Sprintf("%s, since %s", head, englishDate(r.Since))
	case r.Term == detector.Rule:
		return head + ": " + englishCame(r)
	case r.Term == detector.Gap && r.Older:
		return head + ", usually " + every(r.From)
	case r.Term == detector.Gap:
		return fmt.Sprintf("%s, usually %s (last on %s)", head, every(r.From), englishDate(r.Since))
	case r.Term == detector.Incident:
		return head + ": " + englishCame(r) + ", " + e.usually(r)
	case r.Term == detector.Shift:
		return fmt.Sprintf("%s since %s (mean of %s)", head, englishDate(r.Since), count(r.Window, "day"))
	case r.To <= 0:
		text := fmt.Sprintf("%s, usually %s a week", head, usual)
		if !r.Older {
			text += fmt.Sprintf(" (last on %s)", englishDate(r.Since))
		}
		return text
	case r.Term == detector.Shrink:
		return fmt.Sprintf("%s, %d %% less, since %s", head, percentLess(r.From, r.To), englishDate(r.Since))
	case r.Peers:
		return fmt.Sprintf("%s (%s since %s)", head, count(r.Window, "day"), englishDate(r.Since))
	}
	return fmt.Sprintf("%s since %s (%s)", head, englishDate(r.Since), count(r.Window, "day"))
}

// englishCame tells how often something came, and since when.
func englishCame(r *detector.Reason) string {
	if r.To > 1 {
		return times(r.To) + " since " + englishDate(r.Since)
	}
	return times(r.To) + " on " + englishDate(r.Since)
}

func (english) usually(r *detector.Reason) string {
	switch pause := usualPause(r); {
	case r.Unseen && r.History > 0:
		return "not seen in " + englishSpan(float64(r.History)) + " of history"
	case r.Unseen, pause == 0:
		return "never seen before"
	case pause < float64(r.Window):
		return "usually " + times(r.From) + " in " + count(r.Window, "day")
	case pause > hardlyEver:
		return "hardly ever seen before"
	default:
		return "usually once in " + englishSpan(pause)
	}
}

func (e english) title(f *Facts, what string) string {
	name := f.shownName()
	switch f.Kind {
	case detector.Neglected, detector.CaredFor:
		if f.Kind == detector.Neglected && f.Returns {
			name += " again"
		}
		return e.careTitle(f.Kind, name, what)
	case detector.FeedDead:
		return "No data from " + name + ": the feed looks dead"
	case detector.FeedLow:
		return "Much less than usual comes from " + name
	case detector.AllQuiet:
		return "Nothing comes from any source: a holiday, or all feeds are dead"
	case detector.FeedRetired:
		return name + " is retired"
	case detector.FeedBack:
		if f.Source == detector.AllSources {
			return "The sources deliver data again"
		}
		if f.Moved {
			return "What came from " + name + " comes from other sources now"
		}
		return name + " delivers data again"
	case detector.Misrouted:
		return "Records of " + name + " are on the wrong partition"
	case detector.IDsMigrated:
		return e.idsTitle(f)
	case detector.IDsSettled:
		return "The change of account ids is over"
	case detector.Routed:
		return "Records of " + name + " are on the right partition again"
	case detector.Closed:
		return name + ": the alert is closed"
	}
	if s := englishDrifts[f.Verdict]; s != "" {
		return after(name+" "+s, ": ", what)
	}
	if f.Kind == detector.RaisedAgain {
		return after(name+" is drifting further away", ": ", what)
	}
	if f.Returns {
		return after(name+" is drifting away again", ": ", what)
	}
	return after(name+" is drifting away", ": ", what)
}

// after joins two parts when there is a second one.
func after(first, sep, second string) string {
	if second == "" {
		return first
	}
	return first + sep + second
}

func (e english) facts(f *Facts) string {
	var parts []string
	if g := englishGrades[f.Grade]; g != "" {
		parts = append(parts, g)
	}
	parts = append(parts, englishSeverity(f.Critical), "since "+englishDate(f.Since))
	if rare := f.rarity(e.rare, "rule, not learned"); rare != "" {
		parts = append(parts, rare)
	}
	return capital(strings.Join(parts, " · "))
}

func (english) rare(risk float64, history int) string {
	switch {
	case risk <= 0:
		return ""
	case beyond(risk, history):
		return "rarer than " + englishSpan(float64(history)) + " of history can show"
	case risk > MostYears:
		return "a healthy account looks this unusual less than once in 50 years"
	}
	return "a healthy account looks this unusual about once in " + englishSpan(risk*365.25)
}

func (e english) feed(f *Facts) string {
	switch f.Kind {
	case detector.Misrouted:
		return "Its producer does not choose partitions by murmur2. One account would become two that both seem to decline.\n" +
			"Nothing is lost: these records wait in the dead letters. Set the producer's partitioner to murmur2 (Java's default; librdkafka: murmur2_random). Then run firstsign replay --reason wrong_partition."
	case detector.IDsMigrated, detector.IDsSettled:
		return e.ids(f)
	case detector.Routed:
		return "No record has come on a wrong partition for a week. Run firstsign replay --reason wrong_partition to bring back those that wait in the dead letters."
	case detector.FeedLow:
		return "Since " + englishDate(f.Since) + " all its accounts together give much less data than usual. Other sources are as usual, or there is none to compare with.\n" +
			"Its accounts are not judged by it until it is back. Without another source they are judged by their share of what comes. A level that stays for eight weeks becomes the new normal."
	case detector.AllQuiet:
		return "No source has given data since " + englishDate(f.Since) + ". A holiday that calendar.yaml does not list looks like this. So does a failure of what all sources pass through.\n" +
			"No account is judged on such days."
	case detector.FeedRetired:
		return "It failed on " + englishDate(f.Since) + ", and somebody said that it will not come back. Its signals are judged only where another source brings them.\n" +
			"If data comes from it again, it starts anew."
	case detector.FeedBack:
		if f.Moved {
			return "What it has lacked since " + englishDate(f.Since) + " now comes from other sources with the same signals, as after a new name or a new route. Its accounts are judged by those.\n" +
				"Nothing is expected of it from now on. If it was not meant to stop, please check it."
		}
		return "The gap since " + englishDate(f.Since) + " is over. Its accounts are judged by it again. Data sent later repairs the days between."
	}
	return "Hardly any data has come since " + englishDate(f.Since) + ", although its accounts are usually active.\n" +
		"Its accounts are not judged by it until it is back, so their silence there raises no alerts."
}

func (english) ended(f *Facts) string {
	if f.Kind.AboutCare() {
		return "What began on " + englishDate(f.Since) + " is over: we have done all that we owe for a week."
	}
	if f.NewLevel {
		return "What began on " + englishDate(f.Since) + " has lasted and is steady. It is now the new normal, and the account is compared with it."
	}
	return "What began on " + englishDate(f.Since) + " is over: behaviour is back to normal."
}

func (e english) clears(r *detector.Reason) string {
	from, _ := pair(r.From, r.To)
	noun := wordOf(r.Signal).en
	be := "are"
	if _, known := words[r.Signal]; r.Term == detector.Shrink || r.Signal == "spend" || !known {
		be = "is"
	}
	switch r.Term {
	case detector.Mark:
		return "It closes by itself six weeks after it was noted, unless something else keeps it open."
	case detector.Rule:
		if r.Without != "" {
			return "It closes by itself once there are " + wordOf(r.Without).en + " again for a while."
		}
		return "It closes by itself when this does not happen again for a while."
	case detector.Gap:
		return "It closes by itself when there " + be + " " + noun + " again as usual."
	case detector.Incident:
		return "It closes by itself when this does not happen again for a while."
	case detector.Shift:
		return "It closes by itself when " + noun + " is back near " + from + " for a while."
	}
	return "It closes by itself when " + noun + " " + be + " back near " + from + " a week for a while."
}

func (english) more(n int) string { return fmt.Sprintf("and %d more", n) }

func (english) digest(n int, feeds, care bool) (string, string) {
	const introduction = "This began earlier, so it comes in one summary. From now on every alert comes as it happens."
	switch {
	case feeds && n == 1:
		return "1 feed gives no data", introduction
	case feeds:
		return fmt.Sprintf("%d feeds give no data", n), introduction
	case care && n == 1:
		return "1 of your accounts needs you", introduction
	case care:
		return fmt.Sprintf("%d of your accounts need you", n), introduction
	case n == 1:
		return "1 of your accounts is drifting away", introduction
	}
	return fmt.Sprintf("%d of your accounts are drifting away", n), introduction
}

func (e english) item(f *Facts, what string) string {
	name := f.shownName()
	if f.Account == "" {
		return "no data from " + name + " since " + englishDate(f.Since)
	}
	detail := "since " + englishDate(f.Since)
	if rare := f.rarity(e.rare, "rule, not learned"); rare != "" {
		detail += "; " + rare
	}
	if f.AtRisk >= 1 {
		detail += "; value at risk " + number(rounded(f.AtRisk), 0)
	}
	if g := englishGrades[f.Grade]; g != "" {
		name += " (" + strings.ToLower(g[:1]) + g[1:] + ")"
	}
	return after(name, ": ", what) + " (" + detail + ")"
}
