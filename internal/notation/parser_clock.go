package notation

import "strings"

// clock reads a time of day.
func (p *parser) clock() bool {
	from := *p
	if p.readClock() {
		p.clocked = true
		return true
	}
	p.at, p.formN, p.parts = from.at, from.formN, from.parts
	return false
}

func (p *parser) readClock() bool {
	q := &p.parts
	before := false
	if t := p.now(); t.kind == tokenHalf {
		q.half, before = half(t.value), true
		p.take("a")
		p.space()
	}
	twelve := p.formN
	switch {
	case p.number(0, 1, 2) && p.isSign(1, ':'):
		p.numberAs(&q.hour, "H", "HH")
		p.pass()
		if !p.number(0, 2, 2) {
			return false
		}
		p.numberAs(&q.minute, "m", "mm")
		if p.isSign(0, ':') && p.number(1, 2, 2) {
			p.pass()
			p.numberAs(&q.second, "s", "ss")
			p.fraction()
		}
	case p.number(0, 1, 2) && p.isMark(1, '时'):
		p.numberAs(&q.hour, "H", "HH")
		p.pass()
		p.easternMinutes()
	case p.number(0, 4, 4) || p.number(0, 6, 6):
		p.compactClock()
	case !before && p.number(0, 1, 2) && p.halfAt(1) != wholeDay:
		p.numberAs(&q.hour, "H", "HH")
	default:
		return false
	}
	if !before {
		p.halfAfter()
	}
	if q.half != wholeDay { // the hours count to twelve
		for i := twelve; i < p.formN && p.form[i] == 'H'; i++ {
			p.form[i] = 'h'
		}
	}
	return true
}

func (p *parser) easternMinutes() {
	p.space()
	if !p.number(0, 1, 2) || !p.isMark(1, '分') {
		return
	}
	p.numberAs(&p.parts.minute, "m", "mm")
	p.pass()
	p.space()
	if p.number(0, 1, 2) && p.isMark(1, '秒') {
		p.numberAs(&p.parts.second, "s", "ss")
		p.pass()
	}
}

// compactClock reads 1405 and 140530, which stand behind a date only.
func (p *parser) compactClock() {
	n := p.now().value
	if len(p.now().text) == 6 {
		p.parts.second = n % 100
		n /= 100
		p.parts.hour, p.parts.minute = n/100, n%100
		p.take("HHmmss")
		p.fraction()
		return
	}
	p.parts.hour, p.parts.minute = n/100, n%100
	p.take("HHmm")
}

// fraction of a second.
func (p *parser) fraction() {
	if !p.isSign(0, '.') && !p.isSign(0, ',') || !p.number(1, 1, 12) {
		return
	}
	p.pass()
	digits := p.now().text
	p.parts.nano = nanos(digits)
	p.take("SSSSSSSSSSSS"[:len(digits)])
}

// nanos of the digits behind a second's point; what is finer is cut off.
func nanos(digits string) int {
	n := 0
	for i := range 9 {
		n *= 10
		if i < len(digits) {
			n += int(digits[i] - '0')
		}
	}
	return n
}

// halfAfter takes AM, pm, a.m. and 上午 behind a time of day.
func (p *parser) halfAfter() {
	from, form := p.at, p.formN
	p.space()
	h := p.halfAt(0)
	if h == wholeDay {
		p.at, p.formN = from, form
		return
	}
	p.parts.half = h
	long := p.now().kind == tokenHalf || len(p.now().text) == 2
	p.take("a")
	if long {
		return
	}
	for range 3 { // . m .
		if p.isSign(0, '.') || p.now().kind == tokenWord && strings.EqualFold(p.now().text, "m") {
			p.take("")
		}
	}
}

// halfAt is what the token says that is n further on, behind a space.
func (p *parser) halfAt(n int) half {
	t := p.peek(n)
	if n > 0 && t.kind == tokenSpace {
		n++
		t = p.peek(n)
	}
	if t.kind == tokenHalf {
		return half(t.value)
	}
	if t.kind != tokenWord {
		return wholeDay
	}
	dotted := p.isSign(n+1, '.') && p.peek(n+2).kind == tokenWord && strings.EqualFold(p.peek(n+2).text, "m")
	switch strings.ToLower(t.text) {
	case "am":
		return morning
	case "pm":
		return afternoon
	case "a":
		if dotted {
			return morning
		}
	case "p":
		if dotted {
			return afternoon
		}
	}
	return wholeDay
}

// zone reads an offset, UTC, Z, or the letters of a zone.
func (p *parser) zone() {
	if p.parts.zoned {
		return
	}
	from := *p
	p.space()
	t := p.now()
	read := false
	switch {
	case t.kind == tokenWord && (strings.EqualFold(t.text, "z") || strings.EqualFold(t.text, "utc") || strings.EqualFold(t.text, "gmt") || strings.EqualFold(t.text, "ut")):
		p.parts.zoned, read = true, true
		p.take("XXX")
		if len(t.text) > 1 {
			space := p.now().kind == tokenSpace && (p.isSign(1, '+') || p.isSign(1, '-'))
			if space {
				p.space()
			}
			p.numericOffset(true)
		}
	case p.isSign(0, '+') || p.isSign(0, '-'):
		read = p.numericOffset(false)
	case t.kind == tokenWord && p.clocked && len(t.text) >= 3 && len(t.text) <= 5 && t.text == strings.ToUpper(t.text) && monthOf(t.text) == 0:
		p.parts.zoneName, read = t.text, true
		p.take("z")
	}
	if !read {
		p.at, p.formN, p.parts = from.at, from.formN, from.parts
	}
}

// numericOffset reads +08:00, +0800 and +08; behind UTC also +8. Behind a mere
// date only +08:00 is an offset.
func (p *parser) numericOffset(behindUTC bool) bool {
	east := p.isSign(0, '+')
	if !east && !p.isSign(0, '-') {
		return false
	}
	h, m, tokens := 0, 0, 2
	switch t := p.peek(1); {
	case p.number(1, 1, 2) && p.isSign(2, ':') && p.number(3, 2, 2):
		h, m, tokens = t.value, p.peek(3).value, 4
	case p.number(1, 4, 4) && (p.clocked || behindUTC):
		h, m = t.value/100, t.value%100
	case p.number(1, 2, 2) && (p.clocked || behindUTC), p.number(1, 1, 1) && behindUTC:
		h = t.value
	default:
		return false
	}
	if h > 14 || m > 59 || h == 14 && m > 0 {
		return false
	}
	for range tokens {
		p.take("")
	}
	if !behindUTC {
		p.at--
		p.take("XXX")
	}
	p.parts.zoned, p.parts.offset = true, h*3600+m*60
	if !east {
		p.parts.offset = -p.parts.offset
	}
	return true
}

// tail passes what repeats the zone or the weekday: "(China Standard Time)",
// "[Europe/Berlin]", "(周四)".
func (p *parser) tail() {
	p.space()
	if p.now().kind == tokenDay || p.isSign(0, '(') && p.peek(1).kind == tokenDay {
		p.easternWeekday()
		return
	}
	if !p.parts.zoned || !p.isSign(0, '(') && !p.isSign(0, '[') {
		return
	}
	closing := ')'
	if p.isSign(0, '[') {
		closing = ']'
	}
	for i := p.at; i < p.n; i++ {
		if p.tokens[i].kind == tokenSign && p.tokens[i].sign == closing && i == p.n-1 {
			p.at = p.n
		}
	}
}
