package alerting

import (
	"fmt"
	"math"

	"firstsign/detector"
)

// person says what is known of the people beside what moved.
func (chinese) person(r *detector.Reason, who string) string {
	if r.Term == detector.Handover {
		return fmt.Sprintf("自 %s起由%s接手联系", chineseDate(r.Since), who)
	}
	return fmt.Sprintf("只有%s一人与我方联系：占 %d 天内对方联系的 %.0f%%", who, r.Window, math.Floor(100*r.To))
}
