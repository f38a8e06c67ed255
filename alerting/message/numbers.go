package message

import (
	"math"
	"strconv"
	"strings"

	"firstsign/detector"
)

// pair writes two numbers with enough decimals to tell them apart.
func pair(from, to float64) (string, string) {
	for decimals := leastDecimals(from, to); ; decimals++ {
		f, t := number(from, decimals), number(to, decimals)
		if f != t || from == to || decimals >= 6 {
			return f, t
		}
	}
}

// leastDecimals that are worth reading at this size.
func leastDecimals(from, to float64) int {
	switch m := max(math.Abs(from), math.Abs(to)); {
	case m >= 20:
		return 0
	case m >= 1:
		return 1
	}
	return 2
}

// number writes x with at most so many decimals, and commas between thousands.
func number(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if whole == "0" {
		return whole
	}
	return sign + whole
}

// ShortText writes a number of an axis in a large unit where it has one: 12k, 3.4M.
func ShortText(l Language, x float64) string {
	thousand, one, million, two := 1e3, "k", 1e6, "M"
	if l == Chinese {
		thousand, one, million, two = 1e4, "万", 1e8, "亿"
	}
	switch size := max(x, -x); {
	case size >= million:
		return NumberText(x/million) + two
	case size >= max(thousand, 1e4):
		return NumberText(x/thousand) + one
	}
	return NumberText(x)
}

// span is a length of time in the unit that people would use.
type span struct {
	n    int
	unit int // 0 days, 1 weeks, 2 months, 3 years
}

// spanOf rounds days to at most two figures in a fitting unit.
func spanOf(days float64) span {
	const month, year = 30.44, 365.25
	switch {
	case days < 13.5:
		return span{max(1, int(math.Round(days))), 0}
	case days < 59:
		return span{int(math.Round(days / 7)), 1}
	case days < 1.95*year:
		return span{int(math.Round(days / month)), 2}
	}
	years := days / year
	if years >= 100 {
		scale := math.Pow(10, math.Floor(math.Log10(years))-1)
		years = math.Round(years/scale) * scale
	}
	return span{int(math.Round(years)), 3}
}

// MostYears is the greatest rarity that is stated: more was never measured.
const MostYears = 50

// hardlyEver is the usual pause, in days, from which something counts as hardly
// ever seen.
const hardlyEver = 1000 * 365

// usualPause is how many days usually lie between two incidents: the window divided
// by the usual number in it, and no more than are known before them. 0: none is expected.
func usualPause(r *detector.Reason) float64 {
	if r.From <= 0 {
		return 0
	}
	pause := float64(r.Window) / r.From
	if r.History > 0 {
		pause = min(pause, float64(r.History))
	}
	return pause
}

// beyond tells whether a risk in account-years is rarer than so many days of history
// can show. 0 days: it is not known how many there are.
func beyond(risk float64, history int) bool { return history > 0 && risk*365.25 > float64(history) }

// silentDays is for how many days nothing came.
func silentDays(r *detector.Reason) int {
	if r.Term == detector.Gap {
		return int(math.Round(r.To))
	}
	return r.Window
}

// percentLess is the fall from one number to another, in percent.
func percentLess(from, to float64) int {
	if from <= 0 {
		return 0
	}
	return int(math.Round((from - to) / from * 100))
}

// rounded rounds to two figures: value at risk is a rough number.
func rounded(x float64) float64 {
	scale := math.Pow(10, math.Floor(math.Log10(x))-1)
	return math.Round(x/scale) * scale
}
