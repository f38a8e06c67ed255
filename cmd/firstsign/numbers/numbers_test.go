package numbers_test

import (
	"math"
	"testing"

	"firstsign/cmd/firstsign/numbers"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		number interface{ Validate() error }
		want   string
	}{
		{numbers.Count(1), ""},
		{numbers.Count(0), "must be at least 1"},
		{numbers.Partitions(10_000), ""},
		{numbers.Partitions(10_001), "must be between 1 and 10000"},
		{numbers.Partitions(-1), "must be between 1 and 10000"},
		{numbers.Share(0), ""},
		{numbers.Share(1.01), "must be between 0 and 1"},
		{numbers.Share(math.NaN()), "must be between 0 and 1"},
		{numbers.Budget(0.1), ""},
		{numbers.Budget(0), "must be above 0"},
		{numbers.Budget(math.NaN()), "must be above 0"},
		{numbers.Budget(math.Inf(1)), "must be above 0"},
	} {
		got := ""
		if err := c.number.Validate(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%T %v: %q, want %q", c.number, c.number, got, c.want)
		}
	}
}
