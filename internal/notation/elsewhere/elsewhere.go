package elsewhere

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	ofJavaScript = regexp.MustCompile(`^\\?/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\\?/$`)
	ofOracle     = regexp.MustCompile(`^(\S+) (\d{1,2})\.(\d{2})(?:\.(\d{2})(\.\d+)?)?(?: ?([AaPp]\.?[Mm]\.?))?( .+)?$`)
	ofEra        = regexp.MustCompile(`^(中華民國|中华民国|民國|民国|令和|平成) ?(元|\d{1,3}) ?(年.+|[/.-]\d{1,2}[/.-]\d{1,2}.*)$`)
	likeTaiwan   = regexp.MustCompile(`^(\d{3})[/.-]\d{1,2}[/.-]\d{1,2}`)
	likeJapan    = regexp.MustCompile(`^([RrHhSs])(\d{1,2})[/.-]\d{1,2}[/.-]\d{1,2}`)
)

// longest text that may be a time, in bytes.
const longest = 100

// eras of years that are named: the year before their first.
var eras = map[string]int{
	"中華民國": 1911, "中华民国": 1911, "民國": 1911, "民国": 1911,
	"令和": 2018, "平成": 1988, "R": 2018, "H": 1988, "S": 1925,
}

// Rewritten is a text in a form that package notation reads, where it means one thing
// only: /Date(1772719200000)/, 05-MAR-26 02.05.00 PM, 民國115年3月5日,
// 二〇二六年三月五日. Empty when it is none of these.
func Rewritten(text string) string {
	if len(text) > longest {
		return ""
	}
	if m := ofJavaScript.FindStringSubmatch(text); m != nil {
		ms, _ := strconv.ParseInt(m[1], 10, 64) // 16 digits fit
		return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if m := ofOracle.FindStringSubmatch(text); m != nil {
		clock := m[2] + ":" + m[3]
		if m[4] != "" {
			clock += ":" + m[4] + m[5]
		}
		return strings.TrimRight(m[1]+" "+clock+" "+m[6], " ") + m[7]
	}
	other := text
	if strings.Contains(text, "年") {
		other = withDigits(text)
	}
	if m := ofEra.FindStringSubmatch(other); m != nil {
		year := 1
		if m[2] != "元" {
			year, _ = strconv.Atoi(m[2]) // three digits
		}
		return strconv.Itoa(eras[m[1]]+year) + m[3]
	}
	if other != text {
		return other
	}
	return ""
}

// OtherCalendar says which calendar a text may be of; nil when it looks like none.
func OtherCalendar(text string) error {
	if len(text) > longest {
		return nil
	}
	if m := likeTaiwan.FindStringSubmatch(text); m != nil {
		if year, _ := strconv.Atoi(m[1]); year >= 90 && year < 150 {
			return fmt.Errorf("%.60q is no date; if its year is of the Republic of China (民國), it is %d: export years of the Western calendar, or write 民國%d年3月5日", text, 1911+year, year)
		}
	}
	if m := likeJapan.FindStringSubmatch(text); m != nil {
		year, _ := strconv.Atoi(m[2])
		return fmt.Errorf("%.60q is no date; if its year is of a Japanese era, it is %d: export years of the Western calendar, or write 令和8年3月5日", text, eras[strings.ToUpper(m[1])]+year)
	}
	return nil
}

// Before1970 refuses a year of long ago, which another calendar may have now.
func Before1970(text string, year int) error {
	switch {
	case year >= 90 && year < 150:
		return fmt.Errorf("%q is before 1970; if its year is of the Republic of China (民國), it is %d: export years of the Western calendar", text, 1911+year)
	case year >= 1370 && year < 1425:
		return fmt.Errorf("%q is before 1970; if its year is of the Persian calendar, it is %d or %d: export years of the Western calendar", text, year+621, year+622)
	case year >= 1425 && year < 1475:
		return fmt.Errorf("%q is before 1970; if its year is of the Islamic calendar, export years of the Western calendar", text)
	}
	return fmt.Errorf("%q is before 1970", text)
}

// withDigits writes the Chinese numbers of a date in digits; those of a weekday stay.
func withDigits(text string) string {
	var b strings.Builder
	var run []rune
	flush := func() {
		if len(run) > 0 {
			b.WriteString(strconv.Itoa(chineseNumber(run)))
			run = run[:0]
		}
	}
	before := rune(0)
	for _, c := range text {
		weekday := before == '期' || before == '周' || before == '週'
		if before = c; !weekday && strings.ContainsRune(numerals, c) {
			run = append(run, c)
			continue
		}
		flush()
		b.WriteRune(c)
	}
	flush()
	return b.String()
}

// numerals of Chinese and Japanese dates; the first ten count from 0.
const numerals = "零一二三四五六七八九〇十百廿卅"

// chineseNumber is 2026 of 二〇二六, and 25 of 二十五 or 廿五.
func chineseNumber(run []rune) int {
	total, digits := 0, 0
	for _, c := range run {
		switch c {
		case '百':
			total, digits = total+100*max(digits, 1), 0
		case '十':
			total, digits = total+10*max(digits, 1), 0
		case '廿':
			total += 20
		case '卅':
			total += 30
		case '〇':
			digits *= 10
		default:
			digits = digits*10 + strings.IndexRune(numerals, c)/len("零")
		}
	}
	return total + digits
}

// Months are the French, Spanish, Italian, Portuguese and Dutch names of
// months, and how they are shortened, without capitals.
var Months = numbered(
	"janvier janv enero ene gennaio gen janeiro januari",
	"février fevrier févr fevr fév fev febrero febbraio fevereiro februari",
	"mars marzo março marco maart mrt",
	"avril avr abril abr aprile",
	"mayo maggio mag maio mei",
	"juin junio giugno giu junho",
	"juillet juil julio luglio lug julho",
	"août aout agosto ago augustus",
	"septembre septiembre setiembre settembre setembro set",
	"octobre octubre ottobre ott outubro out",
	"novembre noviembre novembro",
	"décembre decembre déc diciembre dic dicembre dezembro", //nolint:misspell // French
)

// Days are the French and Spanish names of weekdays.
var Days = numbered("lundi lunes", "mardi martes", "mercredi miércoles miercoles", "jeudi jueves", "vendredi viernes", "samedi sábado sabado", "dimanche domingo")

func numbered(lists ...string) map[string]int {
	of := map[string]int{}
	for i, list := range lists {
		for name := range strings.FieldsSeq(list) {
			of[name] = i + 1
		}
	}
	return of
}
