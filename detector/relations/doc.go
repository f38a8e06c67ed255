// Package relations answers: who of an account talks with us?
//
// Contacts are the people who are in touch; Succession is who has taken over the
// contact of a person who fell silent; Snapshot is what the accounts' files said,
// and its Marks are what they changed.
package relations
