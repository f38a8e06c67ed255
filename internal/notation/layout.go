package notation

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// part of a layout.
type part uint8

const (
	literal part = iota
	year4
	year2
	month
	monthWord
	dayOfMonth
	weekday
	hour24
	hour12
	minute
	second
	fractionOf // a second, behind the point
	dotFraction
	halfDay
	zoneOffset
	zoneLetters
	anySpace
)

var partNames = [...]string{"", "the year", "the year", "the month", "the month", "the day", "the weekday", "the hour", "the hour",
	"the minutes", "the seconds", "the fraction", "the fraction", "AM or PM", "the offset", "the zone", ""}

// element is one part of a layout as it was written.
type element struct {
	part part
	text string // as it was written; of a literal, what is wanted
	// exact: two digits, because digits follow at once
	exact bool
}

// layout is how times are written, taken apart.
type layout struct {
	text     string // as it was written
	elements []element
	utc      bool // a Z
	note     string
}

// Notations of layouts, for help and errors.
const Notations = `dd.MM.yyyy HH:mm (spreadsheets, Java, .NET), 1/2/2006 3:04 PM (Go), %d/%m/%Y %H:%M (strftime), unix, unixms, unixus, unixns, excel or excel1904`

// parseLayout takes a layout apart, in whichever notation it is.
func parseLayout(text string) (*layout, error) {
	l := &layout{text: text}
	plain := Narrow(text)
	var err error
	switch {
	case strings.Contains(plain, "%"):
		err = l.strftime(plain)
	case isGoLayout(plain):
		l.golang(plain)
	default:
		err = l.pattern(plain)
	}
	if err == nil {
		err = l.check()
	}
	if err != nil {
		return nil, fmt.Errorf("time layout %q: %w", text, err)
	}
	l.tighten()
	return l, nil
}

// add an element.
func (l *layout) add(p part, text string) {
	l.elements = append(l.elements, element{part: p, text: text})
}

// word adds a literal; white space in it matches any.
func (l *layout) word(text string) {
	for text != "" {
		n := strings.IndexAny(text, " \t")
		switch {
		case n == 0:
			l.add(anySpace, " ")
			text = strings.TrimLeft(text, " \t")
		case n < 0:
			l.literal(text)
			text = ""
		default:
			l.literal(text[:n])
			text = text[n:]
		}
	}
}

func (l *layout) literal(text string) {
	if n := len(l.elements); n > 0 && l.elements[n-1].part == literal {
		l.elements[n-1].text += text
		return
	}
	l.add(literal, text)
}

// zulu adds a Z: it says UTC, in whatever way it is written.
func (l *layout) zulu(text string) {
	l.utc = true
	l.add(zoneOffset, text)
}

func (l *layout) has(parts ...part) bool {
	return slices.ContainsFunc(l.elements, func(e element) bool { return slices.Contains(parts, e.part) })
}

// check that the layout can be meant.
func (l *layout) check() error {
	var seen [len(partNames)]string
	for _, e := range l.elements {
		group := groupOf(e.part)
		if group == literal {
			continue
		}
		if first := seen[group]; first != "" {
			return twice(e, first)
		}
		seen[group] = e.text
	}
	switch {
	case seen[year4] == "":
		return fmt.Errorf("it has no year; write for example dd.MM.yyyy HH:mm")
	case seen[month] == "" && seen[minute] != "" && seen[hour24] == "":
		return fmt.Errorf("%s is minutes, and there is no month; write MM", seen[minute])
	case seen[month] == "":
		return errors.New("it has no month; write MM, as in dd.MM.yyyy HH:mm")
	case seen[dayOfMonth] == "":
		return errors.New("it has no day; write dd, as in dd.MM.yyyy HH:mm")
	case l.has(hour12) && seen[halfDay] == "":
		return fmt.Errorf("%s counts the hours to 12, and nothing says AM or PM; write HH, or add a, as in hh:mm a", seen[hour24])
	case seen[minute] != "" && seen[hour24] == "":
		return fmt.Errorf("it has minutes (%s) and no hour; write HH:mm", seen[minute])
	case seen[halfDay] != "" && seen[hour24] == "":
		return fmt.Errorf("it has %s and no hour; write h:mm a", seen[halfDay])
	case seen[second] != "" && seen[minute] == "":
		return fmt.Errorf("it has seconds (%s) and no minutes; write HH:mm:ss", seen[second])
	case seen[fractionOf] != "" && seen[second] == "":
		return fmt.Errorf("it has a fraction (%s) and no seconds", seen[fractionOf])
	}
	return l.places()
}

// places checks that minutes do not stand where the month must be: among day
// and year, with the month behind the hour.
func (l *layout) places() error {
	before := func(p ...part) part { // the part before the one of p
		last := literal
		for _, e := range l.elements {
			if slices.Contains(p, e.part) {
				return last
			}
			if groupOf(e.part) != literal {
				last = groupOf(e.part)
			}
		}
		return literal
	}
	if l.has(minute) && before(month) == hour24 && before(minute) != hour24 {
		return errors.New("the month stands behind the hour, and the minutes among the date: M is the month, m minutes; write dd/MM/yyyy HH:mm")
	}
	if b := before(minute); l.has(minute) && b != hour24 && b != second && b != literal && b != halfDay && b != zoneOffset {
		return errors.New("the minutes do not stand behind the hour: m is minutes, M the month; write dd/MM/yyyy HH:mm")
	}
	return nil
}

// groupOf a part: what may stand once.
func groupOf(p part) part {
	switch p {
	case year2:
		return year4
	case monthWord:
		return month
	case hour12:
		return hour24
	case dotFraction:
		return fractionOf
	case zoneLetters:
		return zoneOffset
	case anySpace:
		return literal
	}
	return p
}

func twice(e element, first string) error {
	more := ""
	switch groupOf(e.part) {
	case month:
		more = "; minutes are mm"
		if strings.HasPrefix(e.text, "%") || strings.HasPrefix(first, "%") {
			more = "; minutes are %M"
		}
	case minute:
		more = "; the month is MM"
		if strings.HasPrefix(e.text, "%") {
			more = "; the month is %m"
		}
	}
	if e.text == first {
		return fmt.Errorf("it has %s twice (%s)%s", partNames[e.part], e.text, more)
	}
	return fmt.Errorf("it has %s twice (%s and %s)%s", partNames[e.part], first, e.text, more)
}

// tighten marks the parts beside which digits stand at once, as in yyyyMMdd.
func (l *layout) tighten() {
	for i := range len(l.elements) - 1 {
		if e, next := &l.elements[i], &l.elements[i+1]; e.endsInDigit() && next.beginsWithDigit() {
			e.exact, next.exact = true, true
		}
	}
}

func (e *element) isNumber() bool {
	switch e.part {
	case year4, year2, month, dayOfMonth, hour24, hour12, minute, second, fractionOf:
		return true
	}
	return false
}

func (e *element) beginsWithDigit() bool {
	return e.isNumber() || e.part == literal && isDigit(e.text[0])
}

func (e *element) endsInDigit() bool {
	return e.isNumber() || e.part == literal && isDigit(e.text[len(e.text)-1])
}

// pattern reads the letters of spreadsheets, Java and .NET.
func (l *layout) pattern(text string) error {
	monthLetter := strings.ContainsAny(unquoted(text), "ML")
	for i := 0; i < len(text); {
		n, err := l.patternPart(text, i, monthLetter)
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}

var quoted = regexp.MustCompile(`'[^']*'|"[^"]*"|\\.`)

func unquoted(text string) string { return quoted.ReplaceAllString(text, "") }

// patternPart reads what begins at i, and returns its length.
func (l *layout) patternPart(text string, i int, monthLetter bool) (int, error) {
	rest, c := text[i:], text[i]
	if n := l.quotedPart(rest); n > 0 {
		return n, nil
	}
	for _, w := range []string{"AM/PM", "am/pm", "A/P", "a/p", "AM", "PM", "am", "pm", "上午/下午", "上午", "下午"} {
		if strings.HasPrefix(rest, w) && (w[0] >= 0x80 || len(rest) == len(w) || !isLetter(rest[len(w)])) {
			l.add(halfDay, w)
			return len(w), nil
		}
	}
	if c == '0' && len(l.elements) > 1 { // Excel's ss.000
		n := len(rest) - len(strings.TrimLeft(rest, "0"))
		if e := l.elements[len(l.elements)-1]; e.part == literal && strings.HasSuffix(e.text, ".") {
			l.add(fractionOf, rest[:n])
			return n, nil
		}
	}
	if !isLetter(c) {
		n := 1
		for n < len(rest) && !isLetter(rest[n]) && !strings.ContainsRune("'\"\\0[", rune(rest[n])) && !strings.HasPrefix(rest[n:], "上午") && !strings.HasPrefix(rest[n:], "下午") {
			n++
		}
		l.word(rest[:n])
		return n, nil
	}
	n := 1
	for n < len(rest) && rest[n] == c {
		n++
	}
	return n, l.letter(rest[:n], rest[n:], monthLetter)
}

// quotedPart reads 'T', "T", \T and [T]; ” is a quote.
func (l *layout) quotedPart(rest string) int {
	switch rest[0] {
	case '\'', '"':
		end := strings.IndexByte(rest[1:], rest[0])
		switch {
		case end < 0:
			return 0
		case end == 0:
			l.literal(rest[:1])
		case strings.EqualFold(rest[1:1+end], "z"):
			l.zulu(rest[:end+2])
		default:
			l.word(rest[1 : 1+end])
		}
		return end + 2
	case '\\':
		if len(rest) > 1 {
			l.word(rest[1:2])
			return 2
		}
	case '[':
		if end := strings.IndexByte(rest, ']'); end > 1 && strings.Trim(rest[1:end], "hms") != "" {
			if rest[1:end] == "Z" {
				l.zulu(rest[:end+1])
			} else {
				l.word(rest[1:end])
			}
			return end + 1
		}
	}
	return 0
}

// letter adds the part that a run of one letter stands for.
func (l *layout) letter(run, rest string, monthLetter bool) error {
	n := len(run)
	one := func(p part) error {
		if n > 2 {
			return fmt.Errorf("%s has too many letters; %s is written with one or two", run, partNames[p])
		}
		l.add(p, run)
		return nil
	}
	switch run[0] {
	case 'y', 'Y', 'u':
		if n == 2 {
			l.add(year2, run)
		} else {
			l.add(year4, run)
		}
		return nil
	case 'M', 'L':
		if n > 2 {
			l.add(monthWord, run)
			return nil
		}
		return one(month)
	case 'm':
		return l.minutes(run, rest, monthLetter, one)
	case 'd', 'D':
		if n > 2 && run[0] == 'd' {
			l.add(weekday, run)
			return nil
		}
		return one(dayOfMonth)
	case 'E':
		l.add(weekday, run)
		return nil
	case 'H':
		return one(hour24)
	case 'h', 'K':
		return one(hour12)
	case 's':
		return one(second)
	case 'S', 'f', 'F':
		l.add(fractionOf, run)
		return nil
	case 'a', 'A':
		l.add(halfDay, run)
		return nil
	case 't':
		if n == 2 || l.has(hour12) {
			l.add(halfDay, run)
			return nil
		}
		l.literal(run)
		return nil
	case 'T':
		l.literal(run)
		return nil
	case 'z', 'x', 'X', 'O':
		l.add(zoneOffset, run)
		return nil
	case 'Z':
		if n == 1 {
			l.zulu(run)
		} else {
			l.add(zoneOffset, run)
		}
		return nil
	}
	return fmt.Errorf("%q is no part of a date; words stand in quotes, as in 'T'. Layouts are written like %s", run, Notations)
}

// minutes adds m, which some write for the month as well: spreadsheets take it
// for minutes behind the hour or before the seconds only. So does this, where
// there is no M.
func (l *layout) minutes(run, rest string, monthLetter bool, one func(part) error) error {
	last := literal
	for _, e := range l.elements {
		if groupOf(e.part) != literal {
			last = groupOf(e.part)
		}
	}
	next := strings.TrimLeft(rest, ":. ")
	switch {
	case monthLetter || last == hour24 || strings.HasPrefix(next, "s") || l.has(month, monthWord):
		if len(run) > 2 {
			return fmt.Errorf("%s: the name of a month is %s", run, strings.ToUpper(run))
		}
		return one(minute)
	case len(run) > 2:
		l.add(monthWord, run)
	default:
		l.add(month, run)
	}
	l.note = fmt.Sprintf("%s is read as the month, because no hour stands before it; MM says so", run)
	return nil
}
