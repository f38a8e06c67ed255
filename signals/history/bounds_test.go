package history

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"firstsign/internal/extsort"
	"firstsign/signals"
)

// readingOf a history of lines, on 1 May 2026 at noon.
func readingOf(t *testing.T, lines ...string) *Reading {
	t.Helper()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC).UnixNano()
	r := NewReading(func() (*File, error) { return New(strings.NewReader(strings.Join(lines, "\n")), "f", Layout{}) }, now)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	survey(t, r)
	return r
}

func survey(t *testing.T, r *Reading) {
	t.Helper()
	err := r.Survey(func(Source) (at, end func()) { return func() {}, func() {} })
	if err != nil {
		t.Fatal(err)
	}
}

// linesOf a reading that is opened once more, as number and day.
func linesOf(t *testing.T, r *Reading) (got []string) {
	t.Helper()
	source, err := r.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for {
		l, err := source.Next()
		switch bad, is := errors.AsType[*LineError](err); {
		case is:
			got = append(got, fmt.Sprintf("%d %s", bad.Line, bad.Reject.Reason))
		case err == io.EOF:
			return got
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, fmt.Sprintf("%d %s", l.Number, time.Unix(0, l.Interaction.Time).UTC().Format("2006-01-02T15")))
		}
	}
}

// daily calls of so many days from 1 March 2026.
func daily(days int) (lines []string) {
	from := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for d := range days {
		lines = append(lines, at("acme", from.AddDate(0, 0, d).Format(time.RFC3339)))
	}
	return lines
}

// One odd line among those of 60 days: is it left out, and why?
func TestRowsThatCannotHaveHappened(t *testing.T) {
	for when, want := range map[string]signals.Reason{
		"2026-05-02T11:59:00Z":      "", // within a day: the zone may be another
		"2026-05-02T12:01:00Z":      AfterNow,
		"2027-03-02T10:00:00Z":      AfterNow,
		"2099-12-31T00:00:00Z":      AfterNow,
		"2226-03-02T10:00:00Z":      AfterNow, // a mistyped year
		"1970-01-01T00:00:00Z":      PlaceholderTime,
		"1970-01-01T00:00:00-05:00": PlaceholderTime, // midnight in New York
		"1970-01-01T14:00:00Z":      PlaceholderTime,
		"1970-01-03T00:00:00Z":      YearsApart,
		"1999-06-01T00:00:00Z":      YearsApart,
		"2024-02-01T00:00:00Z":      YearsApart, // 25 months before all others
		"2024-06-01T00:00:00Z":      "",         // 21 months: may be
		"2026-02-01T00:00:00Z":      "",
	} {
		for _, first := range []bool{true, false} {
			lines := append(daily(60), at("acme", when))
			if first {
				lines = append([]string{at("acme", when)}, daily(60)...)
			}
			r := readingOf(t, lines...)
			var got signals.Reason
			if len(r.Left) > 0 {
				got = r.Left[0].Reason
			}
			wantLines := int64(60)
			if want == "" {
				wantLines = 61
			}
			if got != want || r.Lines != wantLines || r.Bad != 0 {
				t.Errorf("%s, first %v: left out %q with %d lines of %d bad; want %q with %d", when, first, got, r.Lines, r.Bad, want, wantLines)
			}
			if want != "" && (r.LeftRows() != 1 || r.Accounts()[0].Lines != 60 || time.Unix(0, r.First).UTC().Year() != 2026) {
				t.Errorf("%s: what is said of the history has the row in it: %+v", when, r.Summary)
			}
		}
	}
}

// Few rows are apart; when they are many, the gap is only told.
func TestGapsOfYears(t *testing.T) {
	old := func(rows int) (lines []string) {
		for i := range rows {
			lines = append(lines, at("acme", fmt.Sprintf("2019-03-%02dT10:00:00Z", i%28+1)))
		}
		return lines
	}
	tests := []struct {
		name        string
		lines       []string
		left, gaps  int64
		first, last string
	}{
		{"one of a small file is not few", append(old(1), daily(15)...), 0, 1, "2019-03-01", "2026-03-15"},
		{"one of twenty", append(old(1), daily(19)...), 1, 0, "2026-03-01", "2026-03-19"},
		{"two of sixty", append(old(2), daily(58)...), 0, 1, "2019-03-01", "2026-04-27"},
		{"years after all others", append(old(40), daily(1)...), 1, 0, "2019-03-01", "2019-03-28"},
		{"before and after", append(append(old(250), daily(2)...), at("acme", "2001-01-01T00:00:00Z")), 3, 0, "2019-03-01", "2019-03-28"},
		{"no gap", daily(30), 0, 0, "2026-03-01", "2026-03-30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := readingOf(t, tt.lines...)
			day := func(at int64) string { return time.Unix(0, at).UTC().Format(time.DateOnly) }
			if r.LeftRows() != tt.left || int64(len(r.Gaps)) != tt.gaps || day(r.First) != tt.first || day(r.Last) != tt.last {
				t.Errorf("%d left out, gaps %v, %s to %s; want %+v", r.LeftRows(), r.Gaps, day(r.First), day(r.Last), tt)
			}
		})
	}
}

// A file in another order is read in order of time, in memory or from files, and
// each line keeps its number.
func TestReadingSorts(t *testing.T) {
	lines := []string{
		at("b", "2027-01-01T09:00:00Z"), at("b", "2026-04-03T09:00:00Z"), at("b", "2026-04-02T10:00:00Z"), "{}",
		at("a", "2026-04-02T09:00:00Z"), at("b", "2026-04-02T09:00:00Z"), at("a", "2026-01-02T09:00:00Z"), at("a", "1970-01-01T00:00:00Z"),
	}
	want := []string{"7 2026-01-02T09", "5 2026-04-02T09", "6 2026-04-02T09", "3 2026-04-02T10", "2 2026-04-03T09"}
	for _, memory := range []int{extsort.Memory, 100} {
		r := readingOf(t, lines...)
		r.memory = memory
		if done, err := r.Order(r.Disorder); done || err != nil {
			t.Fatalf("within the lateness: sorted %v, %v", done, err)
		}
		if done, err := r.Order(26 * time.Hour); !done || err != nil || !r.NewestFirst() {
			t.Fatalf("sorted %v, %v; newest first %v", done, err, r.NewestFirst())
		}
		for range 2 {
			expect(t, linesOf(t, r), want...)
		}
		if done, err := r.Order(0); !done || err != nil {
			t.Errorf("asked again: %v, %v", done, err)
		}
	}
}

// The interactions of one row stay in the row's order.
func TestReadingSortsRowsOfSeveralInteractions(t *testing.T) {
	text := "d,a,id,m,n\n2026-04-03,x,2,20,200\n2026-01-01,x,1,10,100\n"
	layout := Layout{Columns: mustColumns(t, "time=d,account=a,signal:=order,id=id,value.spend=m,value.items=n")}
	r := NewReading(func() (*File, error) { return New(strings.NewReader(text), "f", layout) }, 0)
	defer r.Close()
	survey(t, r)
	if done, err := r.Order(time.Hour); !done || err != nil {
		t.Fatal(done, err)
	}
	source, err := r.Open()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for l, err := source.Next(); err != io.EOF; l, err = source.Next() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d %s %v", l.Number, l.Interaction.ID, l.Interaction.Value))
	}
	expect(t, got, "3 1 1", "3 1/spend 10", "3 1/items 100", "2 2 1", "2 2/spend 20", "2 2/items 200")
	if read, all := source.Progress(); read != 6 || all != 6 {
		t.Errorf("progress %d of %d", read, all)
	}
}

// A history that ends today closes no day that is not over.
func TestLogEndsNow(t *testing.T) {
	now, _ := signals.ParseTime([]byte("2026-03-03T15:00:00Z"))
	first, _ := signals.ParseTime([]byte("2026-03-02T10:00:00Z"))
	s := &Log{Partitions: 1, Zone: signals.NewZone(time.UTC), Lateness: 26 * time.Hour, First: first, Now: now}
	expect(t, logOf(t, s, history(t, at("a", "2026-03-02T10:00:00Z"), at("a", "2026-03-03T10:00:00Z"), at("a", "2026-03-04T08:00:00Z"))),
		"p0 load-begin 02T10:00 ", "p0 a 02T10:00", "p0 tick 03T00:00 ", "p0 a 03T10:00",
		"p0 tick 03T15:00 ", "p0 a 04T08:00", // tomorrow's, within the tolerance
		"p0 tick 03T15:00 ", "p0 load-end 03T15:00 ")
}

// A file written on 1 April, in which some accounts have visits planned up to July.
func planned(accounts, planners int) string {
	var text strings.Builder
	for day := range 181 {
		at := time.Date(2026, 1, 1+day, 9, 0, 0, 0, time.UTC)
		for a := range accounts {
			if day < 90 && (day+a)%3 == 0 || day >= 90 && a < planners && day%7 == 0 {
				fmt.Fprintf(&text, "{\"time\":%q,\"account\":\"a%d\",\"signal\":\"visit\"}\n", at.Format(time.RFC3339), a)
			}
		}
	}
	return text.String()
}

// Rows that were planned when the file was written are no history: nearly everybody
// would be silent in it.
func TestPlannedRowsAreAfterTheEnd(t *testing.T) {
	collapse := strings.Builder{} // everybody ends, one after the other
	for a := range 40 {
		for day := range 30 + 3*a {
			fmt.Fprintf(&collapse, "{\"time\":%q,\"account\":\"a%d\",\"signal\":\"visit\"}\n", time.Date(2026, 1, 1+day, 9, 0, 0, 0, time.UTC).Format(time.RFC3339), a)
		}
	}
	for _, tt := range []struct {
		name     string
		text     string
		all      bool
		leftOut  int64
		lastDate string
	}{
		{"one of 30 has visits planned", planned(30, 1), false, 13, "2026-03-31"},
		{"every row is asked for", planned(30, 1), true, 0, "2026-06-25"},
		{"many go on", planned(30, 6), false, 0, "2026-06-25"},
		{"nobody goes on", planned(30, 0), false, 0, "2026-03-31"},
		{"a market collapses", collapse.String(), false, 0, "2026-05-27"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := NewReading(func() (*File, error) { return New(strings.NewReader(tt.text), "f", Layout{}) }, 0)
			r.FindEnd = !tt.all
			survey(t, r)
			left := int64(0)
			for _, l := range r.Left {
				if l.Reason != AfterEnd {
					t.Errorf("left out: %s", l.Reason)
				}
				left += l.Rows
			}
			if last := time.Unix(0, r.Last).UTC().Format(time.DateOnly); left != tt.leftOut || last != tt.lastDate {
				t.Errorf("%d rows left out, the last is of %s; want %d and %s", left, last, tt.leftOut, tt.lastDate)
			}
		})
	}
}
