// Package survey answers: what do all accounts of a partition live on?
//
// A Survey counts, over the kept state of every account, which signals come from which
// source, and how often an account is in contact. People who run the service ask how much
// depends on a source, and which accounts cannot be judged.
package survey
