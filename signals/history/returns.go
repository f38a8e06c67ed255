package history

import (
	"fmt"

	"firstsign/signals"
)

// returned refuses a row with a negative amount, such as a credit note: the order beside the
// amount did not happen. A row of a single signal is judged by that signal's own bounds.
func (c *csvRows) returned() *signals.Reject {
	if len(c.amounts) == 0 {
		return nil
	}
	if v := c.in.Value; v < 0 && c.isAmount("value", string(c.in.Signal), v) {
		return returned("value", v)
	}
	for i := range c.amounts {
		if a := &c.amounts[i]; a.value < 0 && c.isAmount(amountPrefix+a.signal, a.signal, a.value) {
			return returned(amountPrefix+a.signal, a.value)
		}
	}
	return nil
}

func returned(field string, v float64) *signals.Reject {
	return &signals.Reject{Reason: Return, Detail: fmt.Sprintf("%s is %v: a return or credit note, and no order", field, v)}
}

// isAmount tells whether a negative number is of a sum and not of a rating, which may be
// negative: as the layout knows, or by the column. Ratings lie in -1 to 1 where nobody says more.
func (c *csvRows) isAmount(field, signal string, v float64) bool {
	if c.isRating != nil {
		if rating, known := c.isRating(signal); known {
			return !rating
		}
	}
	if v < -1 || c.numbers.ask == nil {
		return v < -1
	}
	found, err := c.numbers.ask()
	return err == nil && found.Numbers[field].BeyondOne > 0
}
