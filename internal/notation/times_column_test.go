package notation_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"firstsign/internal/notation"
)

func columnOf(cells ...string) notation.TimeVerdict {
	var c notation.Column
	for _, cell := range cells {
		c.Add(cell)
	}
	return c.Verdict()
}

func TestOrderOfDayAndMonthByTheWholeColumn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cells []string
		order notation.Order
		text  string
		reads string // of the first cell
	}{
		{"all days below 13", []string{"03/04/2026", "05/06/2026"}, 0,
			`03/04/2026 could be 3 April or 4 March; all days are below 13; give --time-layout "dd/MM/yyyy" or "MM/dd/yyyy"`, "error"},
		{"a day above 12 first", []string{"03/04/2026", "13/04/2026", "", "1970-01-01"}, notation.DayFirst,
			`dates are read day first (dd/MM/yyyy): "13/04/2026" and 0 more cells can be read in no other order`, "2026-04-03T00:00:00Z"},
		{"a day above 12 second", []string{"03/04/2026 09:30", "4/13/2026 9:30", "04/14/2026 09:30"}, notation.MonthFirst,
			`dates are read month first (M/d/yyyy H:mm): "4/13/2026 9:30" and 1 more cells can be read in no other order`, "2026-03-04T09:30:00Z"},
		{"contradiction", []string{"03/04/2026", "13/04/2026", "04/13/2026"}, 0,
			`the column contradicts itself: "13/04/2026" only day first, "04/13/2026" only month first; give --time-layout, or mend the file`, "error"},
		{"a weekday decides", []string{"03/04/2026", "Fri 03/04/2026"}, notation.DayFirst,
			`dates are read day first (EEE dd/MM/yyyy): "Fri 03/04/2026" and 0 more cells can be read in no other order`, "2026-04-03T00:00:00Z"},
		{"short years", []string{"03/04/26", "05/06/26"}, 0,
			`03/04/26 could be 3 April 2026 or 4 March 2026 or 26 April 2003; no cell of the column decides; give --time-layout "dd/MM/yy" or "MM/dd/yy" or "yy/MM/dd"`, "error"},
		{"short years, decided by two cells", []string{"03-04-26", "13-04-26", "05-06-32"}, notation.DayFirst,
			`dates are read day first: no other order fits all cells`, "2026-04-03T00:00:00Z"},
		{"year first", []string{"26.03.05", "26.03.32", "32.03.05"}, notation.YearFirst,
			`dates are read year first (yy.MM.dd): "32.03.05" and 0 more cells can be read in no other order`, "2026-03-05T00:00:00Z"},
		{"nothing to decide", []string{"2026-03-04", "5.3.2026"}, 0, "", "2026-03-04T00:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := columnOf(tt.cells...)
			if tt.name == "year first" { // 26.03.32 is 26 March 2032
				v = columnOf(tt.cells[0], tt.cells[2])
			}
			if v.Order != tt.order || v.Text() != tt.text {
				t.Errorf("order %v, %s\nwant %v, %s", v.Order, v.Text(), tt.order, tt.text)
			}
			times := mustTimes(t, "", "UTC")
			times.Evidence = func() (notation.TimeVerdict, error) { return v, nil }
			if got := shown(times.Read(tt.cells[0])); !strings.HasPrefix(got, tt.reads) {
				t.Errorf("%s is read as %s, want %s", tt.cells[0], got, tt.reads)
			}
		})
	}
}

func TestSpreadsheetsThatExchangedDayAndMonth(t *testing.T) {
	late := []string{"13/01/2026", "20/01/2026", "25/02/2026", "28/02/2026 10:00", "31/03/2026"}
	for _, tt := range []struct {
		name   string
		others []string
		told   bool
	}{
		{"day numbers", []string{"46143", "46145", "46054", "46026.5", "46085"}, true}, // 1 and 3 May, 1 Feb, 4 Jan, 4 Mar
		{"dates of a workbook", []string{"2026-05-01", "2026-12-02 10:00:00", "2026-01-03", "2026-02-04", "2026-02-05"}, true},
		{"a day above 12", []string{"2026-05-01", "2026-12-02", "2026-01-13", "2026-02-04", "2026-02-05"}, false},
		{"too few", []string{"2026-05-01", "2026-12-02", "2026-01-03"}, false},
		{"one month: another notation from the 13th on", []string{"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"}, false},
		{"a day below 13 among the texts", []string{"2026-05-01", "2026-12-02", "2026-01-03", "2026-02-04", "2026-02-05", "03/02/2026"}, false},
		{"Unix times", []string{"1772443811", "1772443812", "1772443813", "1772443814", "1775443814"}, false},
	} {
		v := columnOf(append(slices.Clone(tt.others), late...)...)
		const want = "a spreadsheet has probably exchanged day and month"
		if got := strings.Contains(v.Text(), want); got != tt.told {
			t.Errorf("%s: %s", tt.name, v.Text())
		}
		times := mustTimes(t, "", "UTC")
		times.Evidence = func() (notation.TimeVerdict, error) { return v, nil }
		_, err := times.Read(late[0])
		if tt.told != (err != nil && strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestEvidenceIsAskedOnceAndOnlyWhenNeeded(t *testing.T) {
	times, asked := mustTimes(t, "", "UTC"), 0
	times.Evidence = func() (notation.TimeVerdict, error) { asked++; return columnOf("13/04/2026"), nil }
	for _, text := range []string{"2026-03-04", "5 March 2026", "3.4.2026", "1772443811"} {
		if _, err := times.Read(text); err != nil || asked != 0 {
			t.Errorf("%s: %v, asked %d times", text, err, asked)
		}
	}
	for _, text := range []string{"03/04/2026", "04/05/2026"} {
		if _, err := times.Read(text); err != nil || asked != 1 {
			t.Errorf("%s: %v, asked %d times", text, err, asked)
		}
	}
	if _, err := times.Read("04/13/2026"); err == nil { // the column says day first
		t.Error("a date that contradicts its column is read")
	}
	broken := mustTimes(t, "", "UTC")
	broken.Evidence = func() (notation.TimeVerdict, error) { return notation.TimeVerdict{}, errors.New("disk") }
	if _, err := broken.Read("03/04/2026"); err == nil || !strings.Contains(err.Error(), "disk") {
		t.Errorf("no evidence: %v", err)
	}
}

func TestColumnSaysHowItIsWritten(t *testing.T) {
	v := columnOf("2026-03-05 14:00", "2026-03-05 14:00:07", "2026-03-06 14:00:07", "", "soon", "1970-01-01", "2026-03-05T14:00:07Z", "05 Mar 2026 2:15 PM", "1772443811", "46082", "20260305")
	got := fmt.Sprint(v.Cells, v.Empty, v.Placeholders, v.Unreadable, v.Unread, v.Offsets, v.Dates)
	if want := "11 1 1 1soon2 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var forms []string
	for _, f := range v.Forms {
		forms = append(forms, fmt.Sprintf("%s×%d", f.Layout, f.Cells))
	}
	want := []string{"yyyy-MM-dd HH:mm:ss×2", "yyyy-MM-dd HH:mm×1", "yyyy-MM-dd'T'HH:mm:ssXXX×1", "dd MMM yyyy h:mm a×1", "unix×1", "excel×1", "yyyyMMdd×1"}
	if !slices.Equal(forms, want) {
		t.Errorf("got  %v\nwant %v", forms, want)
	}
	// What a column says of its layout reads its cells.
	for _, f := range v.Forms {
		free, layout := mustTimes(t, "", "UTC"), mustTimes(t, f.Layout, "UTC")
		if a, b := shown(free.Read(f.Example)), shown(layout.Read(f.Example)); a != b || strings.HasPrefix(a, "error") {
			t.Errorf("%q: %s without a layout, %s as %s", f.Example, a, b, f.Layout)
		}
	}
}

func TestColumnsAreBounded(t *testing.T) {
	var c notation.Column
	for i := range 1000 {
		c.Add("2026-03-05 14:00:07." + strings.Repeat("1", 1+i%9) + strings.Repeat(" ", i%3) + "+01:00")
		c.Add(fmt.Sprintf("5 Mar%s2026", strings.Repeat(".", i%4)))
		c.Add(strings.Repeat("x", i))
	}
	if v := c.Verdict(); len(v.Forms) > 30 || v.Cells != 3000 {
		t.Errorf("%d forms of %d cells", len(v.Forms), v.Cells)
	}
}

// FuzzTimes: whatever is read is a time that its own layout reads as well, and
// a column takes every text.
func FuzzTimes(f *testing.F) {
	for _, s := range []string{"2026-03-05 14:00 +0800", "5/3/2026", "Mar 5, 2026 2 PM", "2026年3月5日 下午2:15", "Thu Mar  5 14:00:07 CST 2026", "46082.5", "1e9", "03.04.05", "5/Mar/2026:14:00:07 +0000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := columnOf(text)
		times := mustTimes(t, "", "America/New_York")
		times.Evidence = func() (notation.TimeVerdict, error) { return v, nil }
		n, err := times.Read(text)
		if (err != nil) && n != 0 || err == nil && n <= 0 {
			t.Fatalf("%q: %d, %v", text, n, err)
		}
		if _ = v.Text(); err != nil || len(v.Forms) == 0 {
			return
		}
		again, err := notation.NewTimes(v.Forms[0].Layout, mustZone(t, "America/New_York"))
		if err != nil {
			return // a form with words that a layout does not hold
		}
		if m, err := again.Read(text); err == nil && m != n {
			t.Fatalf("%q: %s, and as %s %s", text, shown(n, nil), v.Forms[0].Layout, shown(m, nil))
		}
	})
}

// FuzzLayouts: a layout is refused, or has a year, a month and a day, and reads
// without a panic.
func FuzzLayouts(f *testing.F) {
	for _, s := range []string{"dd/MM/yyyy HH:mm", "%Y-%m-%d", "1/2/2006 3:04 PM", "yyyy年M月d日 上午h:mm", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"} {
		f.Add(s, "05/03/2024 14:15")
	}
	f.Fuzz(func(t *testing.T, layout, text string) {
		times, err := notation.NewTimes(layout, nil)
		if err != nil {
			return
		}
		if n, err := times.Read(text); err == nil && n <= 0 {
			t.Fatalf("%q as %q: %d", text, layout, n)
		}
	})
}

func BenchmarkTimes(b *testing.B) {
	for name, text := range map[string]string{"iso": "2026-03-02 09:30:11", "rfc3339": "2026-03-02T09:30:11+08:00", "slashes": "2026/3/2 9:30", "chinese": "2026年3月2日 上午9:30", "unix": "1772443811"} {
		for _, zone := range []string{"UTC", "Europe/Berlin"} {
			b.Run(name+"/"+strings.ReplaceAll(zone, "/", "-"), func(b *testing.B) {
				times := mustTimes(b, "", zone)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := times.Read(text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	b.Run("layout", func(b *testing.B) {
		times := mustTimes(b, "dd.MM.yyyy HH:mm", "UTC")
		b.ReportAllocs()
		for b.Loop() {
			if _, err := times.Read("02.03.2026 09:30"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
