package message

import (
	"slices"

	"firstsign/detector"
)

// isWait reports whether a norm is about a complaint that waits for its answer.
func isWait(r *detector.Reason) bool { return r.Term == detector.Norm && r.Signal == "complaint" }

// overHolidays tells whether a complaint has waited over holidays, on which nobody
// owes an answer: To counts the days of the limit up to the close before the message.
func overHolidays(r *detector.Reason) bool { return r.Window > int(r.To)+2 }

// missed are the norms that we missed. First those done by half or less, then
// complaints that wait, then the others.
func (g *reasonGroups) missed() []*detector.Reason {
	var badly, others []*detector.Reason
	for _, r := range g.ours {
		if 2*r.To <= r.From {
			badly = append(badly, r)
		} else {
			others = append(others, r)
		}
	}
	return slices.Concat(badly, g.complaints, others)
}
