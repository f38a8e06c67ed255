// Package identity answers: are two ids one customer?
//
// Clean makes one spelling of the spellings that nobody can tell apart on a
// screen. Fold goes further and is for questions only: ids that fold alike may be
// one customer, and a person has to say so.
package identity
