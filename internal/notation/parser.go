package notation

import (
	"strings"
)

// Order is the order of day, month and year in a date of three numbers.
type Order uint8

// The orders. Several of them together are those that are possible.
const (
	DayFirst   Order = 1 << iota // 5/3/2024 is 5 March
	MonthFirst                   // 5/3/2024 is 3 May
	YearFirst                    // 24/3/5 is 5 March 2024
)

var orders = [...]Order{DayFirst, MonthFirst, YearFirst}

// one says that nothing else is possible.
func (o Order) one() bool { return o == DayFirst || o == MonthFirst || o == YearFirst }

// String names the order in messages.
func (o Order) String() string {
	switch o {
	case DayFirst:
		return "day first"
	case MonthFirst:
		return "month first"
	case YearFirst:
		return "year first"
	}
	return "undecided"
}

// parser reads a time without a layout. Every method that reads something
// stays where it is when it returns false.
type parser struct {
	*lexer
	at    int
	parts parts
	// A date of three numbers in an order that they do not tell.
	three      [3]int
	yearDigits int
	orders     Order // 0: the order is known
	sign       rune  // between the three
	clocked    bool  // a time of day was read

	form  [64]byte // the text in the notation of layouts, for those who ask
	formN int
}

func (p *parser) now() *token { return &p.tokens[p.at] }

func (p *parser) peek(n int) *token {
	if p.at+n >= maxTokens {
		return &token{}
	}
	return &p.tokens[p.at+n]
}

// take the token; form is how a layout writes it.
func (p *parser) take(form string) {
	if p.formN+len(form) <= len(p.form) {
		p.formN += copy(p.form[p.formN:], form)
	}
	p.at++
}

// pass takes a token that a layout writes as it is.
func (p *parser) pass() { p.take(p.now().text) }

func (p *parser) end() bool { return p.now().kind == tokenEnd && !p.long }

func (p *parser) space() bool {
	if p.now().kind != tokenSpace {
		return false
	}
	p.take(" ")
	return true
}

func (p *parser) isSign(n int, c rune) bool {
	t := p.peek(n)
	return t.kind == tokenSign && t.sign == c
}
func (p *parser) isMark(n int, c rune) bool {
	t := p.peek(n)
	return t.kind == tokenMark && t.sign == c
}
func (p *parser) number(n, least, most int) bool {
	t := p.peek(n)
	return t.kind == tokenNumber && len(t.text) >= least && len(t.text) <= most
}

// run reads a whole text.
func (p *parser) run() bool {
	p.weekdayWord()
	if p.isClock() {
		if !p.clock() {
			return false
		}
		for p.space() || p.isSign(0, ',') {
			if p.isSign(0, ',') {
				p.pass()
			}
		}
		p.weekdayWord()
		if !p.date() {
			return false
		}
	} else {
		if !p.date() {
			return false
		}
		if !p.clocked {
			p.between()
			p.clock()
		}
	}
	p.zone()
	p.tail()
	return p.end()
}

// weekdayWord passes "Thu," and 星期四 and keeps what they say.
func (p *parser) weekdayWord() {
	switch t := p.now(); t.kind {
	case tokenDay:
		p.parts.weekday = t.value
		p.take("EEEE")
	case tokenWord:
		d := dayOf(t.text)
		if d == 0 {
			return
		}
		p.parts.weekday = d
		p.take(letters(t.text, "EEE", "EEEE"))
		if p.isSign(0, '.') {
			p.pass()
		}
	default:
		return
	}
	if p.isSign(0, ',') {
		p.pass()
	}
	p.space()
}

func letters(word, short, long string) string {
	if len(word) <= 4 {
		return short
	}
	return long
}

// isClock says that a time of day comes next.
func (p *parser) isClock() bool {
	return p.now().kind == tokenHalf || p.number(0, 1, 2) && (p.isSign(1, ':') || p.isMark(1, '时'))
}

func (p *parser) date() bool {
	switch t := p.now(); {
	case p.number(0, 4, 4):
		return p.yearFirst()
	case p.number(0, 8, 8) || p.number(0, 12, 12) || p.number(0, 14, 14) || p.number(0, 17, 17):
		return p.compact(t.text)
	case p.number(0, 1, 2) && p.peek(1).kind == tokenSign && p.number(2, 1, 2):
		return p.threeNumbers()
	case p.number(0, 1, 2):
		return p.dayMonthWord()
	case t.kind == tokenWord && monthOf(t.text) > 0:
		return p.monthWordDay()
	}
	return false
}

// yearFirst reads 2026-3-5, 2026/3/5, 2026.3.5, 2026. 3. 5., 2026年3月5日 and
// 2026-Mar-05.
func (p *parser) yearFirst() bool {
	p.parts.year = p.now().value
	p.take("yyyy")
	if p.isMark(0, '年') || p.now().kind == tokenSpace && p.isMark(1, '年') {
		p.space()
		return p.easternDate()
	}
	sign := p.now().sign
	switch {
	case p.now().kind == tokenSign && (sign == '-' || sign == '/' || sign == '.'):
		p.pass()
		p.space()
	case !p.space() || p.now().kind != tokenWord:
		return false
	}
	if p.now().kind == tokenWord {
		if p.parts.month = monthOf(p.now().text); p.parts.month == 0 {
			return false
		}
		p.take(letters(p.now().text, "MMM", "MMMM"))
	} else if !p.numberAs(&p.parts.month, "M", "MM") {
		return false
	}
	if sign != 0 {
		if !p.isSign(0, sign) {
			return false
		}
		p.pass()
		p.space()
	} else if !p.space() {
		return false
	}
	if !p.numberAs(&p.parts.day, "d", "dd") {
		return false
	}
	if sign == '.' && p.isSign(0, '.') {
		p.pass()
	}
	return true
}

// numberAs takes a number of one or two digits.
func (p *parser) numberAs(to *int, one, two string) bool {
	if !p.number(0, 1, 2) {
		return false
	}
	*to = p.now().value
	if len(p.now().text) == 1 {
		two = one
	}
	p.take(two)
	return true
}

func (p *parser) easternDate() bool {
	p.pass()
	p.space()
	if !p.numberAs(&p.parts.month, "M", "MM") {
		return false
	}
	p.space()
	if !p.isMark(0, '月') {
		return false
	}
	p.pass()
	p.space()
	if !p.numberAs(&p.parts.day, "d", "dd") {
		return false
	}
	p.space()
	if !p.isMark(0, '日') {
		return false
	}
	p.pass()
	return true
}

// compact reads 20260305, and 12, 14 or 17 digits with the time of day.
func (p *parser) compact(digits string) bool {
	two := func(at int) int { return int(digits[at]-'0')*10 + int(digits[at+1]-'0') }
	p.parts.year, p.parts.month, p.parts.day = two(0)*100+two(2), two(4), two(6)
	if len(digits) >= 12 {
		p.parts.hour, p.parts.minute, p.clocked = two(8), two(10), true
	}
	if len(digits) >= 14 {
		p.parts.second = two(12)
	}
	if len(digits) == 17 {
		p.parts.nano = (int(digits[14]-'0')*100 + two(15)) * 1e6
	}
	p.take("yyyyMMddHHmmssSSS"[:len(digits)])
	return true
}

// threeNumbers reads 5/3/2024, 05-03-24 and 5.3.2024.
func (p *parser) threeNumbers() bool {
	sign := p.peek(1).sign
	if sign != '/' && sign != '-' && sign != '.' {
		return p.dayMonthWord()
	}
	if !p.isSign(3, sign) || !p.number(4, 4, 4) && !p.number(4, 2, 2) {
		return false
	}
	year := p.peek(4)
	p.three = [3]int{p.now().value, p.peek(2).value, year.value}
	p.sign, p.yearDigits = sign, len(year.text)
	switch {
	case sign == '.' && p.yearDigits == 4: // no country writes the month first with points
		p.orders = DayFirst
	case sign == '.':
		p.orders = DayFirst | YearFirst
	case p.yearDigits == 4:
		p.orders = DayFirst | MonthFirst
	default:
		p.orders = DayFirst | MonthFirst | YearFirst
	}
	if p.orders.one() {
		p.inOrder(p.orders)
		p.orders = 0
	}
	long := len(p.now().text) == 2 && len(p.peek(2).text) == 2
	// 1, 2 and 3 stand for the parts until the order is known; 4, 5 and 6 where
	// one of them has one digit.
	for i := range 3 {
		switch {
		case p.orders == 0:
			p.take([...]string{"d", "M", "yyyy"}[i])
		case i == 2 && p.yearDigits == 4:
			p.take("yyyy")
		case long:
			p.take("\x01\x02\x03"[i : i+1])
		default:
			p.take("\x04\x05\x06"[i : i+1])
		}
		if i < 2 {
			p.pass()
		}
	}
	return true
}

// inOrder sets the date of three numbers.
func (p *parser) inOrder(o Order) {
	a, b, c := p.three[0], p.three[1], p.three[2]
	switch o {
	case DayFirst:
		p.parts.day, p.parts.month, p.parts.year = a, b, c
	case MonthFirst:
		p.parts.month, p.parts.day, p.parts.year = a, b, c
	case YearFirst:
		p.parts.year, p.parts.month, p.parts.day = a, b, c
	}
	if p.yearDigits == 2 {
		p.parts.year = century(p.parts.year)
	}
}

// century of a year of two digits: 1970 to 2069.
func century(year int) int {
	if year < 70 {
		return 2000 + year
	}
	return 1900 + year
}

// possible orders: those in which the numbers are a date.
func (p *parser) possible() Order {
	var possible Order
	for _, o := range orders {
		if p.orders&o == 0 {
			continue
		}
		p.inOrder(o)
		if q := p.parts; q.complete() == nil {
			possible |= o
		}
	}
	return possible
}

// dayMonthWord reads 5 March 2024, 5th of March, 2024, 05-MAR-24 and
// 05/Mar/2024.
func (p *parser) dayMonthWord() bool {
	if !p.numberAs(&p.parts.day, "d", "dd") {
		return false
	}
	p.ordinal()
	p.joint()
	p.of()
	if t := p.now(); t.kind != tokenWord || monthOf(t.text) == 0 {
		return false
	}
	p.parts.month = monthOf(p.now().text)
	p.take(letters(p.now().text, "MMM", "MMMM"))
	p.joint()
	p.of()
	return p.wordYear()
}

// of passes the word of 5th of March and 5 de marzo de 2026.
func (p *parser) of() {
	t := p.now()
	if t.kind != tokenWord {
		return
	}
	switch strings.ToLower(t.text) {
	case "of", "de", "del":
		p.take("'" + t.text + "'")
		p.space()
	}
}

// monthWordDay reads March 5, 2024, and Mar 5 14:00:00 2024 as Unix writes it.
func (p *parser) monthWordDay() bool {
	p.parts.month = monthOf(p.now().text)
	p.take(letters(p.now().text, "MMM", "MMMM"))
	p.joint()
	if !p.numberAs(&p.parts.day, "d", "dd") {
		return false
	}
	p.ordinal()
	p.joint()
	if p.isClock() {
		if !p.clock() {
			return false
		}
		p.zone()
		p.space()
		return p.number(0, 4, 4) && p.wordYear()
	}
	return p.wordYear()
}

// wordYear takes the year of a date whose month is a word: 2024, 24 or '24.
func (p *parser) wordYear() bool {
	if p.isSign(0, '\'') || p.isSign(0, '’') {
		p.pass()
	}
	switch {
	case p.number(0, 4, 4):
		p.parts.year = p.now().value
		p.take("yyyy")
	case p.number(0, 2, 2) && !p.isSign(1, ':'):
		p.parts.year = century(p.now().value)
		p.take("yy")
	default:
		return false
	}
	return true
}

func (p *parser) ordinal() {
	t := p.now()
	if t.kind != tokenWord || len(t.text) != 2 {
		return
	}
	switch strings.ToLower(t.text) {
	case "st", "nd", "rd", "th":
		p.take("'" + t.text + "'")
	}
}

// joint passes what stands between the parts of a date with words.
func (p *parser) joint() {
	for range 3 {
		if !p.space() {
			t := p.now()
			if t.kind != tokenSign || !strings.ContainsRune("-/.,", t.sign) {
				return
			}
			p.pass()
		}
	}
}

// between passes what stands between a date and a time of day.
func (p *parser) between() {
	from, form := p.at, p.formN
	p.space()
	switch t := p.now(); {
	case t.kind == tokenWord && (strings.EqualFold(t.text, "t") || strings.EqualFold(t.text, "at") || strings.EqualFold(t.text, "um")):
		p.take("'" + t.text + "'")
	case t.kind == tokenSign && strings.ContainsRune(",_-|", t.sign), t.kind == tokenSign && t.sign == ':':
		p.pass()
	case t.kind == tokenSign && t.sign == '(' && p.peek(1).kind == tokenDay || t.kind == tokenDay:
		p.easternWeekday()
	}
	p.space()
	if !p.isClock() && !p.number(0, 1, 6) {
		p.at, p.formN = from, form
	}
}

// easternWeekday passes 星期四 and (周四).
func (p *parser) easternWeekday() {
	open := p.isSign(0, '(')
	if open {
		p.pass()
	}
	p.parts.weekday = p.now().value
	p.take("EEEE")
	if open && p.isSign(0, ')') {
		p.pass()
	}
}
