// Package duplicates answers: was a record counted before?
package duplicates
