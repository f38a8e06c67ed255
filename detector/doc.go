// Package detector answers: what is unusual for this account?
//
// An Engine is one partition's judgement, a pure function of its log: it
// counts interactions into days, closes days when ticks say so, judges every
// series against its own past, fuses the evidence of an account into a risk
// and turns it into episodes. Package worker joins an Engine with a log and a
// store.
package detector
