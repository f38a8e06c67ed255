package backtest

import (
	"slices"
	"testing"

	"firstsign/signals"
)

// Days count from day 20000. The account calls daily until day 99.
func TestWindowOfLoss(t *testing.T) {
	daily := upTo(99, 1)
	tests := []struct {
		name           string
		days           []int
		loss           int
		last, from, to int
		dateIsLast     bool
	}{
		{"learnt three weeks later", daily, 120, 99, 39, 150, false},
		{"the last contact", daily, 99, 99, 39, 159, true},
		{"booked two days later", daily, 101, 99, 39, 159, true},
		{"three days later", daily, 102, 99, 39, 132, false},
		{"dated before the last contact", daily, 97, 99, 39, 159, true},
		{"contact goes on", daily, 96, 96, 36, 126, false},
		{"it came back within the limit", append(upTo(99, 1), 160), 99, 99, 39, 129, false},
		{"it came back after the limit", append(upTo(99, 1), 161), 99, 99, 39, 159, true},
		{"with long pauses", upTo(100, 50), 100, 100, 40, 200, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, ok := WindowOfLoss(paged("acme", test.days...), signals.Day(20000+test.loss))
			got := [...]int{int(w.Last) - 20000, int(w.From) - 20000, int(w.To) - 20000}
			if want := [...]int{test.last, test.from, test.to}; !ok || got != want || w.DateIsLast != test.dateIsLast {
				t.Errorf("last contact, from, to: %v, the date is the last contact: %v; want %v, %v", got, w.DateIsLast, want, test.dateIsLast)
			}
		})
	}
	if w, ok := WindowOfLoss(paged("acme", 10), 20005); ok {
		t.Errorf("there was no contact by then: %+v", w)
	}
}

func TestSilences(t *testing.T) {
	weekly := upTo(70, 7)
	tests := []struct {
		name string
		days []int
		end  int
		last []int
	}{
		{"sixty days without contact", weekly, 130, nil},
		{"sixty-one", weekly, 131, []int{70}},
		{"it came back", append(upTo(70, 7), 132), 140, []int{70}},
		{"it came back a day earlier", append(upTo(70, 7), 131), 140, nil},
		{"twice", append(upTo(70, 7), 150), 400, []int{70, 150}},
		{"within twice its longest pause", append(upTo(70, 7), 150), 310, []int{70}},
		{"no habit", upTo(60, 10), 300, nil},
		{"the day of the habit", upTo(70, 10), 300, []int{70}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var last []int
			for _, w := range paged("acme", test.days...).Silences(signals.Day(20000 + test.end)) {
				last = append(last, int(w.Last)-20000)
				if w.From != w.Last-LossBefore || w.To != w.Last+w.Limit || w.DateIsLast {
					t.Errorf("%+v", w)
				}
			}
			if !slices.Equal(last, test.last) {
				t.Errorf("silent after days %v, want %v", last, test.last)
			}
		})
	}
}
