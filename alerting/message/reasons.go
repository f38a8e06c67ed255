package message

import (
	"slices"

	"firstsign/detector"
)

// reasonGroups are reasons by their section of a message.
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

// strongest is the reason for the headline, or nil. It is one of theirs; only for a
// neglect it is one of ours.
func (g *reasonGroups) strongest(kind detector.FindingKind) *detector.Reason {
	if !kind.AboutCare() {
		return g.sign()
	}
	if list := g.missed(); len(list) > 0 {
		return list[0]
	}
	return nil
}

// sign is the strongest sign of theirs, nil when there is none.
func (g *reasonGroups) sign() *detector.Reason {
	if i := slices.IndexFunc(g.theirs, (*detector.Reason).Sign); i >= 0 {
		return g.theirs[i]
	}
	return nil
}
