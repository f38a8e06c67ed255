// Package detector answers: which findings follow from a partition's log?
//
// An Engine is one partition's judgement, a pure function of its log: records and
// ticks in, findings out. It counts interactions into days, closes days when ticks say
// so, has every account assessed by its own past, and turns the risk of each into
// episodes. Package account is what it keeps of one account, package assessment what it
// thinks of one; package worker joins an Engine with a log and a store.
package detector
