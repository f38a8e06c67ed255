package alerting

import "firstsign/detector"

// ofCare tells whether a finding is about what our side does for an account.
func ofCare(k detector.FindingKind) bool { return k == detector.Neglected || k == detector.CaredFor }

// isWait tells whether a norm is about a complaint that waits for its answer:
// it stands in the service lane.
func isWait(r *detector.Reason) bool { return r.Term == detector.Norm && r.Signal == "complaint" }
