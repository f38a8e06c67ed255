package evidence

// Term is one finding about one series, before it is put into words.
type Term struct {
	Kind     Kind
	Window   int
	From, To float64
	Last     int     // index of the first day of the window, of a gap's last contact, or of the first incident; below 0 before the ring
	Evidence float64 // in nats
	Worth    float64 // evidence on the scale that all terms share
	Alone    float64 // what is taken off it, in nats, where only this series shows something
	Peers    bool    // from is usual of its peers
	Unseen   bool    // of an incident: none was known before the window
}

// Kind is a kind of evidence.
type Kind string

// The terms of evidence.
const (
	Drop     Kind = "drop"     // fewer than the own rate in a recent window
	Gap      Kind = "gap"      // silent longer than its own pauses
	Shift    Kind = "shift"    // a mean that moved down
	Incident Kind = "incident" // a rare bad-news event
	Shrink   Kind = "shrink"   // an amount that fell
	Rule     Kind = "rule"     // a pattern that was written down, not learned
	Norm     Kind = "norm"     // less of ours than the account is owed
	Mark     Kind = "mark"     // the files say otherwise than before: another owner, a lower rank, a worse stance
	Only     Kind = "only"     // no evidence: nearly all contact went through this person. To is the share
	Handover Kind = "handover" // no evidence: this person has taken over contact of somebody who fell silent
)

// NothingCame tells whether a term of this kind that came to so much says that there was
// nothing at all for some days.
func (k Kind) NothingCame(to float64) bool {
	return k == Gap || (k == Drop || k == Shrink) && to <= 0
}
