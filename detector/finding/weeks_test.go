package finding

import (
	"encoding/json"
	"math"
	"testing"
)

// A finding that cannot be written stops its partition. So a picture never holds a number that
// JSON has no word for: without it the finding is told as before there were pictures.
func TestPicturedCanBeWritten(t *testing.T) {
	for name, h := range map[string]HalfYear{
		"usual":               {Habit: 90, Weeks: []Week{{Known: 7, Actual: 3, Expected: 2, Low: 1, High: 4}}, Past: []PastWeek{{Known: true, Actual: 2}}},
		"more than a float32": {Habit: 90, Weeks: []Week{{Known: 7, Actual: 1e39}}},
		"an endless bound":    {Habit: 90, Weeks: []Week{{Known: 7, High: math.Inf(1)}}},
		"no number":           {Habit: 90, Weeks: []Week{{Known: 7, Expected: math.NaN()}}},
		"long ago":            {Weeks: []Week{{Known: 7}}, Past: []PastWeek{{Known: true, Actual: 1e39}}},
		"a habit":             {Habit: math.Inf(1), Weeks: []Week{{Known: 7}}},
	} {
		var p Pictured
		kept := p.Keep(&h, 100)
		if _, err := json.Marshal(&p); kept != (err == nil) || kept != (name == "usual") {
			t.Errorf("%s: kept %v, and then %v", name, kept, err)
		}
	}
}
