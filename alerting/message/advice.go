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
	visitAndSettle              // the same, and a complaint of theirs waits
	chaseProposal
	reachOtherwise  // calls are forwarded
	answerOffer     // a competitor is praised, or joins us
	compareOwn      // they want to make it themselves
	settleReference // they no longer stand up for us
	proposeMeeting  // meetings are declined
	askContent      // sentiment fell
	askPlans        // purchases fell, and nobody knows why
	planVisits      // we owe them
	answerWait      // a complaint waits for too long
)

// steps to take about an alert, the most urgent first.
func (f *Facts) steps(groups *reasonGroups) []step {
	var list []step
	if !f.Kind.AboutCare() {
		list = append(list, f.firstStep(groups))
	}
	if !slices.Contains(list, answerWait) && !slices.Contains(list, visitAndSettle) && slices.ContainsFunc(groups.complaints, func(r *detector.Reason) bool { return r.From > 0 && r.To > r.From }) {
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
		if len(groups.complaints) > 0 {
			return visitAndSettle
		}
		return visitNow
	case detector.Downturn:
		return adaptVolumes
	}
	sign := groups.sign()
	if sign == nil {
		return askWhatChanged
	}
	if sign.Signal == "complaint" && sign.Term != detector.Rule && len(groups.complaints) == 0 {
		return askContent // it was answered
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
	"second_source": answerOffer, "in_house": compareOwn, "reference_withdrawn": settleReference,
}

// personToMeet is the name of the person to talk to. Where terms matter it is the
// decision maker, else whom the strongest reason is about, else a key person. Who has
// taken over stands in for somebody who is gone. It is empty when nobody is known.
func personToMeet(first step, reasons []*detector.Reason, account *accounts.Account) string {
	gone, successor := departed(reasons)
	named := func(id string) string {
		switch {
		case !gone[id]:
			return contactName(account, id)
		case successor != "":
			return contactName(account, successor)
		}
		return ""
	}
	decides := decisionMaker(account)
	terms := first == answerUltimatum || first == meetCompetitor || first == adaptVolumes
	if who := named(decides); terms && who != "" {
		return who
	}
	for _, r := range reasons {
		if who := named(r.Contact); who != "" {
			return who
		}
	}
	if account != nil && decides == "" {
		if c := account.KeyPerson(); c != nil {
			return named(c.ID)
		}
	}
	return named(decides)
}

// departed are the ids of those who have left, or who are silent while somebody else
// has taken over, and who that is.
func departed(reasons []*detector.Reason) (gone map[string]bool, successor string) {
	gone = map[string]bool{}
	for _, r := range reasons {
		if r.Term == detector.Handover && successor == "" {
			successor = r.Contact
		}
	}
	for _, r := range reasons {
		silent := r.Term == detector.Gap || r.Term == detector.Drop && r.To <= 0
		if r.Contact != "" && r.Contact != successor && (r.Signal == detector.ContactLeft || silent && successor != "") {
			gone[r.Contact] = true
		}
	}
	return gone, successor
}

// decisionMaker is the id of who decides at an account; empty when nobody is known.
func decisionMaker(account *accounts.Account) string {
	if account == nil {
		return ""
	}
	i := slices.IndexFunc(account.Contacts, func(c accounts.Contact) bool { return c.Role == accounts.DecisionMaker })
	if i < 0 {
		return ""
	}
	return account.Contacts[i].ID
}
