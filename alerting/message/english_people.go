package message

import (
	"fmt"
	"math"

	"firstsign/accounts"
	"firstsign/detector"
)

// person says who is the only contact, who took over contact, and what changed in
// the files.
func (e english) person(r *detector.Reason, who string) string {
	switch r.Term {
	case detector.Handover:
		return who + " has taken over contact since " + englishDate(r.Since)
	case detector.Mark:
		return e.mark(r, who) + " on " + englishDate(r.Since)
	}
	return fmt.Sprintf("only %s talks with us: %.0f %% of their contact in the last %s", who, math.Floor(100*r.To), count(r.Window, "day"))
}

var englishRanks = map[accounts.Rank]string{
	accounts.General: "general supplier", accounts.Main: "main supplier", accounts.Partner: "partner", accounts.Strategic: "strategic supplier",
}

var englishStances = map[accounts.Stance]string{
	accounts.Leaning: "leaning to a competitor", accounts.Opponent: "opponent", accounts.Neutral: "neutral", accounts.Supporter: "supporter",
}

func (e english) mark(r *detector.Reason, who string) string {
	switch r.Signal {
	case detector.OwnerMark:
		return "on our side the owner changed"
	case detector.RankMark:
		return fmt.Sprintf("our rank %s from %s to %s", direction(r), englishRanks[placed(accounts.Ranks, r.From)], englishRanks[placed(accounts.Ranks, r.To)])
	case detector.StanceMark:
		return fmt.Sprintf("%s's stance changed from %s to %s", who, englishStances[placed(accounts.Stances, r.From)], englishStances[placed(accounts.Stances, r.To)])
	}
	return e.deed(r, who)
}

// placed is the value of a mark's number, which counts from 1.
func placed[T ~string](list []T, number float64) T {
	if i := int(number) - 1; i >= 0 && i < len(list) {
		return list[i]
	}
	return ""
}

// direction says whether a level rose or fell.
func direction(r *detector.Reason) string {
	if r.To > r.From {
		return "rose"
	}
	return "fell"
}
