package notation

import (
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// A spreadsheet of another country opens 13/04/2026 and 05/04/2026. The first is
// no date to it and stays a text. The second becomes the 4th of May, and is saved
// as a day number or as 2026-05-04. Such a column has two kinds of cells: dates that
// are certain, all with days up to 12, and dates of three numbers, none of which
// could be read in two ways. Chance makes one in a thousand columns of five cells
// each look so: 0.4^5 of the certain ones and 0.6^5 of the others.
const enoughExchanged = 5

// splitDates counts both kinds of cells.
type splitDates struct {
	certain        int    // year, month and day are sure
	late           bool   // one of them has a day above 12
	certainMonths  uint16 // a bit for each month
	decidedMonths  uint16
	example        string // of a certain one
	decidedExample string
}

// sure takes a date whose parts are known.
func (d *splitDates) sure(month, day int, text string) {
	if d.certain++; d.certain == 1 {
		d.example = strings.Clone(text)
	}
	d.late = d.late || day > 12
	d.certainMonths |= 1 << month
}

// decided takes three numbers that can be read in one order only.
func (d *splitDates) decided(p *parser, text string) {
	if d.decidedExample == "" {
		d.decidedExample = strings.Clone(text)
	}
	d.decidedMonths |= 1 << min(p.three[0], p.three[1], 15)
}

// excelDate is the month and day of a day number.
func excelDate(f float64) (month, day int) {
	at := time.Unix(int64(f-25569)*86400, 0).UTC()
	return int(at.Month()), at.Day()
}

// exchanged says that a spreadsheet has exchanged day and month of the cells whose
// days are up to 12, empty when it has not.
//
// Both kinds must lie in several months: a system that changes its notation in the
// middle of a month leaves the same picture in that month alone.
func (v *TimeVerdict) exchanged() string {
	d := &v.split
	if d.late || d.certain < enoughExchanged || v.threeAll < enoughExchanged || v.Ambiguous > 0 ||
		bits.OnesCount16(d.certainMonths) < 2 || bits.OnesCount16(d.decidedMonths) < 2 {
		return ""
	}
	return fmt.Sprintf("all dates with a day up to 12 are written like %q and all others like %q: a spreadsheet has probably exchanged day and month of the former; export the file again, and do not save it in a spreadsheet", d.example, d.decidedExample)
}
