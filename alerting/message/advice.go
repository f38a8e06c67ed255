package message

import (
	"slices"

	"firstsign/accounts"
	"firstsign/detector"
)

// step is something to do about an alert.
type step int

// The steps.
const (
	askWhatChanged  step = iota // contact fell, or nothing more is known
	answerUltimatum             // today
	meetCompetitor              // it buys elsewhere already
	visitNow                    // it cools, while orders still come
	adaptVolumes                // it buys less of everything
	chaseProposal
	reachOtherwise // calls are forwarded
	answerOffer    // a competitor is praised
	proposeMeeting // meetings are declined
	askContent     // sentiment fell
	askPlans       // purchases fell, and nobody knows why
	planVisits     // we owe them
	answerWait     // a complaint waits for too long
)

// steps to take about an alert, the most urgent first.
func (f *Facts) steps(groups *reasonGroups) []step {
	var list []step
	if !f.Kind.AboutCare() {
		list = append(list, f.firstStep(groups))
	}
	if !slices.Contains(list, answerWait) && slices.ContainsFunc(groups.complaints, func(r *detector.Reason) bool { return r.From > 0 && r.To > r.From }) {
		list = append(list, answerWait)
	}
	if slices.ContainsFunc(groups.ours, func(r *detector.Reason) bool { return r.Term == detector.Norm && r.Without == "" }) {
		list = append(list, planVisits)
	}
	return list
}

// firstStep is chosen by an ultimatum, then by the verdict, then by the strongest
// sign.
func (f *Facts) firstStep(groups *reasonGroups) step {
	if slices.ContainsFunc(groups.theirs, func(r *detector.Reason) bool { return r.Signal == "ultimatum" }) {
		return answerUltimatum
	}
	switch f.Verdict {
	case detector.Defection:
		return meetCompetitor
	case detector.EarlyDefection:
		return visitNow
	case detector.Downturn:
		return adaptVolumes
	}
	sign := groups.sign()
	if sign == nil {
		return askWhatChanged
	}
	if s, ok := stepOf[sign.Signal]; ok {
		return s
	}
	if sign.Term == detector.Shift {
		return askContent
	}
	return askWhatChanged
}

// stepOf lists signals that ask for something other than a visit.
var stepOf = map[string]step{
	"proposal": chaseProposal, "forwarding": reachOtherwise, "competitor_praise": answerOffer, "meeting_declined": proposeMeeting,
	"complaint": answerWait, "order": askPlans, "spend": askPlans, "revenue": askPlans, "share_of_wallet": answerOffer,
}

// personToMeet is the name of the person to talk to. Where terms matter it is the
// decision maker, else whom the strongest reason is about, else a key person. It is
// empty when nobody is known.
func personToMeet(first step, reasons []*detector.Reason, account *accounts.Account) string {
	decides := decisionMaker(account)
	if terms := first == answerUltimatum || first == meetCompetitor || first == adaptVolumes; terms && decides != "" {
		return decides
	}
	for _, r := range reasons {
		if r.Contact != "" {
			return contactName(account, r.Contact)
		}
	}
	if account != nil && decides == "" {
		if c := account.KeyPerson(); c != nil {
			return contactName(account, c.ID)
		}
	}
	return decides
}

func decisionMaker(account *accounts.Account) string {
	if account == nil {
		return ""
	}
	i := slices.IndexFunc(account.Contacts, func(c accounts.Contact) bool { return c.Role == accounts.DecisionMaker })
	if i < 0 {
		return ""
	}
	return contactName(account, account.Contacts[i].ID)
}
