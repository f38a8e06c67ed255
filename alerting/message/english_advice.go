package message

import (
	"fmt"
	"strings"

	"firstsign/detector"
	"firstsign/signals"
)

var englishSteps = map[step]string{
	askWhatChanged:  "Call or visit %s this week and ask what has changed.",
	answerUltimatum: "Answer %s today, together with somebody who can decide on terms.",
	meetCompetitor:  "Talk to %s about the competitor's terms this week, and bring your superior in: purchases are moving already.",
	visitNow:        "Visit %s this week and ask openly what has changed, while orders still come.",
	visitAndSettle:  "Visit %s this week, ask openly what has changed and settle their complaint, while orders still come.",
	adaptVolumes:    "Keep the relationship with %s: adapt volumes to what they need now, and check their credit before the next delivery.",
	chaseProposal:   "Ask %s what is missing in the proposal, and who decides on it.",
	reachOtherwise:  "Reach %s another way, and get to know a second person at the account.",
	answerOffer:     "Ask %s what the competitor offers, and what would make them stay.",
	compareOwn:      "Ask %s about the plan to do it themselves, its cost and its dates, and offer what we can do better or together.",
	settleReference: "Ask %s why they no longer want to speak for us, and settle that before anything else.",
	proposeMeeting:  "Offer %s a short meeting at a time and place of their choice.",
	askContent:      "Ask %s what they are unhappy with.",
	askPlans:        "Ask %s about their plans for the coming months.",
	planVisits:      "Plan the missing visits and calls for this week, %s first.",
	answerWait:      "Have the complaint answered today, and tell %s who takes care of it.",
}

func (english) advice(steps []step, who string) string {
	if who == "" {
		who = "the key person"
	}
	text := "What to do:"
	for _, s := range steps {
		text += " " + fmt.Sprintf(englishSteps[s], who)
	}
	return text
}

var englishVerdicts = map[detector.Verdict]string{
	detector.Defection:      "It looks like defection: our share of what they buy falls%s, while in total they buy as much as before.",
	detector.Downturn:       "It looks like a downturn: they buy less in total, while our share of it is as before%s.",
	detector.EarlyDefection: "It looks like early defection: the relationship cools, while purchases and our share are still as before%s.",
}

func (english) verdict(v detector.Verdict) string { return englishVerdicts[v] }

func (english) shareNoted(d signals.Day) string {
	return " (share last noted on " + englishDate(d) + ")"
}

func (english) stake(f *Facts) string {
	var facts []string
	account := f.Known
	if f.Worth > 0 {
		facts = append(facts, "worth "+number(f.Worth, 0)+" a year")
	}
	if f.AtRisk >= 1 {
		facts = append(facts, "value at risk "+number(rounded(f.AtRisk), 0))
	}
	if day, left, soon := f.renewal(); soon {
		facts = append(facts, fmt.Sprintf("contract ends on %s, in %s", englishDate(day), count(left, "day")))
	}
	if r := englishRanks[account.Rank]; r != "" {
		facts = append(facts, "rank: "+r)
	}
	if s := clean(account.Stage); s != "" {
		facts = append(facts, "stage: "+s)
	}
	if account.Proposals > 0 {
		facts = append(facts, count(account.Proposals, "open proposal"))
	}
	if s := clean(account.Industry); s != "" {
		facts = append(facts, "industry: "+s)
	}
	if s := clean(account.StandIn); s != "" {
		facts = append(facts, "stand-in: "+s)
	}
	if s := clean(account.ProjectManager); s != "" {
		facts = append(facts, "project manager: "+s)
	}
	if s := clean(account.Expert); s != "" {
		facts = append(facts, "expert: "+s)
	}
	line := strings.Join(facts, " · ")
	if line == "" {
		return ""
	}
	return strings.ToUpper(line[:1]) + line[1:]
}

// englishDrifts are headlines of a verdict.
var englishDrifts = map[detector.Verdict]string{
	detector.Defection:      "is moving to a competitor",
	detector.Downturn:       "buys less of everything",
	detector.EarlyDefection: "is cooling off, though orders still come",
}
