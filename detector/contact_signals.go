package detector

// Signals that tell that a person's part in the account has ended. They are
// known by their names, as those of the standard rules are.
const (
	ContactLeft     = "contact_left"
	ContactPromoted = "contact_promoted"
)
