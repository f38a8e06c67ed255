package detector

// term is one finding about one series, before it is put into words.
type term struct {
	kind     Term
	window   int
	from, to float64
	last     int     // index of the first day of the window, or of a gap's last contact; below 0 before the ring
	evidence float64 // in nats
	worth    float64 // evidence on the scale that all terms share
	peers    bool    // from is usual of its peers
}

// Term is a kind of evidence.
type Term string

// The terms of evidence.
const (
	Drop     Term = "drop"     // fewer than the own rate in a recent window
	Gap      Term = "gap"      // silent longer than its own pauses
	Shift    Term = "shift"    // a mean that moved down
	Incident Term = "incident" // a rare bad-news event
	Shrink   Term = "shrink"   // an amount that fell
	Rule     Term = "rule"     // a pattern that was written down, not learned
	Norm     Term = "norm"     // less of ours than the account is owed
	Mark     Term = "mark"     // the files say otherwise than before: another owner, a lower rank, a worse stance
	Only     Term = "only"     // no evidence: nearly all contact went through this person. To is the share
	Handover Term = "handover" // no evidence: this person has taken over contact of somebody who fell silent
)
