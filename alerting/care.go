package alerting

import (
	"slices"

	"firstsign/detector"
)

// ofCare tells whether a finding is about what our side does for an account.
func ofCare(k detector.FindingKind) bool { return k == detector.Neglected || k == detector.CaredFor }

// isWait tells whether a norm is about a complaint that waits for its answer:
// it stands in the service lane.
func isWait(r *detector.Reason) bool { return r.Term == detector.Norm && r.Signal == "complaint" }

// missed are the norms of a neglect: those of which at most half was done, then
// complaints that wait, then the others.
func (p *parts) missed() []*detector.Reason {
	var badly, others []*detector.Reason
	for _, r := range p.ours {
		if 2*r.To <= r.From {
			badly = append(badly, r)
		} else {
			others = append(others, r)
		}
	}
	return slices.Concat(badly, p.lane, others)
}
