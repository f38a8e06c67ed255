// Package numbers answers: which numbers does the command line take? A flag of one of its
// types is refused, with its name, where the number makes no sense. One that is not given is
// not looked at.
package numbers

import (
	"errors"
	"fmt"
	"math"
)

// Count is a number of things, 1 at least.
type Count int

// Validate implements kong's check of a flag.
func (n Count) Validate() error {
	if n < 1 {
		return errors.New("must be at least 1")
	}
	return nil
}

// MostPartitions is how many partitions a topic may have.
const MostPartitions = 10_000

// Partitions is how many partitions accounts are split into, as in a topic. 0 is a flag that
// was not given.
type Partitions int

// Validate implements kong's check of a flag.
func (n Partitions) Validate() error {
	if n < 1 || n > MostPartitions {
		return fmt.Errorf("must be between 1 and %d", MostPartitions)
	}
	return nil
}

// Share is a part of 1.
type Share float64

// Validate implements kong's check of a flag.
func (x Share) Validate() error {
	if !(x >= 0 && x <= 1) { // false of what is no number
		return errors.New("must be between 0 and 1")
	}
	return nil
}

// Budget is a number of false alerts. 0 is a flag that was not given.
type Budget float64

// Validate implements kong's check of a flag.
func (x Budget) Validate() error {
	if !(x > 0) || math.IsInf(float64(x), 0) {
		return errors.New("must be above 0")
	}
	return nil
}
