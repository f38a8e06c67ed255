// Package table answers: which rows of cells does a file hold?
//
// It stands between the bytes of a file and the fields of whoever reads it.
// Histories, accounts.csv, contacts.csv and files of losses are read through
// it, so all of them accept the same shapes: CSV with any usual delimiter,
// Excel workbooks, gzip, zip and zstd, in UTF-8 and other encodings, with title
// lines above and totals below. What was found is told by a Shape; what cannot
// be read is refused in words that say what to do.
//
// Memory is bounded whatever the file is; see MaxRow and MaxPacked.
package table
