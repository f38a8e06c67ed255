// Package layout answers: how is a report laid out? Sentences first, then pictures, then tables,
// in one file that needs nothing else.
package layout
