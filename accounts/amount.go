package accounts

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"firstsign/internal/spelling"
)

// What is accepted, as the faults say it.
const (
	asMoney = "write 1200000, 1,200,000, 120万, 1.2亿 or ¥1,200,000"
	asDate  = "write 2026-03-31, 2026/3/31 or 2026年3月31日"
)

// powers of ten that a unit stands for. There is no M: a million to some and,
// in finance, a thousand to others.
var powers = []struct {
	unit  string
	power string
}{
	{"亿", "e8"}, {"千万", "e7"}, {"百万", "e6"}, {"万", "e4"}, {"千", "e3"},
	{"billion", "e9"}, {"million", "e6"}, {"thousand", "e3"}, {"k", "e3"},
}

// currencies by what stands before or after an amount, and by one sign for each.
var currencies = []struct{ text, sign string }{
	{"人民币", "¥"}, {"元", "¥"}, {"圆", "¥"}, {"rmb", "¥"}, {"cny", "¥"}, {"¥", "¥"},
	{"us$", "$"}, {"usd", "$"}, {"$", "$"}, {"eur", "€"}, {"€", "€"}, {"gbp", "£"}, {"£", "£"},
}

var (
	plainNumber = regexp.MustCompile(`^(\d+|\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+)(\.\d+)?$`)
	excelNumber = regexp.MustCompile(`^\d+(\.\d+)?e\+?\d{1,2}$`) // how Excel shows what is too wide for its column
	groups      = strings.NewReplacer(",", "", " ", "")
	writtenDate = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?(?: 0?0:00(?::00)?)?$`)
)

// unknown says whether a cell says in its own way that there is no figure:
// Excel's accounting format shows a zero as a dash.
func unknown(text string) bool {
	switch strings.ToLower(text) {
	case "", "-", "–", "—", "n/a", "无", "未知":
		return true
	}
	return false
}

// amount reads money as a sales department writes it, in the unit of its column
// if that has one. currency is empty when the text names none.
func amount(text, unit string) (value float64, currency string, ok bool) {
	t := strings.ToLower(strings.Map(spelling.HalfWidth, strings.ReplaceAll(text, "\u00a0", " ")))
	inside, negative := strings.CutPrefix(t, "(")
	if negative { // as accountants write it
		if t, negative = strings.CutSuffix(inside, ")"); !negative {
			return 0, "", false
		}
	}
	minus := func() {
		if rest, found := strings.CutPrefix(t, "-"); found && !negative {
			t, negative = strings.TrimSpace(rest), true
		}
	}
	minus()
	t, before := cut(t, strings.CutPrefix)
	t, after := cut(t, strings.CutSuffix)
	if before != "" && after != "" && before != after {
		return 0, "", false
	}
	currency = cmp.Or(before, after)
	minus()
	power := ""
	for _, p := range powers {
		if rest, found := strings.CutSuffix(t, p.unit); found {
			t, power = strings.TrimSpace(rest), p.power
			break
		}
	}
	if power != "" && unit != "" {
		return 0, "", false // 120万 below "in 万": which is meant?
	}
	if power == "" {
		power = unit
	}
	switch {
	case plainNumber.MatchString(t):
		t = groups.Replace(t) + power
	case !excelNumber.MatchString(t) || power != "":
		return 0, "", false
	}
	value, err := strconv.ParseFloat(t, 64) // 0.57e8 is exact where 0.57 times 1e8 is not
	if negative {
		value = -value
	}
	return value, currency, err == nil && value > -1e15 && value < 1e15
}

// cut a currency off an end of an amount.
func cut(t string, off func(s, text string) (string, bool)) (rest, sign string) {
	for _, c := range currencies {
		if rest, found := off(t, c.text); found {
			return strings.TrimSpace(rest), c.sign
		}
	}
	return t, ""
}

// unitOf a column: "销售额(万元)" is 销售额 in 万. ok is false when there are no
// brackets, or something else than a unit in them.
func unitOf(column string) (name, currency, power string, ok bool) {
	t := strings.Map(spelling.HalfWidth, strings.TrimSpace(column))
	name, rest, found := strings.Cut(t, "(")
	inside, closed := strings.CutSuffix(strings.TrimSpace(rest), ")")
	if !found || !closed {
		return t, "", "", false
	}
	currency, power, ok = amountUnit(strings.ToLower(strings.TrimSpace(inside)))
	return strings.TrimSpace(name), currency, power, ok
}

// amountUnit takes apart what stands for a unit alone, such as 万元 or CNY.
func amountUnit(t string) (currency, power string, ok bool) {
	t, currency = cut(t, strings.CutSuffix)
	if t == "" {
		return currency, "", currency != ""
	}
	for _, p := range powers {
		if t == p.unit {
			return currency, p.power, true
		}
	}
	return "", "", false
}

// The years that a contract may end in; and the numbers that Excel gives to
// their days, counted from the last of 1899.
const (
	firstYear, lastYear = 2000, 2099
	firstExcel          = 36526
	lastExcel           = 73050
)

// date reads a day. Day and month without the year in front are refused:
// 03/04/2026 is another day in every second country.
func date(text string) (time.Time, bool) {
	text = strings.Map(spelling.HalfWidth, text)
	if n, err := strconv.Atoi(text); err == nil {
		if n >= firstExcel && n <= lastExcel {
			return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC), true
		}
		day, err := time.Parse("20060102", text)
		return day, err == nil && day.Year() >= firstYear && day.Year() <= lastYear
	}
	m := writtenDate.FindStringSubmatch(text)
	if m == nil || strings.Contains(text, "日") != strings.Contains(text, "年") {
		return time.Time{}, false
	}
	year, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2] + m[3] + m[4] + m[5])
	number, _ := strconv.Atoi(m[6])
	day := time.Date(year, time.Month(month), number, 0, 0, 0, 0, time.UTC)
	return day, day.Month() == time.Month(month) && day.Day() == number && year >= firstYear && year <= lastYear
}
