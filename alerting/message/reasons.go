package message

import (
	"slices"

	"firstsign/detector"
)

// reasonGroups are reasons by where they stand in a message.
type reasonGroups struct {
	theirs, ours []*detector.Reason
	complaints   []*detector.Reason // those that wait for an answer
}

func groupsOf(reasons []detector.Reason) (g reasonGroups) {
	for i := range reasons {
		switch r := &reasons[i]; {
		case isWait(r):
			g.complaints = append(g.complaints, r)
		case r.Side == detector.Ours:
			g.ours = append(g.ours, r)
		default:
			g.theirs = append(g.theirs, r)
		}
	}
	return g
}

// strongest is the reason for the headline, nil when there is none: what they
// did, and only of a neglect what our side did.
func (g *reasonGroups) strongest(kind detector.FindingKind) *detector.Reason {
	if !kind.AboutCare() {
		return g.sign()
	}
	if list := g.missed(); len(list) > 0 {
		return list[0]
	}
	return nil
}

// sign is the strongest of theirs, nil when there is none.
func (g *reasonGroups) sign() *detector.Reason {
	if i := slices.IndexFunc(g.theirs, (*detector.Reason).Sign); i >= 0 {
		return g.theirs[i]
	}
	return nil
}
