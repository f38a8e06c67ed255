package series

import (
	"iter"
	"sync"
)

// Members yields accounts, each with its number.
type Members = iter.Seq2[int, *Set]

// SideBySide does the same to each part of the accounts, on as many goroutines, and returns
// what came of them in the order of the parts.
func SideBySide[T any](parts []Members, do func(Members) T) []T {
	done := make([]T, len(parts))
	var working sync.WaitGroup
	for i, part := range parts[1:] {
		working.Go(func() { done[i+1] = do(part) })
	}
	done[0] = do(parts[0])
	working.Wait()
	return done
}
