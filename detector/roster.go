package detector

import (
	"firstsign/detector/account"
	"firstsign/detector/series"
)

// roster are all accounts of a partition.
type roster []*account.Account

// members yields the series of the accounts that make up the portfolio: all but
// guests.
func (r roster) members(yield func(*series.Set) bool) {
	for _, a := range r {
		if !a.Guest && !yield(&a.Set) {
			return
		}
	}
}

// numbered yields the series of members, with the account's number.
func (r roster) numbered(yield func(int, *series.Set) bool) {
	for n, a := range r {
		if !a.Guest && !yield(n, &a.Set) {
			return
		}
	}
}
