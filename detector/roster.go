package detector

import (
	"runtime"

	"firstsign/detector/account"
	"firstsign/detector/series"
)

// roster are all accounts of a partition.
type roster []*account.Account

// fewestEach is how many accounts are worth a core of their own.
const fewestEach = 64

// cores are on how many the accounts are gone through side by side.
func (r roster) cores() int { return max(1, min(runtime.GOMAXPROCS(0), len(r)/fewestEach)) }

// part is that of core i of n: the number of its first account, and its accounts.
func (r roster) part(i, n int) (first int, some roster) {
	first = i * len(r) / n
	return first, r[first : (i+1)*len(r)/n]
}

// members are the accounts that make up the portfolio, all but guests, in a part for each
// core.
func (r roster) members() (parts []series.Members) {
	n := r.cores()
	for i := range n {
		first, some := r.part(i, n)
		parts = append(parts, func(yield func(int, *series.Set) bool) {
			for k, a := range some {
				if !a.Guest && !yield(first+k, &a.Set) {
					return
				}
			}
		})
	}
	return parts
}
