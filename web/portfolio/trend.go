package portfolio

import (
	"time"

	"firstsign/alerting"
	"firstsign/signals"
)

// trendWeeks is how many weeks are told of, beside now.
const trendWeeks = 12

// Trend is what was at risk at the end of each week, the oldest first; the last week ends now.
// It is counted as what is at risk now: of the alerts that were open then. Accounts, money,
// managers and grades are those of now in each week. Weeks in which none of the accounts was
// known are absent.
type Trend struct {
	Weeks []TrendWeek `json:"weeks"`
}

// TrendWeek is the end of a week.
type TrendWeek struct {
	Day signals.Day `json:"day"`
	// Known is how many of the accounts had an interaction by then. The week tells nothing
	// of the others.
	Known      int     `json:"accounts_known"`
	AtRisk     float64 `json:"at_risk"`
	Endangered int     `json:"accounts_at_risk"`
}

// stake is which part of an account's worth was at risk from a time on, see alerting.Stake.
type stake struct {
	from int64 // Unix nanoseconds
	part float32
}

// over is the part of an alert that ended.
const over = -1

func stakesOf(a *alerting.Alert) []stake {
	if a.Kind.AboutCare() {
		return nil
	}
	all := a.Stakes()
	stakes := make([]stake, len(all))
	for i, s := range all {
		stakes[i] = stake{s.From.UnixNano(), float32(s.Part)}
		if s.Over {
			stakes[i].part = over
		}
	}
	return stakes
}

// partAt is the part at risk at a time; false when the alert was not open then.
func partAt(stakes []stake, t int64) (part float64, open bool) {
	for i := len(stakes) - 1; i >= 0; i-- {
		if s := &stakes[i]; s.from <= t {
			return float64(s.part), s.part != over
		}
	}
	return 0, false
}

// course is what of some accounts was at risk: now, a week ago, and so on.
type course struct {
	known      [trendWeeks + 1]int // accounts that became known in that week; the last one: or before
	atRisk     [trendWeeks + 1]float64
	endangered [trendWeeks + 1]int
}

// add counts an account. now is Unix nanoseconds.
func (c *course) add(r *row, today signals.Day, now int64) {
	if r.known {
		c.known[max(0, min(trendWeeks, (today-r.state.first)/7))]++
	}
	if r.severity != "" {
		c.endangered[0]++
	}
	c.atRisk[0] += r.atRisk // what was counted of it now, to the unit
	for ago := 1; len(r.stakes) > 0 && ago <= trendWeeks; ago++ {
		open := false
		for _, stakes := range r.stakes {
			if part, is := partAt(stakes, daysAgo(now, signals.Day(7*ago))); is {
				c.atRisk[ago] += part * r.value
				open = true
			}
		}
		if open {
			c.endangered[ago]++
		}
	}
}

// knownAt is how many of the accounts were known some weeks ago.
func (c *course) knownAt(ago int) (n int) {
	for _, since := range c.known[ago:] {
		n += since
	}
	return n
}

// weeks are those that can be told of, the oldest first.
func (c *course) weeks(r *Reader) []TrendWeek {
	weeks := []TrendWeek{}
	for ago := trendWeeks; ago >= 0; ago-- {
		gone := r.Kept > 0 && time.Duration(7*ago)*24*time.Hour > r.Kept // alerts that closed since
		if n := c.knownAt(ago); n > 0 && !gone {
			weeks = append(weeks, TrendWeek{r.Today - signals.Day(7*ago), n, c.atRisk[ago], c.endangered[ago]})
		}
	}
	return weeks
}
