package alerting

import (
	"fmt"
	"math"

	"firstsign/detector"
)

// person says what is known of the people beside what moved.
func (english) person(r *detector.Reason, who string) string {
	if r.Term == detector.Handover {
		return who + " has taken over contact since " + englishDate(r.Since)
	}
	return fmt.Sprintf("only %s talks with us: %.0f %% of their contact in %s", who, math.Floor(100*r.To), plural(r.Window, "day"))
}
